/** Which page may read what a client is answered (Fetch standard, section 3.2): by what the clients file says, no more. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_BASIC, DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const PACKAGED = ['null', 'file://', 'https://tv.example.com', 'capacitor://localhost'];
const CLIENTS = [
  { client_id: 'tv', client_name: 'Packaged telly', cors_origins: PACKAGED },
  { client_id: 'speaker', client_name: 'Boombox' },
  {
    client_id: 'spa',
    client_name: 'In the browser',
    redirect_uris: ['https://spa.example.com/cb', 'https://spa.example.com:8443/cb'],
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
  },
  {
    client_id: 'desktop',
    client_name: 'Desktop',
    redirect_uris: ['http://127.0.0.1/cb', 'http://localhost:8080/cb', 'com.example.desktop:/cb'],
  },
  {
    client_id: 'api',
    client_name: 'The API',
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'a secret of the API for its tests, 40 chars',
  },
];
/** Client → the pages that its tokens may be asked from. */
const SERVED: Record<string, string[]> = {
  tv: PACKAGED,
  speaker: [],
  spa: ['https://spa.example.com', 'https://spa.example.com:8443'],
  desktop: ['http://127.0.0.1', 'http://127.0.0.1:49152', 'http://localhost', 'http://localhost:3000'],
};
const OTHERS = [
  ...[
    'https://elsewhere.example',
    'http://spa.example.com',
    'https://spa.example.com:444',
    'https://example.com',
  ],
  ...[
    'https://localhost',
    'http://[::1]',
    'http://127.0.0.2',
    'http://localhost.example.com',
    'com.example.desktop',
  ],
  ...['com.example.desktop://', 'NULL', 'file:///', 'https://tv.example.com.', 'https://TV.example.com', '*'],
  ...['https://tv.example.com, https://elsewhere.example', 'https://x@tv.example.com', 'http://127.0.0.1:x'],
];
const EVERY = [...new Set([...Object.values(SERVED).flat(), ...OTHERS])];

let protocol: TestProtocol;
let client: RawClient;
let accessToken: string;
beforeAll(async () => {
  const free = { free: 1e6, firstDelay: 1000, highestDelay: 1000, memory: 60_000 };
  protocol = await testProtocol({ clients: CLIENTS, limits: { PAGE_CODE_NETWORK: free } });
  client = new RawClient(protocol.address);
  const { browser } = await signedInOwner(protocol.stores);
  const device = new DeviceClient(protocol.issuer, 'tv');
  const { deviceCode, userCode } = codesOf(await device.authorize());
  await protocol.linking.approve(userCode, browser);
  accessToken = tokensOf(await device.poll(deviceCode)).access_token;
});
afterAll(() => protocol.close());

function corsOf({ headers }: RawAnswer): Record<string, string> {
  const lines = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return Object.fromEntries(lines.filter(([name]) => name.startsWith('access-control-')));
}

const invitation = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
});

/** Of devices whose pages are listed, and of no page at all. */
const FOR_FEW = ['/device/auth', '/token/introspection'];

/** What each endpoint is asked in the name of a client, with the status that a page hears that may ask. */
const asked = (id: string): [path: string, body: string, status: number][] => [
  ['/token', `grant_type=refresh_token&client_id=${id}&refresh_token=x`, 400],
  ['/token', `grant_type=${encodeURIComponent(DEVICE_GRANT)}&client_id=${id}&device_code=x`, 400],
  ['/token/revocation', `client_id=${id}&token=x`, 200],
  ['/par', `client_id=${id}&response_type=code`, 400],
];

describe('the answers to a client', () => {
  it.each(Object.keys(SERVED))('are read by its own pages and by no other: %s', async (id) => {
    for (const [path, body, status] of asked(id)) {
      for (const origin of EVERY) {
        const answer = await client.post(path, body, { origin });
        const isOwn = SERVED[id]?.includes(origin) === true;
        const seen = [id, path, origin, answer.status, corsOf(answer)];
        expect(seen).toEqual([id, path, origin, isOwn ? status : 400, isOwn ? invitation(origin) : {}]);
        if (!isOwn) expect(answer.body).toMatch(/"error":"(invalid_request|unauthorized_client)"/);
        expect(answer.headers).toContainEqual(['Vary', 'Origin']);
      }
    }
  });

  it('at userinfo are read by pages of the client that the token is of', async () => {
    for (const origin of EVERY) {
      const answer = await client.send('GET', '/me', '', { origin, authorization: `Bearer ${accessToken}` });
      const isOwn = PACKAGED.includes(origin);
      expect([origin, answer.status, corsOf(answer)]).toEqual([
        origin,
        isOwn ? 200 : 400,
        isOwn ? invitation(origin) : {},
      ]);
    }
  });

  it('at device authorization are read by pages that the clients file lists, and by no others', async () => {
    for (const id of Object.keys(SERVED).filter((one) => one !== 'desktop')) {
      for (const origin of EVERY) {
        const answer = await client.post('/device/auth', `client_id=${id}&scope=openid`, { origin });
        const [mayAsk, isListed] = [SERVED[id]?.includes(origin), id === 'tv' && PACKAGED.includes(origin)];
        expect([id, origin, answer.status, corsOf(answer)]).toEqual([
          id,
          origin,
          mayAsk ? 200 : 400,
          isListed ? invitation(origin) : {},
        ]);
      }
    }
  });

  it('without a known client say what is wrong to pages that some client is answered to', async () => {
    for (const origin of EVERY) {
      const known = Object.values(SERVED).flat().includes(origin);
      const stranger = await client.post('/token', 'grant_type=refresh_token&client_id=nobody', { origin });
      const expired = await client.send('GET', '/me', '', { origin, authorization: 'Bearer x' });
      const device = await client.post('/device/auth', 'client_id=nobody&scope=openid', { origin });
      const expected = known ? invitation(origin) : {};
      expect([origin, stranger.status, corsOf(stranger)]).toEqual([origin, 401, expected]);
      expect([origin, expired.status, corsOf(expired)]).toEqual([origin, 401, expected]);
      const listed = PACKAGED.includes(origin) ? invitation(origin) : {};
      expect([origin, device.status, corsOf(device)]).toEqual([origin, 401, listed]);
    }
  });

  it('that no page asked for invite none', async () => {
    for (const [path, body] of [...asked('tv'), ['/device/auth', 'client_id=tv&scope=openid'] as const]) {
      expect([path, corsOf(await client.post(path, body))]).toEqual([path, {}]);
    }
  });

  it('at introspection are for no page', async () => {
    for (const origin of EVERY) {
      const headers = { origin, authorization: API_BASIC };
      const answer = await client.post('/token/introspection', `token=${accessToken}`, headers);
      expect([origin, answer.status, corsOf(answer)]).toEqual([origin, 400, {}]);
    }
  });

  it('are for every page where they are documents for everybody', async () => {
    for (const path of [
      '/jwks',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
    ]) {
      for (const origin of ['https://elsewhere.example', 'null']) {
        const answer = await client.send('GET', path, '', { origin });
        expect(corsOf(answer)).toMatchObject({ 'access-control-allow-origin': origin });
      }
    }
  });
});

describe('the question that a browser asks ahead', () => {
  const preflight = (path: string, origin: string) =>
    client.send('OPTIONS', path, '', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,dpop',
    });

  it('is answered to pages that some client is answered to, and to no others; never with cookies', async () => {
    for (const origin of EVERY) {
      for (const path of ['/token', '/me', '/token/revocation', '/par', ...FOR_FEW]) {
        const isListed = PACKAGED.includes(origin);
        const known = Object.values(SERVED).flat().includes(origin);
        const mayAsk = path === '/device/auth' ? isListed : known && path !== '/token/introspection';
        const answer = await preflight(path, origin);
        expect([path, origin, answer.status, corsOf(answer)]).toEqual([
          path,
          origin,
          204,
          mayAsk
            ? {
                'access-control-allow-origin': origin,
                'access-control-allow-methods': path === '/me' ? 'GET,POST' : 'POST',
                'access-control-allow-headers': 'authorization,dpop',
                'access-control-max-age': '3600',
              }
            : {},
        ]);
      }
    }
  });
});
