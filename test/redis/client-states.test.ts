/** Beside the contract (`contract/client-states.ts`): how clients stand while the store stands still. */
import { expect, it } from '@jest/globals';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { testStores } from '../support/test-stores.ts';

it('a request waits once for a store that stands still, and goes on with what was known last', async () => {
  const redis = await startStandaloneRedis();
  const { clientStates, connection } = await testStores({ url: redis.applicationUrl, timeout: 300 });
  try {
    await clientStates.act('tv', 'disable');
    await clientStates.current();
    // This server asks anew after an act of its own.
    await clientStates.act('speaker', 'disable');
    process.kill(redis.pid, 'SIGSTOP');
    expect((await clientStates.recent()).of('tv').status).toBe('disabled');
    const asked = clientStates.current().catch(() => 'unknown');
    const known = Promise.resolve(clientStates.recent()).then((epochs) => epochs.of('tv').status);
    expect(await Promise.race([asked, known])).toBe('disabled');
    expect(await asked).toBe('unknown');
    process.kill(redis.pid, 'SIGCONT');
    await clientStates.current();
    expect((await clientStates.recent()).of('speaker').status).toBe('disabled');
  } finally {
    process.kill(redis.pid, 'SIGCONT');
    await connection.close();
    await redis.stop();
  }
});
