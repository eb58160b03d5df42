import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Adapter, AdapterFactory } from 'oidc-provider';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { createAdapterFactory } from '../../src/oidc/adapters/adapter.ts';
import { ClientDirectory } from '../../src/oidc/client-directory.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createStores } from '../../src/redis/stores.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, TEST_SECRET } from '../support/test-stores.ts';

/** Long enough for a store that serves, on a machine that is busy with other things. */
const TIMEOUT = 2000;
const CAPS = { all: 1e6, client: 1e6, network: 1e6, burst: 1e6 };

/** Store down or hanging: every method says so while it does, and none claims or accepts anything. */
describe('a store that does not serve', () => {
  let server: TestRedis;
  let connection: RedisConnection;
  let adapterOf: AdapterFactory;

  beforeAll(async () => {
    server = await startStandaloneRedis();
    connection = connectRedis({ url: server.url, commandTimeout: TIMEOUT, timeout: TIMEOUT });
    await connection.whenReady();
    const stores = createStores(connection, new Keyring([TEST_SECRET]), { prefix: 't:', liveCodes: CAPS });
    adapterOf = createAdapterFactory({
      ...stores,
      clients: new ClientDirectory([], stores, 1000),
      limiter: testLimiter(stores),
      lifetimes: { deviceCode: 600_000, accessToken: 600_000, grant: 600_000 },
    });
  });
  afterEach(() => server.resume());
  afterAll(async () => {
    connection.redis.disconnect();
    await server.stop();
  });

  async function expectServiceUnavailable(): Promise<void> {
    const calls = everyCall(adapterOf);
    const answers = await Promise.allSettled(calls.map(([, call]) => call()));
    const said = answers.map((answer, index) => [
      calls[index]?.[0],
      answer.status === 'rejected' ? (answer.reason as { status?: number }).status : 'a result',
    ]);
    expect(said).toEqual(calls.map(([name]) => [name, 503]));
  }

  it('each method answers 503 while Redis hangs, and works again after it', async () => {
    server.pause();
    await expectServiceUnavailable();
    server.resume();
    const adapter = adapterOf('Interaction') as Adapter;
    await adapter.upsert('one', { jti: 'one' }, 60);
    expect(await adapter.find('one')).toEqual({ jti: 'one' });
  });

  it('each method answers 503 while Redis is gone, and works again when it is back, with what it held', async () => {
    await server.kill();
    await expectServiceUnavailable();
    await server.restart();
    if (connection.redis.status !== 'ready') await once(connection.redis, 'ready');
    expect(await (adapterOf('Interaction') as Adapter).find('one')).toEqual({ jti: 'one' });
  });
});

/** Each method of each model that asks the store at all. */
function everyCall(adapterOf: AdapterFactory): [string, () => Promise<unknown>][] {
  const accountId = randomId();
  const grantId = formatGrantId({ accountId, epoch: 1, name: randomId() });
  const uid = `${accountId}.${randomId()}`;
  const whole = { clientId: 'tv', userCode: 'BCDFGHJK', uid, grantId, state: {} };
  const methods: Record<string, (keyof Adapter)[]> = {
    Client: ['find'],
    DeviceCode: ['upsert', 'find', 'findByUserCode', 'consume'],
    Grant: ['upsert', 'find', 'consume', 'destroy'],
    AccessToken: ['upsert', 'find', 'consume', 'destroy', 'revokeByGrantId'],
    RefreshToken: ['upsert', 'find', 'consume', 'destroy'],
    Session: ['upsert', 'find', 'findByUid', 'consume', 'destroy'],
    AuthorizationCode: ['upsert', 'find', 'consume', 'destroy'],
    Interaction: ['upsert', 'find', 'consume', 'destroy'],
    ReplayDetection: ['upsert', 'find', 'consume', 'destroy'],
  };
  return Object.entries(methods).flatMap(([model, names]) => {
    const adapter = adapterOf(model) as Adapter;
    const id = model === 'Grant' ? grantId : randomId();
    return names.map((name): [string, () => Promise<unknown>] => [
      `${model}.${name}`,
      async () => {
        if (name === 'upsert') return adapter.upsert(id, whole, 60);
        if (name === 'findByUid') return adapter.findByUid(uid);
        if (name === 'revokeByGrantId') return adapter.revokeByGrantId(grantId);
        return adapter[name](id);
      },
    ]);
  });
}
