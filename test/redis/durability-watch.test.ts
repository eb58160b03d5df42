import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { DurabilityWatch } from '../../src/redis/durability-watch.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { type TestStores, testStores } from '../support/test-stores.ts';

let redis: TestRedis;
let stores: TestStores;
let connection: RedisConnection;

beforeAll(async () => {
  redis = await startStandaloneRedis();
  stores = await testStores({ url: redis.url });
  connection = stores.connection;
});
afterAll(async () => {
  await connection.close();
  await redis.stop();
});

it('sees within half a minute that the store no longer keeps what it confirms, and that it does again', async () => {
  let now = 0;
  const watch = new DurabilityWatch(connection, stores.probe, { allow: [], replicas: 0 }, () => now);
  expect(await watch.state()).toBe('ready');
  await connection.redis.config('SET', 'appendfsync', 'everysec');
  now += 31_000;
  expect(await watch.state()).toBe('store-unsafe');
  expect(
    await new DurabilityWatch(connection, stores.probe, { allow: ['appendfsync'], replicas: 0 }).state(),
  ).toBe('ready');
  await connection.redis.config('SET', 'appendfsync', 'always');
  now += 31_000;
  expect(await watch.state()).toBe('ready');
});

it('sees at once that the store makes no changes, and that it does again', async () => {
  const watch = new DurabilityWatch(connection, stores.probe, { allow: [], replicas: 0 });
  await connection.redis.config('SET', 'maxmemory', '1');
  expect(await watch.state()).toBe('store-read-only');
  await connection.redis.config('SET', 'maxmemory', '0');
  expect(await watch.state()).toBe('ready');
});
