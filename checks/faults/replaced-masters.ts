import { startRedisCluster } from '../../test/support/redis-cluster.ts';
import { startRedisSentinels } from '../../test/support/redis-sentinel.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { failoverRounds } from './failover.ts';
import { replicatedStore } from './replicated-store.ts';

/** Milliseconds until a master counts as gone. A Cluster's own default is 15 s, that of Sentinel 30 s. */
const NODE_TIMEOUT = 2000;

interface Size {
  rounds: number;
  devices: number;
}

export const replacedMasters: readonly Check[] = [
  {
    name: 'cluster-master',
    claim:
      'a master of a Redis Cluster killed under load: its replica takes over, and what is lost is counted',
    run: (on) => killClusterMasters({ rounds: 20, devices: 32 }, on),
  },
  {
    name: 'sentinel-master',
    claim:
      'the master that Sentinel watches killed under load: its replica takes over, what is lost is counted',
    run: (on) => killSentinelMasters({ rounds: 10, devices: 32 }, on),
  },
];

export async function killClusterMasters(size: Size, on: CheckRun): Promise<Findings> {
  const cluster = await startRedisCluster({ replicas: true, nodeTimeout: NODE_TIMEOUT });
  try {
    return await failoverRounds(replicatedStore(cluster), size, on);
  } finally {
    await cluster.stop();
  }
}

export async function killSentinelMasters(size: Size, on: CheckRun): Promise<Findings> {
  const sentinels = await startRedisSentinels(NODE_TIMEOUT);
  try {
    return await failoverRounds(replicatedStore(sentinels), size, on);
  } finally {
    await sentinels.stop();
  }
}
