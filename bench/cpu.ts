/**
 * CPU time, which other work on the machine changes far less than the time on the clock. A server is asked over the
 * channel to its parent; Redis by INFO.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Redis } from 'ioredis';

/** Makes this process tell its parent, whenever it is asked, how much CPU time it has used: microseconds. */
export function tellCpu(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
}

/** Microseconds that a child which does `tellCpu` has used. */
export async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('cpu');
  const [microseconds] = await answer;
  return Number(microseconds);
}

/** Microseconds that Redis has used. */
export async function cpuOfRedis(redis: Redis): Promise<number> {
  const text = await redis.info('cpu');
  const seconds = ['used_cpu_sys', 'used_cpu_user'].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]),
  );
  return seconds.reduce((sum, part) => sum + part, 0) * 1e6;
}
