import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { alertRounds } from '../../checks/faults/alerts-killed.ts';

describe('kill -9 between a change and its alert (100 times: npm run check:faults -- --only alerts)', () => {
  it('loses no alert, and none arrives under two Message-IDs', async () => {
    const on = { random: new SeededRandom(3), say: () => {} };
    const { violations, figures } = await alertRounds(3, on);
    expect(violations).toEqual([]);
    expect(figures['alerts owed']).toBeGreaterThan(0);
  });
});
