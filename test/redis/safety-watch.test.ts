import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { SafetyWatch } from '../../src/redis/safety-watch.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';

let redis: TestRedis;
let connection: RedisConnection;

beforeAll(async () => {
  redis = await startStandaloneRedis();
  connection = connectRedis({ url: redis.url, commandTimeout: 1000, patience: 1000 });
  await connection.whenReady();
});
afterAll(async () => {
  await connection.close();
  await redis.stop();
});

it('sees within half a minute that the store no longer keeps what it confirms, and that it does again', async () => {
  let now = 0;
  const watch = new SafetyWatch(connection, [], () => now);
  expect(await watch.isSafe()).toBe(true);
  await connection.redis.config('SET', 'appendfsync', 'everysec');
  now += 31_000;
  expect(await watch.isSafe()).toBe(false);
  expect(await new SafetyWatch(connection, ['appendfsync']).isSafe()).toBe(true);
  await connection.redis.config('SET', 'appendfsync', 'always');
  now += 31_000;
  expect(await watch.isSafe()).toBe(true);
});
