import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SEALED_TOKEN_LENGTH } from '../../src/devices/refresh-token-seals.ts';
import { DeviceClient } from '../support/device-client.ts';
import { errorOf, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

/** In milliseconds. */
const YEAR = 365 * 86_400_000;

async function refresh(token: string, client: DeviceClient): Promise<string> {
  const answer = await client.refresh(token);
  expect([answer.status, errorOf(answer)]).toEqual([200, undefined]);
  return tokensOf(answer).refresh_token;
}

async function expectRefused(token: string, client: DeviceClient): Promise<void> {
  const answer = await client.refresh(token);
  expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_grant']);
}

/** The fixture is what the version before wrote: two used tokens, the head, and two successors that stand beside each other. */
describe('a device that was linked before tokens were sealed', () => {
  interface Recorded {
    at: number;
    accountId: string;
    used: [string, string];
    head: string;
    successors: [string, string];
    hashes: Record<string, Record<string, string>>;
  }
  const recorded = JSON.parse(
    readFileSync(new URL('../fixtures/recorded-refresh-tokens.json', import.meta.url), 'utf8'),
  ) as Recorded;
  let before: TestProtocol;

  /** What the version before this one has left in a store, an hour ago. */
  beforeAll(async () => {
    // The store goes by the time of now, and what this server writes an hour after the recording has to last until then.
    before = await testProtocol({ lifetimes: { refreshToken: 50 * YEAR } });
  });
  afterAll(() => before.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function restored(): Promise<DeviceClient> {
    const { prefix, connection } = before.stores;
    for (const [key, fields] of Object.entries(recorded.hashes)) {
      const lasting = Object.entries(fields).map(([field, value]) => [
        field,
        value.replace(/"(exp|till)":\d+/g, '"$1":4000000000000'),
      ]);
      await connection.redis.unlink(`${prefix}${key}`);
      await connection.redis.hset(`${prefix}${key}`, Object.fromEntries(lasting));
    }
    jest.spyOn(Date, 'now').mockReturnValue(recorded.at + 3_600_000);
    return new DeviceClient(before.issuer);
  }

  it.each([
    ['the head', recorded.head],
    ['a successor', recorded.successors[0]],
    ['the other successor', recorded.successors[1]],
  ])('goes on with %s, and is sealed from then on', async (_which, token) => {
    const client = await restored();
    const next = await refresh(token, client);
    expect(next).toHaveLength(SEALED_TOKEN_LENGTH);
    // Its answer may be lost.
    const heard = await refresh(token, client);
    await refresh(await refresh(heard, client), client);
    await expectRefused(next, client);
    await expectRefused(heard, client);
  });

  it.each([
    ['used', recorded.used[0]],
    ['former', recorded.used[1]],
    ['lost', recorded.successors[0]],
    ['exchanged', recorded.head],
  ])('is ended by replay of a token that was %s before', async (_how, token) => {
    const client = await restored();
    const next = await refresh(await refresh(recorded.successors[1], client), client);
    await expectRefused(token, client);
    await expectRefused(next, client);
    expect(Object.keys(await new StoredState(before.stores).grants(recorded.accountId as never))).toEqual([]);
  });

  it('may be revoked by any of its tokens', async () => {
    const client = await restored();
    const next = await refresh(recorded.head, client);
    expect((await client.revoke(recorded.used[1])).status).toBe(200);
    await expectRefused(next, client);
  });
});
