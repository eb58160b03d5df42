/**
 * One Redis and one Redis Cluster for the whole run. Suites find them in the environment and keep out of each
 * other's way by a key prefix of their own; one that stops, fills or breaks a server starts its own.
 *
 *   TEST_REDIS_URL          redis://…, as the default user
 *   TEST_REDIS_CLUSTER      redis://… of each master, separated by commas
 *   TEST_REDIS_CLUSTER_URL  the same as one redis+cluster:// address
 *
 * Where these are set already, nothing is started: so a developer can leave servers running between runs.
 */
import { startRedisCluster } from './redis-cluster.ts';
import { startStandaloneRedis } from './redis-standalone.ts';

export interface RunServers {
  stop(): Promise<void>;
}

declare global {
  var testRunServers: RunServers | undefined;
}

export default async function startRunServers(): Promise<void> {
  if (process.env['TEST_REDIS_URL'] && process.env['TEST_REDIS_CLUSTER']) return;
  const [standalone, cluster] = await Promise.all([startStandaloneRedis(), startRedisCluster()]);
  process.env['TEST_REDIS_URL'] = standalone.url;
  process.env['TEST_REDIS_CLUSTER'] = cluster.nodes
    .map(({ host, port }) => `redis://${host}:${port}`)
    .join(',');
  process.env['TEST_REDIS_CLUSTER_URL'] = cluster.url;
  globalThis.testRunServers = {
    stop: async () => {
      await Promise.all([standalone.stop(), cluster.stop()]);
    },
  };
}
