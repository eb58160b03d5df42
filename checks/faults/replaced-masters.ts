import { startRedisCluster } from '../../test/support/redis-cluster.ts';
import { startRedisSentinels } from '../../test/support/redis-sentinel.ts';
import type { TestRedisProcess } from '../../test/support/redis-standalone.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { failoverRounds } from './failover.ts';
import { replicatedStore, takeOver } from './replicated-store.ts';

/** Milliseconds until a master counts as gone. A Cluster's own default is 15 s, that of Sentinel 30 s. */
const NODE_TIMEOUT = 2000;
/** Longer than a busy machine lets any process stand still. */
const NEVER = 600_000;

interface Size {
  rounds: number;
  devices: number;
  /** The replica is told to take over, so that nothing hangs on how fast the machine is. */
  told?: boolean;
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
  const nodeTimeout = size.told ? NEVER : NODE_TIMEOUT;
  const cluster = await startRedisCluster({ replicas: true, nodeTimeout });
  const { nodes } = cluster;
  const replace = size.told && ((killed: TestRedisProcess) => takeOver(nodes, killed));
  try {
    return await failoverRounds(replicatedStore({ ...cluster, ...(replace && { replace }) }), size, on);
  } finally {
    await cluster.stop();
  }
}

export async function killSentinelMasters(size: Size, on: CheckRun): Promise<Findings> {
  const sentinels = await startRedisSentinels(size.told ? NEVER : NODE_TIMEOUT);
  const replace = size.told && (() => sentinels.replaceMaster());
  try {
    return await failoverRounds(replicatedStore({ ...sentinels, ...(replace && { replace }) }), size, on);
  } finally {
    await sentinels.stop();
  }
}
