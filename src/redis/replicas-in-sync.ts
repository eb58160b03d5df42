/** Replicas that follow their master: what REDIS_REPLICAS can be met by. */
import { Cluster, type Redis } from 'ioredis';

interface MasterReplicas {
  /** `host:port` or the path of the socket. */
  readonly node: string;
  /** Connected, and heard of within the last ten seconds. */
  readonly inSync: number;
  /** How many the master itself demands before it takes a change; 0 where it says nothing of it. */
  readonly minimum: number;
}

/** Seconds; the default of `min-replicas-max-lag`. */
const MAX_LAG = 10;

/** Of each master, as it says itself. @throws the client library's error, when one cannot be reached or refuses INFO */
export function replicasInSync(redis: Redis | Cluster): Promise<MasterReplicas[]> {
  return Promise.all((redis instanceof Cluster ? redis.nodes('master') : [redis]).map(replicasOf));
}

/** How many are missing to the master that lacks most. @throws as `replicasInSync` */
export async function missingReplicas(redis: Redis | Cluster, needed: number): Promise<number> {
  return Math.max(0, ...(await replicasInSync(redis)).map(({ inSync }) => needed - inSync));
}

/** What to say to the operator of each master that has too few. */
export function tooFew(masters: readonly MasterReplicas[], needed: number): string[] {
  return masters
    .filter(({ inSync }) => inSync < needed)
    .map(
      ({ node, inSync }) =>
        `${node}: ${inSync} of ${needed} replicas are in sync: until they are, changes are answered 503 (REDIS_REPLICAS)`,
    );
}

/** What to say of each master that would make a change which then counts for nothing. */
export function withoutMinimum(masters: readonly MasterReplicas[], needed: number): string[] {
  return masters
    .filter(({ minimum }) => minimum < needed)
    .map(
      ({ node }) =>
        `${node}: put "min-replicas-to-write ${needed}" into redis.conf (or CONFIG SET it): then what is answered 503 for want of a replica has not happened either`,
    );
}

async function replicasOf(redis: Redis): Promise<MasterReplicas> {
  const [info, setting] = await Promise.all([
    redis.info('replication'),
    redis.config('GET', 'min-replicas-to-write').catch(() => []),
  ]);
  const online = [...info.matchAll(/^slave\d+:.*\bstate=online\b.*\blag=(\d+)/gm)];
  return {
    node: redis.options.path ?? `${redis.options.host}:${redis.options.port}`,
    inSync: online.filter(([, lag]) => Number(lag) <= MAX_LAG).length,
    minimum: Number((setting as string[])[1] ?? 0),
  };
}
