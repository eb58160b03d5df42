import { describe, expect, it } from '@jest/globals';
import { ABSENCES, outageUnderLoad } from '../../checks/faults/outages.ts';

describe('Redis away under load (for 10 s each: npm run check:faults -- --only stopped, restarted, slow)', () => {
  it.each(ABSENCES)(
    '$claim: 503 soon, nothing wrong is said, and all is well 2 s after it ends',
    async (absence) => {
      // Whether it is within 2 s is for the check, which has the machine to itself.
      const short = { before: 500, lasting: 1500, after: 1000, size: 1, longest: 10_000 };
      const { violations } = await outageUnderLoad(absence, short, { say: () => {} });
      expect(violations).toEqual([]);
    },
  );
});
