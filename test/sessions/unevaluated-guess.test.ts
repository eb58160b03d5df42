import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GuessLimits } from '../../src/sessions/guess-limits.ts';
import { limitsWith, testLimiter } from '../support/test-limits.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const { PASSWORD_STRANGER } = limitsWith();
let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

it.each([undefined, 'a browser that is known'])(
  'passwords that were not evaluated, since the server was busy, do not count (known browser: %s)',
  async (knownBrowser) => {
    const limits = new GuessLimits(testLimiter(stores));
    const guesser = {
      email: `${randomId()}@example.org`,
      accountId: randomId() as never,
      address: '192.0.2.7',
      knownBrowser,
    };
    for (let busy = 0; busy < PASSWORD_STRANGER.free * 3; busy += 1) {
      const leave = await limits.take(guesser);
      if (leave.outcome !== 'evaluate') throw new Error(`made to wait after ${busy}`);
      await leave.unused();
    }
    for (let wrong = 0; wrong < PASSWORD_STRANGER.free; wrong += 1) {
      expect((await limits.take(guesser)).outcome).toBe('evaluate');
    }
  },
);

it('a right password whose session the store refused takes nothing back of what neighbours guessed wrong', async () => {
  const hour = 3_600_000;
  const few = { free: 4, firstDelay: hour, highestDelay: hour, memory: hour };
  const limits = new GuessLimits(testLimiter(stores, { PASSWORD_NETWORK: few }, () => 0));
  const guess = () => {
    const email = `${randomId()}@example.org`;
    return limits.take({ email, accountId: undefined, address: '203.0.113.9', knownBrowser: undefined });
  };
  for (let wrong = 0; wrong < 3; wrong += 1) expect((await guess()).outcome).toBe('evaluate');
  const right = await guess();
  if (right.outcome !== 'evaluate') throw new Error(right.outcome);
  expect(await right.right()).toBeUndefined();
  await right.unused();
  expect((await guess()).outcome).toBe('evaluate');
  expect((await guess()).outcome).toBe('wait');
});
