import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killClusterMasters, killSentinelMasters } from '../../checks/faults/replaced-masters.ts';

describe('a master killed (20 and 10 times: npm run check:faults -- --only -master)', () => {
  it.each([
    ['of a Redis Cluster', killClusterMasters],
    ['that Sentinel watches', killSentinelMasters],
  ])('%s is replaced by its replica, and everybody is served again', async (_store, killMasters) => {
    const on = { random: new SeededRandom(1), say: () => {} };
    const { violations } = await killMasters({ rounds: 1, devices: 8, told: true }, on);
    expect(violations).toEqual([]);
  });
});
