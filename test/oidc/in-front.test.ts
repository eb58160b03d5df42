/**
 * What stands in front of the framework, in the whole server: the same odd requests to it and to the same server in which
 * everything goes to the framework and the library, on one store.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlainAnswers } from '../../src/net/plain-answer.ts';
import type { Tokens } from '../support/device-client.ts';
import { API_BASIC } from '../support/device-client.ts';
import { FORM, mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { pollOf } from '../support/two-paths.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const CODES = '/device/auth';
const CLIENT = 'tv';
/** Each request has a code of its own. */
const MANY_CODES = { LIVE_CODES: '200000', LIVE_CODES_PER_CLIENT: '200000', DEVICE_CODE_MINUTES: '1' };
/** And may be one that never was, as often as is asked: limits have tests of their own. */
const FREE = { free: 1e6, firstDelay: 1000, highestDelay: 1000, memory: 60_000 };
const limits = { UNKNOWN_CODE_NETWORK: FREE, UNKNOWN_CODE_ALL: FREE };

const answered: string[] = [];
let front: WholeServer;
let behind: WholeServer;
let through: Record<'front' | 'behind', RawClient>;

beforeAll(async () => {
  front = await startWholeServer(MANY_CODES, undefined, { limits, aroundFront: counted });
  const same = { ...MANY_CODES, REDIS_PREFIX: front.environment['REDIS_PREFIX'] ?? '', ISSUER: front.issuer };
  behind = await startWholeServer(same, undefined, { limits, aroundFront: () => () => undefined });
  const address = `http://127.0.0.1:${behind.environment['PORT']}`;
  through = { front: new RawClient(front.issuer), behind: new RawClient(address) };
});
/** Counts what is answered in front of the framework. */
function counted(ask: PlainAnswers): PlainAnswers {
  return async (...question) => {
    const answer = await ask(...question);
    if (answer) answered.push(answer.route);
    return answer;
  };
}

afterAll(async () => {
  await front.close();
  await behind.close();
});

async function newCode(client: RawClient): Promise<string> {
  const { body } = await client.post(CODES, `client_id=${CLIENT}&scope=openid`);
  return (JSON.parse(body) as { device_code: string }).device_code;
}

async function linkedDevice(client: RawClient, more = ''): Promise<Tokens> {
  const form = `client_id=${CLIENT}&scope=openid%20profile%20offline_access${more}`;
  const codes = JSON.parse((await client.post(CODES, form)).body) as {
    device_code: string;
    user_code: string;
  };
  const { browser } = await front.owner();
  await front.inside.linking.approve(codes.user_code.replace('-', ''), browser);
  const { body } = await client.post('/token', pollOf(codes.device_code, CLIENT));
  return JSON.parse(body) as Tokens;
}

/** All but what no two answers share: time, request ids, codes, and where the server is. */
function comparable({ status, headers, body }: RawAnswer): unknown {
  const lines = headers.map(([name, value]) => {
    const isIts =
      /^(date|x-request-id)$/i.test(name) ||
      (name === 'Content-Length' && (body === '' || /"device_code"|"request_id"/.test(body)));
    return isIts ? [name] : [name, value];
  });
  if (!/"device_code"|"access_token"/.test(body))
    return { status, lines, body: body.replace(/"request_id":"[^"]*"/, '') };
  return { status, lines, body: Object.keys(JSON.parse(body) as object) };
}

/** The lines of the log about requests, without what no two have in common. */
function logged(server: WholeServer, requestId: string): unknown[] {
  const lines = server
    .logged()
    .split('\n')
    .filter((line) => line.includes(`"${requestId}"`));
  return lines.map((line) => {
    const { time, pid, hostname, requestId, ms, code, event_id, ...rest } = JSON.parse(line) as Record<
      string,
      unknown
    >;
    return { ...rest, has: { time: typeof time, requestId: typeof requestId, ms: typeof ms } };
  });
}

const idOf = ({ headers }: RawAnswer) => headers.find(([name]) => name === 'X-Request-Id')?.[1] ?? '';

/** What is asked is answered in front, alike and with the same lines in the log; @returns answer and lines */
async function bothSay(
  route: string,
  ask: (client: RawClient) => Promise<RawAnswer>,
): Promise<[RawAnswer, string]> {
  answered.length = 0;
  front.forgetLog();
  behind.forgetLog();
  const [one, other] = [await ask(through.front), await ask(through.behind)];
  expect([one.status, answered]).toEqual([200, [route]]);
  expect(comparable(one)).toEqual(comparable(other));
  const lines = logged(front, idOf(one));
  expect(lines).toEqual(logged(behind, idOf(other)));
  return [one, JSON.stringify(lines)];
}

describe('a server that answers in front of the framework', () => {
  const fields = fc
    .tuple(
      mostly('grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code', ['grant_type=x', '']),
      mostly('device_code=CODE', ['device_code=CODE%20', 'device_code=', '']),
      mostly(`client_id=${CLIENT}`, ['client_id=nobody', 'client_id=__proto__', '']),
      mostly('', [
        'scope=openid',
        'client_id=tv',
        '&',
        '=',
        'a',
        'client_secret=x',
        `more=${'x'.repeat(3000)}`,
      ]),
    )
    .map((all) => all.filter(Boolean).join('&'));
  const question = fc.record({
    fields,
    isPoll: mostly(true, [false]),
    headers: oddHeaders(
      mostly<string | undefined>(undefined, ['Basic dHY6', 'Basic dHY6eA==', 'Bearer x', '']),
    ),
    path: mostly('', ['/', '?client_id=tv', '/..', '//']),
    method: mostly('POST', ['GET', 'PUT', 'OPTIONS', 'HEAD', 'DELETE']),
  });
  const plain = { fields: '', isPoll: true, headers: FORM, path: '', method: 'POST' };

  async function ask(name: 'front' | 'behind', { fields, isPoll, headers, path, method }: typeof plain) {
    const code = isPoll ? await newCode(through[name]) : '';
    const body = isPoll ? fields.replace('CODE', code) || pollOf(code, CLIENT) : 'client_id=tv&scope=openid';
    return through[name].send(method, (isPoll ? '/token' : CODES) + path, body, headers);
  }

  it.each([
    ['/token', 16_385],
    ['/token/introspection', 16_385],
    ['/token/revocation', 16_385],
    ['/device/auth', 45_057],
  ])(
    'refuses a form at %s that is too long by its own word, without waiting for it',
    async (path, octets) => {
      const headers = { ...FORM, 'content-length': String(octets) };
      const { status, headers: lines, body } = await through.front.begin(path, headers);
      expect(JSON.parse(body)).toMatchObject({ error: 'invalid_request' });
      expect(status).toBe(413);
      expect(lines).toContainEqual(['Connection', 'close']);
    },
  );

  it('says of a device that refreshes what it says behind', async () => {
    const { refresh_token: token } = await linkedDevice(through.front);
    const form = `grant_type=refresh_token&client_id=${CLIENT}&refresh_token=${token}`;
    const [, lines] = await bothSay('/token', (client) => client.post('/token', form));
    expect(lines).toMatch(/"token-refreshed".*"device":"/);
  });

  it.each<[string, string, RegExp]>([
    ['lives', '', /"msg":"protocol"/],
    ['has ended', '', /"msg":"protocol"/],
    [
      'is for another API',
      '&resource=https%3A%2F%2Fapi.example.com',
      /"introspection-refused".*"token-of-another"/,
    ],
  ])('says of a token that %s, to an API, what it says behind', async (which, more, line) => {
    const tokens = await linkedDevice(through.front, more);
    if (which === 'has ended')
      await through.front.post('/token/revocation', `client_id=${CLIENT}&token=${tokens.refresh_token}`);
    const [{ body }, lines] = await bothSay('/token/introspection', (client) =>
      client.post('/token/introspection', `token=${tokens.access_token}`, { authorization: API_BASIC }),
    );
    expect((JSON.parse(body) as { active: boolean }).active).toBe(which === 'lives');
    expect(lines).toMatch(line);
  });

  it('says of its owner, to a device, what it says behind', async () => {
    const { access_token: token } = await linkedDevice(through.front);
    const headers = { authorization: `Bearer ${token}` };
    const [{ body }] = await bothSay('/me', (client) => client.get('/me', headers));
    expect(JSON.parse(body)).toMatchObject({ sub: expect.any(String), name: expect.any(String) });
  });

  it('counts each request once, answered in front or behind', async () => {
    const counted = async (name: 'front' | 'behind') => {
      const { body } = await through[name].get('/metrics');
      const found = /^latchkey_http_request_seconds_count\{route="\/token",status="4xx"\} (\d+)$/m.exec(body);
      return Number(found?.[1] ?? 0);
    };
    for (const name of ['front', 'behind'] as const) {
      const before = await counted(name);
      await through[name].post('/token', pollOf(await newCode(through[name]), CLIENT));
      await through[name].post('/token', pollOf('never issued', CLIENT));
      expect([name, (await counted(name)) - before]).toEqual([name, 2]);
    }
  });

  it('gives the same answer to whatever is asked, and says the same of it in its log', async () => {
    answered.length = 0;
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        front.forgetLog();
        behind.forgetLog();
        const [one, other] = [await ask('front', asked), await ask('behind', asked)];
        expect(comparable(one)).toEqual(comparable(other));
        expect(logged(front, idOf(one))).toEqual(logged(behind, idOf(other)));
      }),
      { ...oddRuns(150), examples: [[plain], [{ ...plain, isPoll: false }]] },
    );
    expect(new Set(answered)).toEqual(new Set(['/token', CODES]));
  });
});
