import { describe, expect, it } from '@jest/globals';
import { stopUnderLoad } from '../../checks/faults/stopped.ts';

describe('Redis stopped under load (the whole 10 s: npm run check:faults -- --only stopped)', () => {
  it('is answered 503 within 2 s, nothing wrong is said, and all is well 2 s after it goes on', async () => {
    const { violations } = await stopUnderLoad({ standing: 2500, size: 1 }, { say: () => {} });
    expect(violations).toEqual([]);
  });
});
