import { ensureSystemPackage, REDIS_SERVER } from '../src/dev/system-packages.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';

/** Runs a check beside a Redis of its own, which the tests' support finds as if jest had started it. */
export async function withRedis<T>(check: () => Promise<T>): Promise<T> {
  ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
  const redis = await startStandaloneRedis();
  process.env['TEST_REDIS_URL'] = redis.url;
  try {
    return await check();
  } finally {
    await redis.stop();
  }
}
