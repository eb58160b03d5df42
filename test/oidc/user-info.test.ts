import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { commandsSent } from '../support/commands-sent.ts';
import { mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import type { RawAnswer, RawClient } from '../support/raw-client.ts';
import { StoredState } from '../support/stored-state.ts';
import { TwoPaths } from '../support/two-paths.ts';

const PATH = '/me';
/** Each order is an order of claims. */
const SCOPES = [
  'openid',
  'openid profile offline_access',
  'profile openid email',
  'email openid household profile offline_access',
];

let paths: TwoPaths;
/** Access tokens by what they may say, or what became of them. */
const tokens: Record<string, string> = {};

beforeAll(async () => {
  paths = await TwoPaths.open();
  for (const scope of SCOPES) tokens[scope] = (await paths.device({ scope })).tokens.access_token;
  tokens['not for openid'] = (await paths.device({ scope: 'profile offline_access' })).tokens.access_token;
  const ended = await paths.device();
  tokens['for refreshing'] = ended.tokens.refresh_token;
  tokens['of an ID'] = String(ended.tokens.id_token);
  tokens['of an ended device'] = ended.tokens.access_token;
  await ended.client.revoke(ended.tokens.refresh_token);
  const forgotten = await paths.device();
  await new StoredState(paths.protocol.stores).forget('AccessToken', forgotten.tokens.access_token);
  tokens['past its time'] = forgotten.tokens.access_token;
  tokens['never issued'] = 'x'.repeat(forgotten.tokens.access_token.length);
  tokens['for a resource'] = (
    await paths.device({ resource: 'https://api.example.com' })
  ).tokens.access_token;
});
afterAll(() => paths.close());

const bearing = (name: string) => ({ authorization: `Bearer ${tokens[name]}` });

/** @returns the answer, and whether it was given without the library's look at the token */
async function ask(send: () => Promise<RawAnswer>) {
  const look = jest.spyOn(paths.protocol.provider.AccessToken, 'find');
  const answer = await send();
  const wasFastPath = answer.status === 200 && look.mock.calls.length === 0;
  look.mockRestore();
  return { answer, wasFastPath };
}

function heard({ status, headers, body }: RawAnswer): unknown {
  return { status, headers: headers.filter(([name]) => name.toLowerCase() !== 'date'), body };
}

describe('a device that asks whose it is', () => {
  it.each(SCOPES)('is answered without the library, and as the library does: %s', async (scope) => {
    const { answer, wasFastPath } = await ask(() => paths.fastPath.get(PATH, bearing(scope)));
    expect([answer.status, wasFastPath]).toEqual([200, true]);
    const { answer: other, wasFastPath: isOther } = await ask(() => paths.around.get(PATH, bearing(scope)));
    expect([other.status, isOther]).toEqual([200, false]);
    expect(heard(answer)).toEqual(heard(other));
    expect(Object.keys(JSON.parse(answer.body) as object)).toContain('sub');
  });

  it('costs the store one question, in either path', async () => {
    const { redis } = paths.protocol.stores.connection;
    for (const path of [paths.fastPath, paths.around])
      expect(await commandsSent(redis, () => path.get(PATH, bearing('openid')))).toHaveLength(1);
  });

  it('is the library’s where it is refused', async () => {
    for (const name of Object.keys(tokens).filter((one) => !SCOPES.includes(one))) {
      const { answer, wasFastPath } = await ask(() => paths.fastPath.get(PATH, bearing(name)));
      expect([name, wasFastPath]).toEqual([name, false]);
      expect(answer.status).toBeGreaterThan(400);
      expect(heard(answer)).toEqual(heard(await paths.around.get(PATH, bearing(name))));
    }
  });

  it('hears nothing any more from the moment at which it has ended', async () => {
    const { tokens: ours, client } = await paths.device();
    const asked = async () =>
      (await paths.fastPath.get(PATH, { authorization: `Bearer ${ours.access_token}` })).status;
    expect(await asked()).toBe(200);
    await client.revoke(ours.refresh_token);
    expect(await asked()).toBe(401);
  });
});

describe('either path', () => {
  const whole = 'email openid household profile offline_access';
  const question = fc.record({
    name: mostly(whole, ['never issued', 'for a resource', 'not for openid', 'of an ID']),
    authorization: mostly('Bearer TOKEN', [
      ...['bearer TOKEN', 'Bearer  TOKEN', 'Bearer TOKEN ', 'Bearer TOKEN x', 'Bearer TOKEN=', 'DPoP TOKEN'],
      ...['Bearer', 'Bearer x', 'Basic dHY6', 'Bearer TOKEN, Bearer TOKEN', ''],
    ]),
    headers: oddHeaders(fc.constant(undefined)),
    path: mostly(PATH, [`${PATH}/`, '/ME', `${PATH}?access_token=x`, `${PATH}?scope=x`, `${PATH}?`]),
    method: mostly('GET', ['HEAD', 'POST', 'PUT', 'OPTIONS']),
    body: mostly<string | undefined>(undefined, ['', 'access_token=x', 'scope=profile']),
  });

  function send(through: RawClient, asked: typeof question extends fc.Arbitrary<infer Q> ? Q : never) {
    const { name, headers: lines, path, method, body } = asked;
    const authorization = asked.authorization.replaceAll('TOKEN', tokens[name] ?? '');
    const { 'content-type': type, ...others } = lines;
    const headers = { ...others, ...(authorization && { authorization }) };
    if (method === 'GET' && body === undefined) return through.get(path, headers);
    return through.send(method, path, body ?? '', {
      ...headers,
      ...(type !== undefined && { 'content-type': type }),
    });
  }

  it('gives the same answer to whatever is asked', async () => {
    let answeredInFront = 0;
    const check = fc.asyncProperty(question, async (asked) => {
      const { answer, wasFastPath } = await ask(() => send(paths.fastPath, asked));
      if (wasFastPath) answeredInFront += 1;
      expect(heard(answer)).toEqual(heard(await send(paths.around, asked)));
    });
    await fc.assert(check, oddRuns(150));
    expect(answeredInFront).toBeGreaterThan(0);
  });
});
