import type { Cluster, Redis } from 'ioredis';
import { eventually } from './eventually.ts';

/**
 * Connects anew after `disconnect()`, once the old connection has ended: until its socket has closed the client says
 * that it is connected still, and refuses.
 */
export async function reconnected(redis: Redis | Cluster): Promise<void> {
  await eventually('the end of the old connection', () => redis.status === 'end');
  await redis.connect();
}
