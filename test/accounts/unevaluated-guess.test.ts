import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GuessLimits, SIGN_IN_PACES } from '../../src/accounts/guess-limits.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

it.each([undefined, 'a browser that is known'])(
  'passwords that were not evaluated, since the server was busy, do not count (known browser: %s)',
  async (knownBrowser) => {
    const limits = new GuessLimits(stores.attempts);
    const guesser = {
      email: `${randomId()}@example.org`,
      accountId: randomId() as never,
      address: '192.0.2.7',
      knownBrowser,
    };
    for (let busy = 0; busy < SIGN_IN_PACES.stranger.free * 3; busy += 1) {
      const leave = await limits.take(guesser);
      if (leave.outcome !== 'evaluate') throw new Error(`made to wait after ${busy}`);
      await leave.unused();
    }
    for (let wrong = 0; wrong < SIGN_IN_PACES.stranger.free; wrong += 1) {
      expect((await limits.take(guesser)).outcome).toBe('evaluate');
    }
  },
);
