import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { runHistory } from '../../checks/history/history.ts';

describe('a history of 1,500 random operations on two servers, two of the three processes killed meanwhile', () => {
  it('loses no acknowledged end, accepts no token or key after one, gives no code two grants and no key more devices than it may link', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const on = { random: new SeededRandom(seed), say: () => undefined };
    const { violations, figures } = await runHistory({ operations: 1500, kills: 2 }, on);
    expect({ seed, violations: violations.slice(0, 5) }).toEqual({ seed, violations: [] });
    expect(figures['kills']).toBe(2);
  });
});
