/** What it is measured on, and who runs on which of its cores. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Redis } from 'ioredis';
import type { TestRedis } from '../test/support/redis-standalone.ts';

export interface Machine {
  readonly day: string;
  readonly machine: string;
  readonly node: string;
  readonly redis: string;
  /** Over 1, 5 and 15 minutes, when all was done. */
  readonly load: readonly number[];
}

/** Before this process is kept to some of them. */
const CORES = availableParallelism();

export async function thisMachine(observer: Redis): Promise<Machine> {
  const [, redis = ''] = /redis_version:(\S+)/.exec(await observer.info('server')) ?? [];
  const machine = `${CORES} × ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  return {
    day: new Date().toISOString().slice(0, 10),
    machine,
    node: process.version,
    redis,
    load: loadavg(),
  };
}

/** In words, ahead of what was done on it. */
export function wordsOf({ day, machine, node, redis, load }: Machine): string {
  return `${day}, ${machine}, Node.js ${node}, Redis ${redis}, load of the machine ${load[0]?.toFixed(1)}`;
}

/** All servers get the last core, in turn; Redis and the load generator get the others. */
export function pinEverythingElse({ pid }: TestRedis): number | undefined {
  const last = CORES - 1;
  if (last < 1) return undefined;
  const others = last === 1 ? '0' : `0-${last - 1}`;
  const pinned = [pid, process.pid].map((id) => spawnSync('taskset', ['-a', '-c', '-p', others, `${id}`]));
  return pinned.every(({ status }) => status === 0) ? last : undefined;
}
