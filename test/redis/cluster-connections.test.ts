import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { randomId, testRedisUrl } from '../support/test-stores.ts';

/** Requests that want the same master at the same moment. */
const REQUESTS = 20;

describe('a master of a Cluster to which the connection has broken', () => {
  const endings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function connected(url: string): Promise<RedisConnection & { redis: Cluster }> {
    const connection = connectRedis({ url, commandTimeout: 30_000, timeout: 30_000 });
    endings.push(() => connection.redis.disconnect());
    await connection.whenReady();
    return connection as RedisConnection & { redis: Cluster };
  }

  /** The client's own connection to the master of this key ends, as when a reply was lost on it. */
  async function breakConnection({ redis }: { redis: Cluster }, key: string): Promise<void> {
    const slot = Number(await redis.cluster('KEYSLOT', key));
    const node = redis.nodes('master').find((one) => redis.slots[slot]?.[0] === addressOf(one));
    if (!node) throw new Error('no master has this slot');
    const gone = once(redis, '-node');
    node.disconnect();
    await gone;
    expect(redis.nodes('master')).not.toContain(node);
  }

  it('is connected again before it counts as ready, so no request is refused while that happens', async () => {
    const connection = await connected(testRedisUrl(true));
    const key = `t${randomId()}`;
    await breakConnection(connection, key);
    await connection.whenReady();
    const replies = Array.from({ length: REQUESTS }, () => connection.redis.get(key));
    expect(await Promise.all(replies)).toEqual(new Array(REQUESTS).fill(null));
  });

  it('while it is gone itself, holds up none of the others', async () => {
    const cluster = await startRedisCluster();
    endings.push(() => cluster.stop());
    const connection = await connected(cluster.url);
    const [gone, ...others] = cluster.nodes;
    await gone?.kill();
    await connection.whenReady();
    const nodes = connection.redis.nodes('master').map(addressOf);
    expect(nodes).toEqual(expect.arrayContaining(others.map(({ host, port }) => `${host}:${port}`)));
  });
});

function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
