import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killClusterMasters, killSentinelMasters, ROUND } from '../../checks/faults/replaced-masters.ts';

describe('a master killed, cut off from its replica (200 times: npm run check:faults -- --only replaced-masters)', () => {
  it.each([
    ['of a Redis Cluster', killClusterMasters],
    ['that Sentinel watches', killSentinelMasters],
  ])(
    '%s, with REDIS_REPLICAS=1: everybody is served again, and nothing acknowledged is missing',
    async (_store, killMasters) => {
      const on = { random: new SeededRandom(1), say: () => {} };
      const { violations, lost } = await killMasters({ ...ROUND, told: true, rounds: 1, replicas: 1 }, on);
      expect([violations, lost]).toEqual([[], []]);
    },
  );
});
