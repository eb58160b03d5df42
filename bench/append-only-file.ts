/**
 * Redis writes its file anew by a process of its own, on the core that it shares with the load generator, when the file has
 * grown to twice what it was: codes that are made ahead of a round bring that about, and the round has nothing to do with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

const LOOK_AGAIN = 50;
const LOOKS = 1200;

/** Waits until none is under way, and none is due. */
export async function fileWritten(redis: Redis): Promise<void> {
  const [, percent] = (await redis.config('GET', 'auto-aof-rewrite-percentage')) as string[];
  const [, least] = (await redis.config('GET', 'auto-aof-rewrite-min-size')) as string[];
  for (let look = 0; look < LOOKS; look += 1) {
    if (!isBusy(await redis.info('persistence'), Number(percent), Number(least))) return;
    await sleep(LOOK_AGAIN);
  }
  throw new Error('Redis does not come to the end of writing its file anew');
}

/**
 * @param info what Redis says of its file
 * @param percent by which it may grow, if it is larger than `least` bytes
 */
export function isBusy(info: string, percent: number, least: number): boolean {
  const of = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  if (of('aof_rewrite_in_progress') + of('aof_rewrite_scheduled') > 0) return true;
  const [size, before] = [of('aof_current_size'), of('aof_base_size')];
  return percent > 0 && size > least && (size * 100) / Math.max(before, 1) - 100 >= percent;
}
