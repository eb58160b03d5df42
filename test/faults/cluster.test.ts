import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killClusterMasters } from '../../checks/faults/cluster.ts';

describe('a master of a Redis Cluster killed (20 times: npm run check:faults -- --only cluster-master)', () => {
  it('is replaced by its replica, and everybody is served again', async () => {
    const on = { random: new SeededRandom(1), say: () => {} };
    const { violations } = await killClusterMasters({ rounds: 1, devices: 8 }, on);
    expect(violations).toEqual([]);
  }, 60_000);
});
