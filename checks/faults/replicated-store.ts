import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TestRedisProcess } from '../../test/support/redis-standalone.ts';
import type { SeededRandom } from '../check.ts';

/** A store of several processes of which one can die. */
export interface ReplicatedStore {
  /** As the application's user, and as one who may do everything. */
  applicationUrl: string;
  url: string;
  /** Kills a master, and gives what brings it back, as a replica. */
  killMaster(random: SeededRandom): Promise<() => Promise<void>>;
}

export function replicatedStore(store: {
  url: string;
  applicationUrl: string;
  nodes: readonly TestRedisProcess[];
}): ReplicatedStore {
  return {
    ...store,
    killMaster: async (random) => {
      const roles = await Promise.all(store.nodes.map(replicationOf));
      const masters = store.nodes.filter((_, index) => roles[index]?.includes('role:master'));
      const victim = random.pick(masters);
      await victim.kill();
      return async () => {
        await victim.restart();
        while (!(await replicationOf(victim)).includes('master_link_status:up')) await sleep(50);
      };
    },
  };
}

async function replicationOf({ host, port }: TestRedisProcess): Promise<string> {
  const redis = new Redis({ host, port });
  redis.on('error', () => {});
  try {
    return await redis.info('replication');
  } finally {
    redis.disconnect();
  }
}
