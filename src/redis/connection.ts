/**
 * One connection to Redis or Valkey: single, Sentinel or Cluster, always in the fail-closed manner.
 *
 * `maxRetriesPerRequest: 0`, a command timeout and no offline queue belong together: with any one missing the
 * client library either repeats a command whose reply was lost, or holds requests until the store is back.
 */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { gatherWrites } from './gathered-writes.ts';

export interface RedisConnection {
  readonly redis: Redis | Cluster;
  /** Resolves as soon as commands can be sent; rejects with StoreUnavailable after `timeout`. */
  whenReady(): Promise<void>;
  /** Why it is not connected; `undefined` when it is, or when nothing was heard. */
  lastError(): string | undefined;
  close(): Promise<void>;
}

interface ConnectionSettings {
  /**
   * `redis://`, `rediss://`, `unix:///path`, `redis+cluster://a:7000,b:7000`, or
   * `redis+sentinel://a:26379,b:26379/name-of-the-master`; `rediss+…` for TLS
   */
  url: string;
  /** milliseconds until a command without a reply is given up */
  commandTimeout: number;
  /** milliseconds to wait for a connection that is being made again */
  timeout: number;
  onError?: (error: Error) => void;
}

export function connectRedis(settings: ConnectionSettings): RedisConnection {
  const redis = openClient(settings.url, failingClosed(settings.commandTimeout));
  let lastError: string | undefined;
  redis.on('error', (error: Error) => {
    lastError = reasonOf(error);
    settings.onError?.(error);
  });
  redis.on('ready', () => {
    lastError = undefined;
  });
  gatherEveryWrite(redis);
  // One wait for all: after a break, hundreds of requests may want to go on at once.
  let waiting: Promise<void> | undefined;
  const whenReady = () => {
    waiting ??= untilReady(redis, settings.timeout).finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
  return {
    redis,
    whenReady,
    lastError: () => lastError,
    close: async () => {
      try {
        await redis.quit();
      } catch {
        redis.disconnect();
      }
    },
  };
}

/** What a client does when the store does not answer. */
type Manner = Pick<
  RedisOptions,
  | 'commandTimeout'
  | 'connectTimeout'
  | 'disconnectTimeout'
  | 'maxRetriesPerRequest'
  | 'enableOfflineQueue'
  | 'autoResendUnfulfilledCommands'
  | 'retryStrategy'
>;

function failingClosed(commandTimeout: number): Manner {
  return {
    commandTimeout,
    connectTimeout: commandTimeout,
    disconnectTimeout: Math.min(commandTimeout, 500),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times: number) => Math.min(25 * 2 ** times, 500),
  };
}

/** Of a question to a Cluster or a Sentinel, each on a connection of its own: connecting, greeting, asking. */
const ROUND_TRIPS = 3;
/** Milliseconds that a round trip may take where no request waits for it. */
const SLOW = 1000;

/** A client for whichever kind of Redis the address names. */
function openClient(url: string, common: Manner): Redis | Cluster {
  const target = new URL(url.replace(/,.*?(?=\/|$)/, ''));
  const tls = target.protocol.startsWith('rediss') ? { tls: {} } : {};
  const login = {
    ...(target.username ? { username: decodeURIComponent(target.username) } : {}),
    ...(target.password ? { password: decodeURIComponent(target.password) } : {}),
  };
  switch (target.protocol) {
    case 'unix:':
      return new Redis({ ...common, ...login, path: decodeURIComponent(target.pathname) });
    case 'redis:':
    case 'rediss:':
      return new Redis(url, common);
    case 'redis+cluster:':
    case 'rediss+cluster:':
      return new Cluster(hosts(url), {
        enableOfflineQueue: common.enableOfflineQueue ?? true,
        retryDelayOnFailover: 0,
        clusterRetryStrategy: (times) => Math.min(25 * 2 ** times, 500),
        slotsRefreshTimeout: ROUND_TRIPS * (common.commandTimeout ?? SLOW),
        redisOptions: { ...common, ...tls, ...login },
      });
    case 'redis+sentinel:':
    case 'rediss+sentinel:':
      return new Redis({
        ...common,
        ...tls,
        ...login,
        sentinels: hosts(url),
        // One that stands still is passed over.
        sentinelCommandTimeout: ROUND_TRIPS * (common.commandTimeout ?? SLOW),
        name: target.pathname.slice(1),
      });
    default:
      throw new TypeError(`REDIS_URL has the unknown scheme ${target.protocol}`);
  }
}

/** An address without user and password, for the log. */
export function describeAddress(url: string): string {
  return url.replace(/(\/\/)[^/]*@/, '$1');
}

/** Of several addresses that were tried, an error has no message of its own. */
function reasonOf(error: Error & { code?: string; lastNodeError?: Error }): string {
  return error.lastNodeError?.message || error.message || error.code || error.name;
}

function hosts(url: string): { host: string; port: number }[] {
  const authority = url
    .replace(/^[^/]*\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^.*@/, '');
  return authority.split(',').map((entry) => {
    const { hostname, port } = new URL(`redis://${entry}`);
    return { host: hostname, port: Number(port || 6379) };
  });
}

async function untilReady(redis: Redis | Cluster, timeout: number): Promise<void> {
  if (redis.status !== 'ready') await nextOf(redis, ['ready'], timeout);
  if (!(redis instanceof Cluster)) return;
  await untilMastersReady(redis, timeout);
  if (!lacksMaster(redis)) return;
  await askForMasters(redis, timeout);
  await untilMastersReady(redis, timeout);
}

async function untilMastersReady(cluster: Cluster, timeout: number): Promise<void> {
  await Promise.all(cluster.nodes('master').map((node) => untilNodeReady(node, timeout)));
}

/**
 * Whether slots belong to a master that the client has no connection to. It drops a connection that has ended, and
 * makes a new one only for a command that another master has redirected; the commands after that one are refused.
 */
function lacksMaster(cluster: Cluster): boolean {
  const connected = new Set(cluster.nodes('master').map(({ options }) => `${options.host}:${options.port}`));
  return cluster.slots.some(([master]) => master !== undefined && !connected.has(master));
}

/** Gives each master of the cluster's own table a place among the connections; without an answer, all stays. */
function askForMasters(cluster: Cluster, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout);
    cluster.refreshSlotsCache(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Ready as a whole, a cluster still refuses commands for a master whose connection is being made. One that
 * cannot be made ends, and the next command learns from another master where to go.
 */
async function untilNodeReady(node: Redis, timeout: number): Promise<void> {
  if (node.status === 'ready' || node.status === 'end') return;
  const settled = nextOf(node, ['ready', 'end'], timeout);
  if (node.status === 'wait') node.connect().catch(() => {});
  await settled;
}

async function nextOf(redis: Redis | Cluster, events: readonly string[], timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let onEvent = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      onEvent = resolve;
      for (const event of events) redis.once(event, onEvent);
      timer = setTimeout(() => reject(new StoreUnavailable('connecting')), timeout);
    });
  } finally {
    clearTimeout(timer);
    for (const event of events) redis.off(event, onEvent);
  }
}

/** Every connection of the client, in a cluster to each node. */
function gatherEveryWrite(redis: Redis | Cluster): void {
  if (redis instanceof Cluster) redis.on('+node', gatherEveryWrite);
  else redis.on('connect', () => gatherWrites(redis.stream));
}
