import { expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killClusterMasters, killSentinelMasters, ROUND } from '../../checks/faults/replaced-masters.ts';

/** 200 times: `npm run check:faults -- --only replaced-masters`. */
it('a master of a Cluster and one that Sentinel watches are killed, cut off from their replicas, with REDIS_REPLICAS=1: everybody is served again, and nothing acknowledged is missing', async () => {
  const size = { ...ROUND, devices: 3, told: true, rounds: 1, replicas: 1 };
  const kills = [killClusterMasters, killSentinelMasters].map((kill) =>
    kill(size, { random: new SeededRandom(1), say: () => {} }),
  );
  // Both end, also where one has failed: what it started is stopped.
  const [cluster, sentinel] = await Promise.allSettled(kills);
  const held = { status: 'fulfilled', value: expect.objectContaining({ violations: [], lost: [] }) };
  expect({ cluster, sentinel }).toEqual({ cluster: held, sentinel: held });
});
