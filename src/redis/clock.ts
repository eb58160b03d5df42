import { Cluster } from 'ioredis';
import type { RedisConnection } from './connection.ts';

/**
 * How far the clock of the store is ahead of ours, in milliseconds; of several masters the one that is farthest off. How
 * long the answer took is not known to the half, so that much of a difference is none.
 * @param now milliseconds since 1970
 */
export async function clockDifference({ redis }: RedisConnection, now: () => number): Promise<number> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const differences = await Promise.all(
    nodes.map(async (node) => {
      const asked = now();
      const [seconds, microseconds] = await node.time();
      const answered = now();
      const theirs = Number(seconds) * 1000 + Number(microseconds) / 1000;
      if (theirs < asked) return theirs - asked;
      return Math.max(theirs - answered, 0);
    }),
  );
  return differences.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
}
