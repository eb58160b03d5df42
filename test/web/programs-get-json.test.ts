/**
 * A program is answered in JSON, or with nothing and no type, whatever it says that it takes: Java's HttpURLConnection
 * sends `Accept: text/html, …` unasked, and a page instead of a poll's answer stops the device.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROTOCOL_ENDPOINTS } from '../../src/web/middleware/protocol-paths.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { reconnected } from '../support/reconnected.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

interface Question {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
}

const JAVA = 'text/html, image/gif, image/jpeg, */*; q=0.2';
const ACCEPTS: readonly (string | undefined)[] = [
  ...[undefined, '', '*/*', 'text/html', 'text/*', 'image/png', JAVA],
  ...['application/xhtml+xml, text/html;q=0.9', 'application/json;q=0, text/html', ';;q=,,%', 'é'],
];

let server: WholeServer;
let client: RawClient;
let refreshToken: string;
let accessToken: string;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
  client = new RawClient(server.origin);
  const device = new DeviceClient(server.origin);
  const { deviceCode, userCode } = codesOf(await device.authorize());
  await server.inside.linking.approve(userCode, (await server.owner()).browser);
  const tokens = tokensOf(await device.poll(deviceCode));
  [refreshToken, accessToken] = [tokens.refresh_token, tokens.access_token];
});
afterAll(() => server.close());

/** Every endpoint of the protocol at which no person is: one that is added is asked here, too. */
const ENDPOINTS = [...PROTOCOL_ENDPOINTS].filter(([path]) => path !== '/auth');
const ALL = ENDPOINTS.map(([path]) => path);
const having = (method: string) =>
  ENDPOINTS.filter(([, methods]) => methods.includes(method)).map(([path]) => path);
const POSTED = having('POST');
const FETCHED = having('GET');

const post = (path: string, body = '', headers: Record<string, string> = {}): Question => ({
  method: 'POST',
  path,
  body,
  headers,
});
const send = (method: string, path: string, headers: Record<string, string> = {}): Question => ({
  method,
  path,
  body: '',
  headers,
});

/** Kinds of requests, right and wrong, each at every endpoint at which there is such a thing. */
const KINDS: Record<string, () => Question[]> = {
  'nothing wrong': () => [
    post('/token', `grant_type=refresh_token&client_id=tv&refresh_token=${refreshToken}`),
    post('/device/auth', 'client_id=tv&scope=openid'),
    post('/token/introspection', `token=${accessToken}`, { authorization: API_BASIC }),
    post('/token/revocation', 'client_id=tv&token=unknown'),
    send('GET', '/me', { authorization: `Bearer ${accessToken}` }),
    ...FETCHED.filter((path) => path !== '/me').map((path) => send('GET', path)),
  ],
  'a poll with a code that was never issued': () => [
    post('/token', 'grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code=x'),
  ],
  'an early refusal': () => ALL.map((path) => send('GET', `${path}/..`)),
  'nothing asked': () => [...POSTED.map((path) => post(path)), send('GET', '/me')],
  'an unknown client': () => POSTED.map((path) => post(path, 'client_id=nobody&token=x&scope=openid')),
  'a wrong secret': () => POSTED.map((path) => post(path, 'token=x', { authorization: 'Basic YXBpOng=' })),
  'a token that is not good': () => [send('GET', '/me', { authorization: 'Bearer x' })],
  'a parameter twice': () => POSTED.map((path) => post(path, 'client_id=tv&token=x&token=x&scope=a&scope=b')),
  'a damaged form': () => POSTED.map((path) => post(path, '%ff=%&&=;=%00&client_id=%ff')),
  'a form that is too large': () => POSTED.map((path) => post(path, `client_id=tv&x=${'x'.repeat(60_000)}`)),
  'a body of another type': () =>
    POSTED.map((path) => post(path, '{"client_id":"tv"}', { 'content-type': 'application/json' })),
  'a body in another charset': () =>
    POSTED.map((path) =>
      post(path, 'client_id=tv', { 'content-type': 'application/x-www-form-urlencoded; charset=none' }),
    ),
  'another method': () => ALL.flatMap((path) => ['DELETE', 'PUT', 'PATCH'].map((verb) => send(verb, path))),
  'a method of others': () => [
    ...POSTED.filter((path) => path !== '/me').map((path) => send('GET', path)),
    ...FETCHED.filter((path) => path !== '/me').map((path) => post(path)),
  ],
  'what is below it': () =>
    ALL.flatMap((path) => [send('GET', `${path}/x`), post(`${path}/x`), send('GET', `${path}//`)]),
  'no such document': () => [send('GET', '/.well-known/nothing'), post('/.well-known/nothing')],
  'other spellings': () => ALL.flatMap((path) => [post(path.toUpperCase()), send('PUT', `${path}/`)]),
};

/** In JSON, or of no type with nothing in it. */
function seenIn({ status, headers, body }: RawAnswer) {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const isJson = /^application\/(jwk-set\+)?json; charset=utf-8$/.test(type ?? '');
  const parsed: unknown = isJson ? JSON.parse(body) : undefined;
  const hasError = parsed !== undefined && typeof (parsed as { error?: unknown }).error === 'string';
  return { status, type: body === '' ? type : isJson ? 'JSON' : type, hasError };
}

function ask({ method, path, body, headers }: Question, accept: string | undefined): Promise<RawAnswer> {
  const taken = accept === undefined ? {} : { accept: Buffer.from(accept).toString('latin1') };
  return client.send(method, path, body, { ...headers, ...taken });
}

describe('a program hears JSON, or nothing without a type, whatever it says that it takes', () => {
  it.each(Object.keys(KINDS))('%s', async (kind) => {
    for (const question of KINDS[kind]?.() ?? []) {
      const plain = seenIn(await ask(question, 'application/json'));
      const expected = { status: plain.status, type: plain.type && 'JSON', hasError: plain.status >= 400 };
      for (const accept of ACCEPTS) {
        const seen = seenIn(await ask(question, accept));
        const said = `${question.method} ${question.path} Accept: ${accept}`;
        expect([said, seen]).toEqual([said, expected]);
      }
    }
  });

  it('the store does not answer', async () => {
    const own = await startWholeServer(BEHIND_HTTPS);
    const { redis } = own.inside.connection;
    Object.assign(redis.options, { commandTimeout: 100 });
    redis.disconnect();
    client = new RawClient(own.origin);
    const asked = (KINDS['nothing wrong']?.() ?? []).filter(({ path }) => !FETCHED.includes(path));
    const all = [...asked, send('GET', '/me', { authorization: `Bearer ${accessToken}` })].flatMap(
      (question) => [undefined, 'text/html', JAVA, 'image/png'].map((accept) => ({ question, accept })),
    );
    const seen = await Promise.all(all.map(({ question, accept }) => ask(question, accept)));
    for (const [index, answer] of seen.entries()) {
      const said = JSON.stringify(all[index]);
      expect([said, seenIn(answer)]).toEqual([said, { status: 503, type: 'JSON', hasError: true }]);
    }
    client = new RawClient(server.origin);
    await reconnected(redis);
    await own.close();
  });
});

describe('an API that asks for a signed answer (RFC 9701)', () => {
  const SIGNED = 'application/token-introspection+jwt';
  const typeOf = ({ headers }: RawAnswer) =>
    headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];

  it('hears it where it asks about a token, and JSON everywhere else, errors too', async () => {
    for (const question of KINDS['nothing wrong']?.() ?? []) {
      const answer = await ask(question, SIGNED);
      const expected =
        question.path === '/token/introspection' ? SIGNED : expect.not.stringContaining(SIGNED);
      if (answer.body !== '') expect([question.path, typeOf(answer)]).toEqual([question.path, expected]);
    }
    for (const path of ['/token/introspection', '/TOKEN/introspection/']) {
      const asked = post(path, `token=${accessToken}`, { authorization: API_BASIC });
      expect([path, typeOf(await ask(asked, SIGNED))]).toEqual([path, SIGNED]);
    }
    for (const headers of [{ authorization: 'Basic YXBpOng=' }, {}]) {
      const refused = await ask(post('/token/introspection', 'token=x', headers), SIGNED);
      expect(seenIn(refused)).toMatchObject({ type: 'JSON', hasError: true });
    }
  });
});

describe('a person who is sent to authorization', () => {
  it('goes on being shown a page', async () => {
    for (const path of ['/auth?client_id=nobody', '/auth/gone', '/auth/a/b', '/AUTH/']) {
      const page = await server.visitor().get(path);
      expect([path, page.status >= 400, page.headers['content-type']]).toEqual([
        path,
        true,
        'text/html; charset=utf-8',
      ]);
    }
  });
});
