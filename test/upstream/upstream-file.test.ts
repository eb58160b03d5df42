/** UPSTREAM_FILE, as an operator writes it. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Egress } from '../../src/net/egress.ts';
import { filesNamedIn, parseUpstreams } from '../../src/upstream/upstream-file.ts';

const egress = new Egress({ allow: [], httpsOnly: true });
const CORP = {
  id: 'corp',
  name: 'Corp',
  issuer: 'https://id.example',
  client_id: 'us',
  client_secret: 'hush',
};
const parse = (entries: unknown, files: Record<string, string | undefined> = {}) => {
  const read = Object.entries(files).map(
    ([path, text]) => [path, text === undefined ? { error: 'ENOENT' } : { text }] as const,
  );
  return parseUpstreams(JSON.stringify(entries), new Map(read), egress);
};
const errorsOf = (entries: unknown, files = {}) => {
  try {
    parse(entries, files);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(/^- /, ''));
  }
};

describe('an entry', () => {
  it('says what it leaves out by the usual', () => {
    const [upstream] = parse([CORP]);
    expect(upstream).toMatchObject({ scope: 'openid profile email', algorithm: 'RS256', parameters: {} });
    expect(upstream?.twoStep).toBeUndefined();
    expect(JSON.stringify(upstream)).not.toContain('hush');
  });

  it('takes its secret, or its key, from a file beside it', () => {
    const { client_secret: _, ...bare } = CORP;
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const entries = [
      { ...bare, client_secret_file: 's' },
      { ...bare, id: 'b', issuer: 'https://b.example', private_key_file: 'k' },
    ];
    expect(filesNamedIn(JSON.stringify(entries))).toEqual(['s', 'k']);
    const [first, second] = parse(entries, { s: ' hush\n', k: String(pem) });
    expect(first?.credentials.kind === 'secret' && first.credentials.secret.reveal()).toBe('hush');
    expect(second?.credentials.kind).toBe('key');
  });

  it('has its prompt among what is sent along', () => {
    const [upstream] = parse([
      { ...CORP, prompt: 'select_account', extra_params: { domain_hint: 'corp.example' } },
    ]);
    expect(upstream?.parameters).toEqual({ prompt: 'select_account', domain_hint: 'corp.example' });
  });
});

describe('every fault is told at once, with its entry', () => {
  const cases: [string, unknown, RegExp][] = [
    ['a field that is misspelt', { clientid: 'us' }, /^corp:.*clientid/],
    ['an id that an address cannot hold', { id: 'Corp' }, /^Corp: id has 1 to 40 of a-z/],
    ['an issuer without TLS', { issuer: 'http://id.example' }, /^corp: issuer is not https; EGRESS_ALLOW/],
    [
      'an issuer inside',
      { issuer: 'https://10.0.0.1' },
      /^corp: issuer is not a public address; EGRESS_ALLOW/,
    ],
    ['an issuer with a query', { issuer: 'https://id.example?x' }, /^corp: issuer is no https address/],
    [
      'no signature',
      { id_token_signed_response_alg: 'none' },
      /^corp: id_token_signed_response_alg is none of RS256/,
    ],
    [
      'a symmetric signature',
      { id_token_signed_response_alg: 'HS256' },
      /^corp: id_token_signed_response_alg is none of RS256/,
    ],
    ['a scope that asks for no ID token', { scope: 'profile' }, /^corp: scope has to name openid/],
    [
      'a parameter of ours',
      { extra_params: { redirect_uri: 'https://evil.example' } },
      /^corp: extra_params redirect_uri is none of/,
    ],
    ['a state of its own', { extra_params: { state: 'x' } }, /^corp: extra_params state is none of/],
    [
      'two secrets',
      { client_secret_file: 's' },
      /^corp: needs one of client_secret, client_secret_file, private_key_file/,
    ],
    ['no secret', { client_secret: undefined }, /^corp: needs one of/],
    [
      'a file that is not there',
      { client_secret: undefined, client_secret_file: 's' },
      /^corp: client_secret_file s: /,
    ],
    [
      'a key that is none',
      { client_secret: undefined, private_key_file: 'k' },
      /^corp: private_key_file k: is no private key/,
    ],
    ['a sign-up that is none', { sign_up: 'yes' }, /^corp: sign_up/],
    ['emails of every domain', { link_by: 'verified_email' }, /^corp: link_by verified_email needs/],
    ['domains for nothing', { email_domains: ['corp.example'] }, /^corp: email_domains is for link_by/],
    ...['Corp.example', 'm\u00fcnchen.example', 'localhost', '*.example', '@a.example', 'a.example.'].map(
      (domain): [string, unknown, RegExp] => [
        `the domain ${domain}`,
        { link_by: 'verified_email', email_domains: [domain] },
        /^corp: email_domains .* is no domain as mail is sent to it/,
      ],
    ),
    ['an import that is none', { import: { email: 'always' } }, /^corp: import/],
    ['trust in nothing', { two_step: {} }, /^corp: two_step names neither/],
  ];
  it.each(cases)('%s', (_, change, expected) => {
    expect(errorsOf([{ ...CORP, ...(change as object) }], { k: 'no key' })).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  it('of several entries', () => {
    const errors = errorsOf([
      CORP,
      { ...CORP, name: 'Again' },
      { ...CORP, id: 'b', issuer: 'http://b.example' },
    ]);
    expect(errors).toEqual([
      expect.stringContaining('corp: id is given twice'),
      expect.stringContaining('corp: issuer is given twice'),
      expect.stringContaining('b: issuer is not https'),
    ]);
  });

  it('more than twenty', () => {
    const many = Array.from({ length: 21 }, (_, n) => ({
      ...CORP,
      id: `c${n}`,
      issuer: `https://c${n}.example`,
    }));
    expect(errorsOf(many)).toEqual(['21 providers: at most 20']);
    expect(parse(many.slice(1))).toHaveLength(20);
  });

  it.each(['{}', 'no JSON', '[null]', '[[]]'])('a file that is no list of entries: %s', (text) => {
    expect(() => parseUpstreams(text, new Map(), egress)).toThrow(/UPSTREAM_FILE cannot be used/);
  });
});
