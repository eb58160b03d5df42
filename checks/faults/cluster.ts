import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedisCluster, type TestCluster } from '../../test/support/redis-cluster.ts';
import type { TestRedisProcess } from '../../test/support/redis-standalone.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { failoverRounds, type ReplicatedStore } from './failover.ts';

/** Milliseconds until the others count a master as gone; Redis' own default is 15 s. */
const NODE_TIMEOUT = 2000;

export const clusterMaster: Check = {
  name: 'cluster-master',
  claim: 'a master of a Redis Cluster killed under load: its replica takes over, and what is lost is counted',
  run: (on) => killClusterMasters({ rounds: 20, devices: 32 }, on),
};

export async function killClusterMasters(
  size: { rounds: number; devices: number },
  on: CheckRun,
): Promise<Findings> {
  const cluster = await startRedisCluster({ replicas: true, nodeTimeout: NODE_TIMEOUT });
  try {
    return await failoverRounds(replicatedStore(cluster), size, on);
  } finally {
    await cluster.stop();
  }
}

function replicatedStore(cluster: TestCluster): ReplicatedStore {
  return {
    ...cluster,
    killMaster: async (random) => {
      const masters: TestRedisProcess[] = [];
      for (const node of cluster.nodes) if ((await ask(node)).includes('role:master')) masters.push(node);
      const victim = random.pick(masters);
      await victim.kill();
      return async () => {
        await victim.restart();
        while (!(await ask(victim)).includes('master_link_status:up')) await sleep(50);
      };
    },
  };
}

async function ask({ host, port }: TestRedisProcess): Promise<string> {
  const redis = new Redis({ host, port });
  try {
    return await redis.info('replication');
  } finally {
    redis.disconnect();
  }
}
