import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { cutAtRandom, cutThrough } from '../../checks/faults/cut-log.ts';

describe('the append-only file cut at random places (500 of them: npm run check:faults -- --only cut-log)', () => {
  it('holds all that was complete, and nothing that came later', async () => {
    const { violations } = await cutAtRandom(8, { random: new SeededRandom(15), say: () => {} });
    expect(violations).toEqual([]);
  });

  it.each(['redeemed', 'refreshed'] as const)(
    'a device whose tokens were just %s goes on with what it was given before, wherever the power failed',
    async (kind) => {
      const { violations, figures } = await cutThrough(kind, { random: new SeededRandom(3) });
      expect(violations).toEqual([]);
      expect(figures['cuts']).toBeGreaterThan(4);
    },
  );
});
