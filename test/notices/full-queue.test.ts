import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const FULL = 10_000;
let redis: TestRedis;
let stores: TestStores;
beforeAll(async () => {
  // Its own: what it has done is counted.
  redis = await startStandaloneRedis();
  stores = await testStores({ url: redis.url });
});
afterAll(async () => {
  stores.connection.redis.disconnect();
  await redis.stop();
});

const queue = () => stores.signalQueues;
const notice = (accountId: string, end: string) => ({
  accountId,
  end,
  body: { event: 'urn:example', subject: {}, fields: {}, issued: 0 },
});

/** So full with what has no time to leave, behind what is there. */
async function fill(receiver: string): Promise<string> {
  const { queued } = new Keyspace(stores.prefix).noticesOf(receiver);
  const rest = Array.from({ length: FULL - (await queue().count(receiver)) }, (_, index) => [
    `${Date.now()}`,
    `filler${index}.x`,
  ]);
  await stores.connection.redis.zadd(queued, ...rest.flat());
  return queued;
}

/** How often Redis has read a whole hash: the counts of a queue are read so, where all of it is looked at. */
async function walks(): Promise<number> {
  const info = await stores.connection.redis.info('commandstats');
  return Number(/cmdstat_hgetall:calls=(\d+)/.exec(info)?.[1] ?? 0);
}

it('a receiver that never comes costs the events of owners little: its full queue is looked through once for many of them', async () => {
  for (let index = 0; index < 120; index += 1) await queue().add('unread', notice(randomId(), 'old'));
  const queued = await fill('unread');
  const before = await walks();
  for (let index = 0; index < 100; index += 1)
    expect(await queue().add('unread', notice(randomId(), 'new'))).toBe(1);
  // Twice, and once more for each minute that a busy machine takes over it.
  expect((await walks()) - before).toBeLessThanOrEqual(10);
  expect(await stores.connection.redis.zcard(queued)).toBe(FULL);
});

it('an owner about whom very much happens takes no place of others, though it is not looked each time', async () => {
  const [busy, neighbour] = [randomId(), randomId()];
  for (let index = 0; index < 200; index += 1) await queue().add('shared', notice(busy, `${index}-0.0`));
  await queue().add('shared', notice(neighbour, '0-0.0'));
  const queued = await fill('shared');
  for (let index = 0; index < 120; index += 1)
    expect(await queue().add('shared', notice(randomId(), 'new'))).toBe(1);
  const left = await stores.connection.redis.zrange(queued, '0', '-1');
  const ofBusy = left.filter((id) => id.startsWith(`${busy}.`));
  // The oldest of theirs have left, and none of others.
  expect(ofBusy).toEqual(Array.from({ length: 80 }, (_, index) => `${busy}.${index + 120}-0.0`));
  expect(left).toContain(`${neighbour}.0-0.0`);
});
