import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { cutAtRandom } from '../../checks/faults/cut-log.ts';

describe('the append-only file cut at random places (500 of them: npm run check:faults -- --only cut-log)', () => {
  it('holds all that was complete, and nothing that came later', async () => {
    const { violations } = await cutAtRandom(8, { random: new SeededRandom(15), say: () => {} });
    expect(violations).toEqual([]);
  });
});
