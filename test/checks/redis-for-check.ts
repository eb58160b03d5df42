import { ensureSystemPackage, REDIS_SERVER } from '../../src/cli/system-packages.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';

/** Runs a check beside a Redis of its own, where jest has not started one; then it is stopped. */
export async function withRedis<T>(check: (url: string) => Promise<T>): Promise<T> {
  ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
  const redis = await startStandaloneRedis();
  process.env['TEST_REDIS_URL'] = redis.url;
  try {
    return await check(redis.url);
  } finally {
    await redis.stop();
  }
}
