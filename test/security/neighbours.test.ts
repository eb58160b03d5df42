import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { neighbours } from '../../checks/neighbours/neighbours.ts';

/** The short form of `npm run check:neighbours`, which also holds the times against each other. */
describe('beside one attacker with ten accounts and fifty networks', () => {
  it('twenty honest owners and their devices all get through, and the store stays within its bound', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const on = { random: new SeededRandom(seed), say: () => undefined };
    const { violations } = await neighbours({ seconds: 12, timed: false }, on);
    expect({ seed, violations: violations.slice(0, 10) }).toEqual({ seed, violations: [] });
  });
});
