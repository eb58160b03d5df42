import { describe, expect, it } from '@jest/globals';
import { signInAtOnce } from '../../checks/faults/sign-ins.ts';

describe('many sign-ins at once (500: npm run check:faults -- --only sign-ins)', () => {
  it('do not hold polls up', async () => {
    expect((await signInAtOnce(150)).violations).toEqual([]);
  });
});
