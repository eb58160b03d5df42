import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ClientsError, parseClients } from '../../src/oidc/clients.ts';
import { DeviceClient } from '../support/device-client.ts';
import { testProtocol } from '../support/test-protocol.ts';

const LONG = 'a secret of at least thirty-two characters';
const GOOD = { client_id: 'good', client_name: 'Good' };
const APP = { client_id: 'app', client_name: 'App', redirect_uris: ['https://app.example/cb'] };
const parse = (...clients: unknown[]) => parseClients(JSON.stringify(clients));

/** What the operator reads when these clients are given. */
function errorsOf(...clients: unknown[]): string {
  try {
    parse(...clients);
  } catch (error) {
    if (error instanceof ClientsError) return error.message;
    throw error;
  }
  return 'no fault';
}

describe('a clients file', () => {
  it('needs no more than an id and a name for a public device client', () => {
    expect(parse(GOOD)).toEqual([
      {
        ...GOOD,
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'none',
      },
    ]);
  });

  it.each([
    ['no name', { client_id: 'bad' }, /bad: client_name/],
    ...['http://good.example', 'https://you@good.example', 'https://good.example/a b', 'javascript:x', 7].map(
      (tos_uri) =>
        [
          `${tos_uri} as a page of its maker`,
          { ...GOOD, client_id: 'bad', tos_uri },
          /bad: tos_uri is /,
        ] as const,
    ),
    ['an empty name', { client_id: 'bad', client_name: '' }, /bad: client_name/],
    [
      'a grant that is not served',
      { ...GOOD, client_id: 'bad', grant_types: ['password'] },
      /bad: grant_types/,
    ],
    [
      'a response type that gives tokens to act with',
      { ...APP, client_id: 'bad', response_types: ['id_token token'] },
      /bad: response_types/,
    ],
    [
      'a response type without an address to send it to',
      { ...GOOD, client_id: 'bad', response_types: ['code'] },
      /bad: response_types need redirect_uris/,
    ],
    [
      'an app without an address',
      { ...GOOD, client_id: 'bad', grant_types: ['authorization_code'] },
      /bad: redirect_uris are needed/,
    ],
    [
      'an address without the grant',
      { ...APP, client_id: 'bad', grant_types: ['refresh_token'] },
      /bad: grant_types need authorization_code/,
    ],
    [
      'a web app on the own machine',
      { ...APP, client_id: 'bad', redirect_uris: ['http://localhost/cb'], application_type: 'web' },
      /bad: application_type is native/,
    ],
    [
      'an odd method',
      { ...GOOD, client_id: 'bad', token_endpoint_auth_method: 'x' },
      /bad: token_endpoint_auth_method/,
    ],
    [
      'an ID token at refreshes that is neither wanted nor not',
      { ...GOOD, client_id: 'bad', id_token_on_refresh: 'never' },
      /bad: id_token_on_refresh/,
    ],
    [
      'a short secret',
      { ...GOOD, client_id: 'bad', client_secret: 'short' },
      /bad: client_secret needs at least 32/,
    ],
    [
      'a secret that no client is asked for',
      { ...APP, client_id: 'bad', client_secret: LONG, token_endpoint_auth_method: 'none' },
      /bad: client_secret is asked for only with a token_endpoint_auth_method/,
    ],
    [
      'keys over plain http',
      { ...APP, client_id: 'bad', jwks_uri: 'http://app.example/jwks' },
      /bad: jwks_uri needs https/,
    ],
    [
      'an answer in a way that is not served',
      { ...APP, client_id: 'bad', response_modes: ['web_message'] },
      /bad: response_modes\.0/,
    ],
    ['an endless grant', { ...GOOD, client_id: 'bad', grant_lifetime_days: 0 }, /bad: grant_lifetime_days/],
    ['no id', { client_name: 'Nameless' }, /client 2: client_id/],
    ['a number for an id', { client_id: 7, client_name: 'Seven' }, /client 2: client_id/],
    ['no object', 'bad', /client 2: /],
    ['null', null, /client 2: /],
  ])('is refused with the client and the fault named: %s', (_error, client, words) => {
    expect(errorsOf(GOOD, client)).toMatch(words);
  });

  it('needs no more than an address for an app, and says itself which are on people’s own machines', () => {
    const app = { ...APP, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
    expect(parse(APP)).toEqual([{ ...app, application_type: 'web', token_endpoint_auth_method: 'none' }]);
    const redirect_uris = ['https://app.example/cb', 'http://127.0.0.1/cb'];
    expect(parse({ ...APP, redirect_uris })).toMatchObject([{ application_type: 'native' }]);
    expect(parse({ ...APP, redirect_uris: ['https://localhost:3000/cb'] })).toMatchObject([
      { application_type: 'native' },
    ]);
  });

  it.each([
    ['https://tv.example.com/', 'is no origin'],
    ['https://tv.example.com/app', 'is no origin'],
    ['https://TV.example.com', 'is no origin'],
    ['https://tv.example.com:443', 'is no origin'],
    ['https://user@tv.example.com', 'is no origin'],
    ['https://*.example.com', 'is no origin'],
    ['*', 'is no origin'],
    ['tv.example.com', 'is no origin'],
    ['file:///', 'is no origin'],
    ['', 'is no origin'],
    ['http://tv.example.com', 'is plain http'],
  ])('is refused for the origin %p: it %s', (origin, words) => {
    expect(errorsOf({ ...GOOD, cors_origins: ['null', origin] })).toContain(
      `good: cors_origins ${origin} ${words}`,
    );
  });

  it('takes origins as browsers write them, packaged apps’ included', () => {
    const cors_origins = [
      ...[
        'null',
        'file://',
        'https://tv.example.com',
        'https://tv.example.com:8443',
        'http://localhost:3000',
      ],
      ...[
        'capacitor://localhost',
        'http://[::1]:3000',
        'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      ],
    ];
    expect(parse({ ...GOOD, cors_origins })).toMatchObject([{ cors_origins }]);
  });

  it.each([
    ['/signed-in', 'is no address'],
    ['http://app.example/cb', 'is plain http'],
    ['https://app.example/cb#x', 'has a fragment'],
    ['https://*.app.example/cb', 'has a wildcard'],
    ['https://user:word@app.example/cb', 'has a name or password'],
    ['javascript:alert(1)', 'has a scheme without a dot'],
    ['myapp:/cb', 'has a scheme without a dot'],
    ['https://app.example\\@evil.example/cb', 'has a character that no address has'],
    ['https://app.example/c b', 'has a character that no address has'],
    [' https://app.example/cb', 'has a character that no address has'],
    ['https://app.example/\ncb', 'has a character that no address has'],
    ['https://äpp.example/cb', 'has a character that no address has'],
  ])('is refused for the address %s: it %s', (uri, words) => {
    expect(errorsOf({ ...APP, redirect_uris: ['https://app.example/cb', uri] })).toContain(
      `app: redirect_uris ${uri} ${words}`,
    );
  });

  it('is refused for an id that comes twice', () => {
    expect(errorsOf(GOOD, GOOD)).toMatch(/good: client_id is used twice/);
  });

  it('tells all faults at once', () => {
    const errors = errorsOf(
      { client_id: 'one' },
      { ...GOOD, client_id: 'two', client_secret: 'x' },
      GOOD,
      GOOD,
    );
    for (const words of [/one: client_name/, /two: client_secret/, /good: client_id/])
      expect(errors).toMatch(words);
  });

  it('that is no JSON, or no array, is said to be so', () => {
    for (const text of ['', '{', 'clients']) expect(() => parseClients(text)).toThrow(/not JSON/);
    for (const text of ['{}', '"x"', 'null', '7']) expect(() => parseClients(text)).toThrow(/a JSON array/);
  });
});

describe('a client that only the library finds fault with', () => {
  it.each([
    ['a secret is missing', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['keys are missing', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['an address is none', { logo_uri: 'not an address' }],
    ['a name is misspelt', { device_require_check: 'fresh-proof' }],
    ['what it asks for is not served', { userinfo_signed_response_alg: 'none' }],
    ['an algorithm is unknown', { id_token_signed_response_alg: 'none' }],
  ])('stops the start and is named: %s', async (_error, metadata) => {
    const clients = [GOOD, { client_id: 'bad', client_name: 'Bad', ...metadata }];
    const start = testProtocol({ clients });
    await expect(start).rejects.toThrow(ClientsError);
    await expect(start).rejects.toThrow(/bad: \S+/);
    await expect(start).rejects.not.toThrow(/good/);
  });
});

describe('the example', () => {
  const example = readFileSync(new URL('../../clients.example.json', import.meta.url), 'utf8');
  const PRODUCTION = {
    NODE_ENV: 'production',
    ISSUER: 'https://link.example.org',
    REDIS_URL: 'redis://localhost',
    CLIENTS_FILE: 'clients.json',
    SMTP_URL: 'smtps://mail.example.org',
    MAIL_FROM: 'no-reply@example.org',
    TRUSTED_PROXIES: 'none',
    LATCHKEY_SECRET: LONG.replaceAll(' ', '-'),
  };

  it('signs in devices, among them the one to try things with', async () => {
    expect(parseClients(example)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ client_id: 'demo-device', client_name: 'Riverside Home' }),
      ]),
    );
    const protocol = await testProtocol({ clients: JSON.parse(example) as object[] });
    for (const id of ['demo-device', 'living-room-tv']) {
      expect((await new DeviceClient(protocol.issuer, id).authorize()).status).toBe(200);
    }
    await protocol.close();
  });

  it('is refused in production, where everybody knows its secret', async () => {
    const start = testProtocol({ clients: JSON.parse(example) as object[], environment: PRODUCTION });
    await expect(start).rejects.toThrow(/example-api: client_secret is the published one of the example/);
  });
});
