import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, TestApp } from '../support/app.ts';
import { request } from '../support/http.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let agent: Agent;
beforeAll(async () => {
  protocol = await testProtocol();
  agent = new Agent((await signedInOwner(protocol.stores)).browser);
});
afterAll(() => protocol.close());

const REGISTERED = 'https://notes.example.com/signed-in';

/** Each character in turn left out, written twice, in the other case, encoded, and the next one in its place. */
function oneCharacterOff(uri: string): string[] {
  return [...uri].flatMap((character, at) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    const other = character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase();
    const next = String.fromCharCode(character.charCodeAt(0) + 1);
    return ['', character + character, other, `%${code}`, next].map(
      (instead) => uri.slice(0, at) + instead + uri.slice(at + 1),
    );
  });
}

/** What attackers have tried on other servers: each leads, or is hoped to lead, somewhere else. */
function mutations(): string[] {
  const { protocol: scheme, host, pathname } = new URL(REGISTERED);
  const hosts = ['evil.example', `${host}.evil.example`, `evil.example/${host}`, `${host}@evil.example`];
  const more = [
    `${host}:443`,
    `${host}:8443`,
    `evil.${host}`,
    `${host}.`,
    host.toUpperCase(),
    `user@${host}`,
  ];
  const odd = ['%65vil.example', `${host}%2eevil.example`, `${host}\\@evil.example`, `evil.example#@${host}`];
  const endings = [
    '/',
    '?',
    '#',
    '#x',
    '?x=1',
    '?code=1',
    '/..',
    '/../evil',
    '/%2e%2e/evil',
    ';x',
    '.',
    '%00',
    ' ',
  ];
  const paths = [
    '',
    '/',
    '//signed-in',
    '/SIGNED-IN',
    '/signed%2Din',
    '/./signed-in',
    '/x/../signed-in',
    '/signed-i',
  ];
  const schemes = [
    'http:',
    'HTTPS:',
    'javascript:',
    'data:',
    'file:',
    'ftp:',
    'com.evil:',
    'blob:https:',
    '',
  ];
  const whole = [
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/signed-in',
    'evil.example',
    '*',
    'null',
  ];
  const all = [
    ...oneCharacterOff(REGISTERED),
    ...[...hosts, ...more, ...odd].map((other) => `${scheme}//${other}${pathname}`),
    ...endings.map((ending) => REGISTERED + ending),
    ...paths.map((path) => `${scheme}//${host}${path}`),
    ...schemes.map((other) => `${other}//${host}${pathname}`),
    ...whole,
    ...['\t', '\n', '\r\n', '\u00a0', '\ufeff'].flatMap((blank) => [blank + REGISTERED, REGISTERED + blank]),
    ...[`${REGISTERED},https://evil.example`, `${REGISTERED} https://evil.example`, ` ${REGISTERED}`],
  ];
  return [...new Set(all)].filter((uri) => uri !== REGISTERED);
}

function redeem({ issuer }: TestProtocol, answer: URL, code_verifier: string, redirect_uri: string) {
  const code = answer.searchParams.get('code') ?? '';
  const body = { grant_type: 'authorization_code', client_id: 'local', code, code_verifier, redirect_uri };
  return request(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(body) });
}

describe('redirect_uri (RFC 9700 section 4.1)', () => {
  it('is one of those registered, to the letter: no mutation of it is redirected to', async () => {
    const app = await TestApp.notes(protocol);
    expect(mutations().length).toBeGreaterThan(200);
    for (const redirect_uri of mutations()) {
      const { url } = await app.begin({ redirect_uri });
      const { status, location } = await agent.get(url);
      expect([redirect_uri, status, location]).toEqual([redirect_uri, 400, '']);
    }
  });

  it('of a native app leads, however it is mutated, nowhere but to its own path on its owner’s machine', async () => {
    const app = await TestApp.of(protocol, 'desktop', 'http://127.0.0.1:51234/cb');
    let taken = 0;
    for (const redirect_uri of new Set(oneCharacterOff(app.redirectUri))) {
      const { location } = await agent.get((await app.begin({ redirect_uri })).url);
      if (location === '') continue;
      taken += 1;
      const { protocol: scheme, hostname, pathname, search, hash } = new URL(redirect_uri);
      const there = [redirect_uri, scheme, hostname, pathname, search, hash];
      expect(there).toEqual([redirect_uri, 'http:', '127.0.0.1', '/cb', '', '']);
    }
    // Another port is another of the same.
    expect(taken).toBeGreaterThan(5);
  });

  it('given twice is refused, and leads nowhere', async () => {
    const app = await TestApp.notes(protocol);
    const { url } = await app.begin();
    url.searchParams.append('redirect_uri', 'https://evil.example/cb');
    expect(await agent.get(url)).toMatchObject({ status: 400, location: '' });
  });

  it.each([
    ['http://127.0.0.1:51234/cb', true],
    ['http://[::1]:51234/cb', true],
    ['http://127.0.0.1/cb', true],
    ['com.example.desktop:/cb', true],
    ['http://localhost:51234/cb', false],
    ['http://127.0.0.1:51234/other', false],
    ['https://127.0.0.1:51234/cb', false],
    ['http://127.0.0.1.evil.example/cb', false],
    ['http://127.0.0.1@evil.example/cb', false],
    ['http://0x7f000001/cb', false],
    ['com.example.desktop:/other', false],
    ['com.example.desktop.evil:/cb', false],
  ])('of a native app: %s is taken: %s (RFC 8252 section 7.3: any port)', async (redirectUri, taken) => {
    const app = await TestApp.of(protocol, 'desktop', redirectUri);
    const { status, location } = await agent.get((await app.begin()).url);
    expect([status, location.startsWith('/interaction/')]).toEqual(taken ? [303, true] : [400, false]);
  });

  it.each([
    ['http://127.0.0.1', 'http://127.0.0.1:51234/', true],
    ['http://127.0.0.1/', 'http://127.0.0.1:51234', true],
    ['http://[::1]/', 'http://[::1]:51234', true],
    ['http://localhost', 'http://localhost:8000/', true],
    ['http://localhost/', 'http://localhost:8000?x=1', false],
    ['http://localhost?x=1', 'http://localhost:8000/?x=1', true],
    ['http://localhost/cb', 'http://localhost:8000/cb/', false],
    ['http://localhost/cb/', 'http://localhost:8000/cb', false],
    ['http://localhost', 'http://localhost.evil.example/', false],
    ['http://localhost', 'http://localhost:8000@evil.example/', false],
    ['http://127.0.0.1', 'https://127.0.0.1/', false],
    ['https://app.example.com', 'https://app.example.com/', false],
    ['https://localhost:3000', 'https://localhost:3000/', false],
    ['https://localhost:3000/cb', 'https://localhost:3000/cb', true],
    ['https://localhost:3000/cb', 'https://localhost:3001/cb', false],
    ['https://127.0.0.1:3000/cb', 'https://127.0.0.1:3000/cb', true],
  ])('registered as %s, asked for as %s: taken: %s', async (registered, redirectUri, taken) => {
    const alone = await testProtocol({
      clients: [
        { client_id: 'local', client_name: 'Local', redirect_uris: [registered, 'com.example.local:/cb'] },
      ],
    });
    try {
      const { browser } = await signedInOwner(alone.stores);
      const app = await TestApp.of(alone, 'local', redirectUri);
      const attempt = await app.begin();
      const answer = await app.authorize(new Agent(browser), attempt);
      const isThere = answer.href.startsWith(new URL(redirectUri).href);
      expect(isThere).toBe(taken);
      // The token request repeats the address as it was sent.
      if (taken) expect((await redeem(alone, answer, attempt.verifier, redirectUri)).status).toBe(200);
    } finally {
      await alone.close();
    }
  });

  it('a native app is asked about every time: the server cannot tell who listens there (RFC 8252 section 8.6)', async () => {
    const app = await TestApp.of(protocol, 'desktop', 'http://127.0.0.1:51234/cb');
    await app.signIn(agent);
    expect((await agent.get((await app.begin()).url)).location).toMatch(/^\/interaction\//);
    const silent = await app.authorize(agent, await app.begin({ prompt: 'none' }));
    expect(silent.searchParams.get('error')).toBe('interaction_required');
  });
});
