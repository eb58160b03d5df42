import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TestRedisProcess } from '../../test/support/redis-standalone.ts';
import type { SeededRandom } from '../check.ts';

/** Milliseconds. */
const SYNC_TIMEOUT = 60_000;

/** A store of several processes of which one can die. */
export interface ReplicatedStore {
  /** As the application's user, and as one who may do everything. */
  applicationUrl: string;
  url: string;
  /**
   * Kills a master, and gives what brings it back, as a replica.
   * @param cutFor milliseconds for which its replica hears nothing of it before that; 0: it hears all
   */
  killMaster(random: SeededRandom, cutFor?: number): Promise<() => Promise<void>>;
}

export function replicatedStore(store: {
  url: string;
  applicationUrl: string;
  nodes: readonly TestRedisProcess[];
  /** Tells a replica to take over, where the store is not to find out by itself. */
  replace?(killed: TestRedisProcess): Promise<void>;
}): ReplicatedStore {
  return {
    ...store,
    killMaster: async (random, cutFor = 0) => {
      const roles = await Promise.all(store.nodes.map(replicationOf));
      const masters = store.nodes.filter((_, index) => roles[index]?.includes('role:master'));
      const victim = random.pick(masters);
      // A replica that is still copying has nothing: that it loses all of it says nothing of a failover.
      await ask(victim, (redis) => redis.wait(1, SYNC_TIMEOUT));
      const heir = replicaOf(victim, store.nodes, roles);
      const resume = cutFor > 0 ? await cutOff(victim, heir) : () => {};
      await sleep(cutFor);
      await victim.kill();
      resume();
      await store.replace?.(victim);
      return async () => {
        // Back before that, it would be the master that it was.
        while (!(await replicationOf(heir)).includes('role:master')) await sleep(50);
        await victim.restart();
        while (!(await replicationOf(victim)).includes('master_link_status:up')) await sleep(50);
      };
    },
  };
}

/** As a network that breaks between the two: what the master has still sent is heard, and nothing after that. */
async function cutOff(master: TestRedisProcess, replica: TestRedisProcess): Promise<() => void> {
  replica.pause();
  await ask(master, (redis) => redis.call('CLIENT', 'KILL', 'TYPE', 'replica'));
  return () => replica.resume();
}

function replicaOf(
  master: TestRedisProcess,
  nodes: readonly TestRedisProcess[],
  roles: readonly string[],
): TestRedisProcess {
  const replica = nodes.find((_, index) => roles[index]?.includes(`master_port:${master.port}\r`));
  if (!replica) throw new Error('the master that is to be killed has no replica');
  return replica;
}

/** The replica of a master of a Cluster takes its slots, without a vote. */
export async function takeOver(nodes: readonly TestRedisProcess[], killed: TestRedisProcess): Promise<void> {
  const alive = nodes.filter((node) => node !== killed);
  const roles = await Promise.all(alive.map(replicationOf));
  await ask(replicaOf(killed, alive, roles), (redis) => redis.call('CLUSTER', 'FAILOVER', 'TAKEOVER'));
}

const replicationOf = (node: TestRedisProcess) => ask(node, (redis) => redis.info('replication'));

async function ask<T>({ host, port }: TestRedisProcess, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ host, port });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
