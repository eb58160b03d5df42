import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killRounds } from '../../checks/faults/killed.ts';

describe('kill -9 in the middle of everything (200 times: npm run check:faults -- --only killed)', () => {
  it('of server, Redis and both loses nothing acknowledged, and leaves no used code alive', async () => {
    const on = { random: new SeededRandom(6), say: () => {} };
    const { violations } = await killRounds(4, on);
    expect(violations).toEqual([]);
  });
});
