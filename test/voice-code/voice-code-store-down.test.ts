import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { PageClient } from '../web/page-client.ts';

let redis: TestRedis;
let server: TestServer;
beforeAll(async () => {
  redis = await startStandaloneRedis();
  server = await startServer({ REDIS_URL: redis.url });
});
afterAll(async () => {
  redis.resume();
  await server.stop();
  await redis.stop();
});

const CASES = [
  ['a voice code', '/voice-code/verify', { code: '4071' }],
  ['a purchase', '/voice-code/purchase', { amount: '499', currency: 'EUR', idempotency_key: 'one' }],
] as const;

it.each(CASES)(
  'nothing is claimed of %s while the store hangs: 503, in JSON, when to ask again',
  async (_what, path, form) => {
    const authorization = `Bearer ${'x'.repeat(43)}`;
    const ask = () => new PageClient(server.issuer).post(path, form, { authorization });
    expect((await ask()).status).toBe(401);
    redis.pause();
    const down = await ask();
    redis.resume();
    expect([down.status, JSON.parse(down.text).error]).toEqual([503, 'temporarily_unavailable']);
    expect(Number(down.headers['retry-after'])).toBeGreaterThan(0);
    expect(down.headers['www-authenticate']).toBeUndefined();
  },
);
