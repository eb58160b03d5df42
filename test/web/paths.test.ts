import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isProtocolPath } from '../../src/web/middleware/protocol-paths.ts';
import { DeviceClient } from '../support/device-client.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
});
afterAll(() => server.close());

/** Ways to write a path that some reader might take for the same. */
function variantsOf(path: string): string[] {
  const encoded = (text: string) =>
    text.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const inside = path.slice(1);
  return [
    path,
    path.toUpperCase(),
    `/${inside[0]?.toUpperCase()}${inside.slice(1)}`,
    `${path}/`,
    `${path.toUpperCase()}/`,
    `${path}//`,
    `/${encoded(inside)}`,
    `/${encoded(inside[0] ?? '')}${inside.slice(1)}`,
    `${path}%2f`,
    `${path}%20`,
    `${path};x=1`,
    `${path}.`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e%2e${path}`,
    `/${path}`,
    `${path}/.`,
    `${path}/..`,
    `http://evil.example${path}`,
    `HTTP://user@evil.example:99${path}?user_code=x`,
  ];
}

const PAGES = [
  '/device',
  '/device/confirm',
  '/device/waiting',
  '/device/some-uid',
  '/device/BBBB-BBBB',
  '/device/auth/x',
  '/interaction/abc',
  '/reg',
  '/request',
  '/backchannel',
];

describe('paths of pages', () => {
  const all = PAGES.flatMap(variantsOf).flatMap((path) =>
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((method) => ({ method, path })),
  );

  it('are never served by the protocol library, in whatever way they are written', async () => {
    const visitor = server.visitor();
    for (const { method, path } of all) {
      const answer = await visitor.send(method, path);
      const said = `${method} ${path}: ${answer.status}`;
      expect([said, [303, 400, 403, 404, 405].includes(answer.status)]).toEqual([said, true]);
      expect([said, answer.text.includes('op.deviceInputForm')]).toEqual([said, false]);
      const cookies = String(answer.headers['set-cookie'] ?? '');
      expect([said, /_session|_interaction/.test(cookies)]).toEqual([said, false]);
      if (answer.status !== 400) expect(answer.headers['permissions-policy']).toBeDefined();
    }
  });

  it('are pages however they are written in capitals or with a slash at the end', async () => {
    for (const path of ['/device', '/DEVICE', '/Device/', '/dEvIcE?user_code=x']) {
      const answer = await server.visitor().get(path);
      expect(answer.location).toBe('/sign-in?return_to=%2Fdevice');
    }
  });

  it('that do not exist are 404, ones that take no such method 405 with what they take', async () => {
    expect((await server.visitor().get('/nothing')).status).toBe(404);
    const posted = await server.visitor().get('/sign-out');
    expect(posted.status).toBe(405);
    expect(posted.headers['allow']).toBe('POST');
    expect((await server.visitor().send('DELETE', '/device')).status).toBe(405);
  });
});

describe('paths of the protocol', () => {
  const PROTOCOL = [
    '/token',
    '/me',
    '/jwks',
    '/token/introspection',
    '/token/revocation',
    '/par',
    '/auth',
    '/auth/uid',
  ];

  it('are told apart as the library would tell them', () => {
    for (const path of [...PROTOCOL, '/session/end', '/.well-known/openid-configuration', '/device/auth']) {
      for (const written of [path, `${path}/`, path.toUpperCase()]) {
        expect([written, isProtocolPath(written)]).toEqual([written, true]);
      }
    }
    for (const path of ['/token/x', '/ME/x', '/token//', '/jwks/a/b', '/auth//']) {
      expect([path, isProtocolPath(path)]).toEqual([path, true]);
    }
    for (const path of [
      '/device',
      '/Device/',
      '/device/x',
      '/tokens',
      '/authx',
      '/',
      '/%74oken',
      '//token',
    ]) {
      expect([path, isProtocolPath(path)]).toEqual([path, false]);
    }
  });

  it('do not run our forms, cookies or tokens of forms', async () => {
    const owner = await server.owner();
    owner.cookies.set('__Host-latchkey_visitor', 'AAAAAAAAAAAAAAAAAAAAAA');
    const twice = 'grant_type=a&grant_type=b&client_id=tv';
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' };
    const answer = await owner.send('POST', '/token', twice, { ...form, 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('device authorization takes POST only, and invites no page that the clients file does not list', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/device/auth', '/DEVICE/Auth/']) {
      const client = server.visitor();
      for (const origin of [{}, { origin: 'https://app.example' }]) {
        const good = await client.send('POST', path, 'client_id=tv&scope=openid', { ...form, ...origin });
        if (!('origin' in origin)) expect(good.status).toBe(200);
        const bad = await client.send('POST', path, 'client_id=nobody', { ...form, ...origin });
        const preflight = await client.send('OPTIONS', path, '', {
          'access-control-request-method': 'POST',
          ...origin,
        });
        expect(preflight.status).toBe(204);
        for (const { headers } of [good, bad, preflight]) {
          expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
      }
      const got = await client.get(path);
      expect([got.status, got.headers['allow']]).toEqual([405, 'POST, OPTIONS']);
    }
  });

  it('authorization has no CORS, the public documents have', async () => {
    const client = server.visitor();
    const origin = { origin: 'https://app.example' };
    const auth = await client.get('/auth?client_id=tv', origin);
    expect(auth.status).toBe(400);
    expect(auth.headers['content-type']).toContain('text/html');
    expect(auth.headers['access-control-allow-origin']).toBeUndefined();
    expect((await client.get('/jwks', origin)).headers['access-control-allow-origin']).toBeDefined();
    const introspection = await client.send('POST', '/token/introspection', '', origin);
    expect(introspection.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('addresses that others rely on', () => {
  it('come from ISSUER for every Host, forwarded header and form of the target', async () => {
    const evil = 'evil.example';
    const client = server.visitor();
    const attempts: [string, Record<string, string>][] = [
      ['', { host: evil }],
      ['', { host: `${evil}:8443` }],
      ['', { host: `link.example.net@${evil}` }],
      ['', { host: `link.example.net:443.${evil}` }],
      ['', { host: '' }],
      ['', { 'x-forwarded-host': evil, 'x-forwarded-proto': 'http', 'x-forwarded-port': '81' }],
      ['', { 'x-forwarded-host': `${evil}, ${evil}`, 'x-forwarded-server': evil }],
      ['', { forwarded: `host=${evil};proto=http` }],
      ['', { 'x-original-url': `https://${evil}/`, 'x-rewrite-url': '/x', 'x-forwarded-prefix': `/${evil}` }],
      [`http://${evil}`, {}],
      [`HTTPS://a:b@${evil}:1`, { host: evil }],
    ];
    for (const [prefix, headers] of attempts) {
      const discovery = await client.get(`${prefix}/.well-known/openid-configuration`, headers);
      const started = await client.send('POST', `${prefix}/device/auth`, 'client_id=tv&scope=openid', {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      });
      const error = await client.get(`${prefix}/auth?client_id=none`, headers);
      const page = await client.get(`${prefix}/device`, headers);
      expect(JSON.parse(discovery.text).issuer).toBe('https://link.example.net');
      expect(JSON.parse(started.text).verification_uri).toBe('https://link.example.net/device');
      for (const answer of [discovery, started, error, page]) {
        const all = answer.text + JSON.stringify(answer.headers);
        expect([headers, all.includes(evil)]).toEqual([headers, false]);
        expect(all).not.toContain('http://');
      }
    }
  });

  it('are those of a device client in any other way, too', async () => {
    const { body } = await new DeviceClient(server.origin).authorize();
    expect(String(body['verification_uri_complete'])).toMatch(
      /^https:\/\/link\.example\.net\/device\?user_code=/,
    );
  });
});
