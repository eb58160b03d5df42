import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedisCluster, type TestCluster } from './redis-cluster.ts';
import { type ReplyDroppingProxy, startReplyDroppingProxy } from './reply-dropping-proxy.ts';

/**
 * A Cluster of its own whose masters are known to clients by proxies that lose replies, so that redirections lead
 * there, too.
 *
 * @param loses as of `startReplyDroppingProxy`; a command that comes again at another master has been there already
 */
export async function startReplyDroppingCluster(
  loses: (command: readonly string[]) => string | undefined,
): Promise<ReplyDroppingProxy & { cluster: TestCluster }> {
  const cluster = await startRedisCluster();
  const seen = new Set<string>();
  const proxies = await Promise.all(cluster.nodes.map((node) => startReplyDroppingProxy(node, loses, seen)));
  const ports = proxies.map(({ url }) => new URL(url).port);
  await announce(cluster, ports);
  return {
    cluster,
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    get dropped() {
      return proxies.reduce((sum, proxy) => sum + proxy.dropped, 0);
    },
    close: async () => {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await cluster.stop();
    },
  };
}

/** Each node tells the others and its clients the port of its proxy; waits until all have heard. */
async function announce({ nodes }: TestCluster, ports: readonly string[]): Promise<void> {
  const clients = nodes.map(({ host, port }) => new Redis({ host, port }));
  try {
    await Promise.all(
      clients.map((client, index) => client.config('SET', 'cluster-announce-port', ports[index] ?? '')),
    );
    for (const client of clients) {
      while (!(await knowsOnly(client, ports))) await sleep(50);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function knowsOnly(client: Redis, ports: readonly string[]): Promise<boolean> {
  const slots = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  return slots.every(([, , [, port]]) => ports.includes(String(port)));
}
