import { startRedisCluster } from '../../test/support/redis-cluster.ts';
import { startRedisSentinels } from '../../test/support/redis-sentinel.ts';
import type { TestRedisProcess } from '../../test/support/redis-standalone.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { type FailoverFindings, type FailoverSize, failoverRounds } from './failover.ts';
import { replicatedStore, takeOver } from './replicated-store.ts';

/** Milliseconds until a master counts as gone. A Cluster's own default is 15 s, that of Sentinel 30 s. */
const NODE_TIMEOUT = 2000;
/** Longer than a busy machine lets any process stand still. */
const NEVER = 600_000;

/** Enough that a master that loses something is met. */
const MASTERS = 200;
const WITHOUT = 20;

/** Small, since there are many. */
export const ROUND = { devices: 8, cuts: true };

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
  ...[['sentinel', killSentinelMasters] as const, ['cluster', killClusterMasters] as const].flatMap(
    ([kind, kill]): Check[] => [
      {
        name: `replaced-masters-${kind}`,
        claim: `REDIS_REPLICAS=1, ${MASTERS} masters killed under load, half of them cut off from their replica before: nothing acknowledged is missing`,
        run: async (on) => claimed(await kill({ ...ROUND, rounds: MASTERS, replicas: 1 }, on)),
      },
      {
        name: `replaced-masters-${kind}-without`,
        claim: `the same without it, ${WITHOUT} masters: what is lost is counted`,
        run: (on) => kill({ ...ROUND, rounds: WITHOUT }, on),
      },
    ],
  ),
];

/** What is counted as lost elsewhere is a violation where it was to be kept. */
function claimed({ figures, violations, lost }: FailoverFindings): Findings {
  return { figures, violations: [...violations, ...lost] };
}

export async function killClusterMasters(size: FailoverSize, on: CheckRun): Promise<FailoverFindings> {
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

export async function killSentinelMasters(size: FailoverSize, on: CheckRun): Promise<FailoverFindings> {
  const sentinels = await startRedisSentinels(size.told ? NEVER : NODE_TIMEOUT);
  const replace = size.told && (() => sentinels.replaceMaster());
  try {
    return await failoverRounds(replicatedStore({ ...sentinels, ...(replace && { replace }) }), size, on);
  } finally {
    await sentinels.stop();
  }
}
