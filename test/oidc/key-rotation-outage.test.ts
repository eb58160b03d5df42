import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/audit/metrics.ts';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { KeyRotation } from '../../src/oidc/key-rotation.ts';
import { createLog } from '../../src/runtime/log.ts';
import { watchSigningKeys } from '../../src/server/signing-keys.ts';
import { eventually } from '../support/eventually.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { testStores } from '../support/test-stores.ts';
import { Clock, DAY, ringStore } from './rotating-servers.ts';

const TIMES = { age: 90 * DAY, lead: DAY, keep: 2 * DAY };

describe('a store that fails while keys are rotated', () => {
  it('leaves nothing claimed, and the keys as they were', async () => {
    const redis = await startStandaloneRedis();
    const stores = await testStores({ url: redis.url, timeout: 200 });
    const clock = new Clock();
    const store = ringStore(stores, clock);
    try {
      await new KeyRotation({ store, times: TIMES }).open();
      const before = await store.read();
      const dying = new KeyRotation({
        store: {
          ...store,
          replace: async (...args) => {
            await redis.kill();
            return store.replace(...args);
          },
        },
        times: TIMES,
        algorithms: ['ES256'],
      });
      await expect(dying.rotate()).rejects.toThrow(StoreUnavailable);
      await expect(dying.look()).rejects.toThrow(StoreUnavailable);
      await redis.restart();
      const after = await eventually('Redis', () => store.read().catch(() => undefined));
      expect(after.value).toEqual(before.value);
    } finally {
      await stores.connection.close();
      await redis.stop();
    }
  });

  it('is asked again by each server, which says so once, and goes on with the keys that it has', async () => {
    const redis = await startStandaloneRedis();
    const stores = await testStores({ url: redis.url, timeout: 200 });
    const rotation = new KeyRotation({ store: ringStore(stores, new Clock()), times: TIMES });
    const warned: string[] = [];
    const swaps: unknown[] = [];
    let [looks, failures] = [0, 0];
    const look = () =>
      rotation.look().then(
        (found) => {
          looks += 1;
          return found;
        },
        (error) => {
          failures += 1;
          throw error;
        },
      );
    const watch = watchSigningKeys(
      {
        rotation: { look },
        protocol: { useKeys: ({ keys }) => void swaps.push(keys) },
        security: new SecurityLog(createLog('silent'), stores.keyring),
        metrics: new Metrics(),
        log: createLog('warn', { write: (line) => void warned.push(String(JSON.parse(line).msg)) }),
        pause: 1,
      },
      await rotation.open(),
    );
    try {
      await eventually('a look', () => looks > 0);
      await redis.kill();
      await eventually('several failures', () => failures > 2);
      expect(warned).toEqual(['signing keys could not be looked at']);
      const before = looks;
      await redis.restart();
      await eventually('a look again', () => looks > before);
      expect(swaps).toEqual([]);
      expect(warned).toHaveLength(1);
    } finally {
      await watch.stop();
      await stores.connection.close();
      await redis.stop();
    }
  });
});
