import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { matchingSecret } from '../../src/apps/client-secrets.ts';
import { readConfig } from '../../src/config/config.ts';
import { checkClients } from '../../src/oidc/check-clients.ts';
import { PUBLISHED_SECRET, secretsOf } from '../../src/oidc/client-secrets.ts';
import { clientWarnings } from '../../src/oidc/client-warnings.ts';
import { ClientsError, parseClients } from '../../src/oidc/clients.ts';
import { readProtocolFiles } from '../../src/server/protocol-files.ts';

const [NEW, OLD] = ['the-new-secret-of-the-API-0123456789', 'the-old-secret-of-the-API-0123456789'];
const UNTIL = '2030-01-31T12:00:00Z';
const BOTH = [{ secret: NEW }, { secret: OLD, until: UNTIL }];
const API = { client_id: 'api', client_name: 'API', grant_types: [] };
const parse = (more: object, files = new Map()) => parseClients(JSON.stringify([{ ...API, ...more }]), files);

describe('an entry of the clients file with secrets that overlap', () => {
  it('keeps no secret, takes the old one until its end, and names a method as one secret does', () => {
    const [client] = parse({ client_secrets: BOTH });
    expect(client?.token_endpoint_auth_method).toBe('client_secret_basic');
    expect(JSON.stringify(client)).not.toMatch(/secret-of-the-API/);
    const secrets = secretsOf(client ?? {}) ?? [];
    const end = Date.parse(UNTIL);
    const isTaken = (sent: string, now: number) => matchingSecret(secrets, sent, now) !== undefined;
    expect([isTaken(OLD, end - 1), isTaken(OLD, end), isTaken(NEW, end)]).toEqual([true, false, true]);
    for (const wrong of ['', `${NEW} `, secrets[0]?.digest ?? '', client?.client_secret ?? ''])
      expect(isTaken(wrong, 0)).toBe(false);
  });

  it.each([
    [
      'both',
      { client_secret: NEW, client_secrets: BOTH },
      /api: client_secrets is not given beside client_secret$/,
    ],
    [
      'a file beside them',
      { client_secrets: BOTH, client_secret_file: 'x' },
      /client_secret_file is not given beside/,
    ],
    [
      'a file beside one',
      { client_secret: NEW, client_secret_file: 'x' },
      /client_secret_file is not given beside/,
    ],
    ['none', { client_secrets: [] }, /api: client_secrets needs a secret/],
    [
      'three',
      { client_secrets: [...BOTH, { secret: `${NEW}3` }] },
      /client_secrets has more than two secrets/,
    ],
    ['only such as end', { client_secrets: [BOTH[1]] }, /client_secrets needs one secret without an end/],
    ['a short one', { client_secrets: [{ secret: 'short' }] }, /client_secrets.0.secret needs at least 32/],
    [
      'an odd end',
      { client_secrets: [BOTH[0], { secret: OLD, until: 'soon' }] },
      /client_secrets.1.until is a time/,
    ],
    ['a misspelt end', { client_secrets: [{ secret: NEW, untill: UNTIL }] }, /untill/],
    ['text', { client_secrets: NEW }, /client_secrets is an array/],
    ['one end for all', { client_secrets: BOTH, client_secret_expires_at: 9 }, /each has its own until/],
    ['no method', { client_secrets: BOTH, token_endpoint_auth_method: 'none' }, /is asked for only with/],
    [
      'a companion',
      { client_secrets: BOTH, device_companion: true, redirect_uris: ['https://a.example/'] },
      /no device keeps a secret of its maker/,
    ],
    ['a file that was not read', { client_secret_file: 'x' }, /api: client_secret_file: was not read/],
  ])('is refused with %s, and no secret is said', (_what, more, error) => {
    expect(() => parse(more)).toThrow(error);
    expect(() => parse(more)).toThrow(ClientsError);
    expect(() => parse(more)).not.toThrow(/secret-of-the-API/);
  });

  it('is refused in production with the published secret, and warned of once one has ended', async () => {
    const clients = parse({ client_secrets: [{ secret: PUBLISHED_SECRET }, BOTH[1]] });
    const provider = () => ({ Client: { find: async () => ({ metadata: () => clients[0] }) } }) as never;
    const { egress } = readConfig({ ISSUER: 'http://localhost' }).config;
    const check = (mode: 'production' | 'development') =>
      checkClients(provider, { clients, config: { egress, mode } });
    await expect(check('production')).rejects.toThrow(/is the published one of the example/);
    await check('development');
    const end = Date.parse(UNTIL);
    expect(clientWarnings(clients, end - 1)).toEqual([]);
    expect(clientWarnings(clients, end)).toEqual([
      expect.stringMatching(/^api: a secret has ended \(2030-01-31/),
    ]);
  });
});

describe('secrets in a file of their own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
  const clientsFile = join(folder, 'clients.json');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are found beside the clients file, and read anew with it: another text is another digest', async () => {
    writeFileSync(clientsFile, JSON.stringify([{ ...API, client_secret_file: 'api-secret' }]));
    await expect(readProtocolFiles({ clientsFile, resourcesFile: undefined })).rejects.toThrow(
      /api: client_secret_file: ENOENT/,
    );
    const write = (text: string) => writeFileSync(join(folder, 'api-secret'), text);
    write(`\uFEFF${OLD}\r\n`);
    const { clients, digest, reread } = await readProtocolFiles({ clientsFile, resourcesFile: undefined });
    const takes = ([client]: object[], sent: string) =>
      matchingSecret(secretsOf(client ?? {}) ?? [], sent, 0) !== undefined;
    expect([takes(clients, OLD), takes(clients, NEW)]).toEqual([true, false]);
    expect((await reread()).digest).toBe(digest);
    write(`${NEW}\n${OLD} ${UNTIL}\n`);
    const anew = await reread();
    expect(anew.digest).not.toBe(digest);
    expect(secretsOf(anew.parse()[0] ?? {})?.[1]).toMatchObject({ until: Date.parse(UNTIL) });
    expect([takes(anew.parse(), OLD), takes(anew.parse(), NEW)]).toEqual([true, true]);
  });

  it('are refused by their line, without being said', () => {
    const read = (text: string) => () => parse({ client_secret_file: 'f' }, new Map([['f', { text }]]));
    expect(read('')).toThrow(/client_secret_file f: needs a secret/);
    expect(read(`${NEW}\nsecret-of\n`)).toThrow(/f: line 2 secret needs at least 32/);
    expect(read(`${NEW}\nsecret-of\n`)).not.toThrow(/secret-of/);
    expect(read(`${OLD} ${UNTIL}`)).toThrow(/f: needs one secret without an end/);
  });
});
