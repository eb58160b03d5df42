/** One connection to Redis or Valkey: single, Sentinel or Cluster, always in the fail-closed manner. */
import { Cluster, type Redis } from 'ioredis';
import type { StoreAccess } from '../config/store-access.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { openClient } from './client.ts';
import { gatherWrites } from './gathered-writes.ts';
import { LastReason } from './last-reason.ts';
import { ReplicatedChanges } from './replicated-changes.ts';

export interface RedisConnection {
  readonly redis: Redis | Cluster;
  /** By a connection of its own: what counts only when replicas have it; absent where none are demanded. */
  readonly replicated?: ReplicatedChanges;
  /** Resolves as soon as commands can be sent; rejects with StoreUnavailable after `timeout`. */
  whenReady(): Promise<void>;
  /** Why it is not connected; `undefined` when it is, or when nothing was heard. */
  lastError(): string | undefined;
  close(): Promise<void>;
}

interface ConnectionSettings {
  /** As REDIS_URL, see `parseStoreAddress`. */
  url: string;
  /** Certificates, and how the Sentinels are signed in to. */
  access?: StoreAccess;
  /** milliseconds until a command without a reply is given up */
  commandTimeout: number;
  /** milliseconds to wait for a connection that is being made again */
  timeout: number;
  /** Replicas that must have a change before it counts; 0: none, and nothing is waited for. */
  replicas?: number;
  onError?: (error: Error) => void;
}

export function connectRedis(settings: ConnectionSettings): RedisConnection {
  const main = connectOnce(settings);
  const { replicas = 0, commandTimeout } = settings;
  if (replicas === 0) return main;
  const waiting = connectOnce(settings);
  const demand = { count: replicas, timeout: Math.ceil(commandTimeout / 2) };
  return {
    redis: main.redis,
    replicated: new ReplicatedChanges(waiting.redis, demand),
    whenReady: async () => void (await Promise.all([main.whenReady(), waiting.whenReady()])),
    lastError: () => main.lastError() ?? waiting.lastError(),
    close: async () => void (await Promise.all([main.close(), waiting.close()])),
  };
}

function connectOnce(settings: ConnectionSettings): RedisConnection {
  const redis = openClient(settings.url, settings.commandTimeout, settings.access);
  const reason = new LastReason(settings);
  redis.on('error', (error: Error) => {
    reason.hear(error);
    settings.onError?.(error);
  });
  // Each Sentinel by itself: that all are unreachable is said of those, too, that know no such master.
  redis.on('sentinelError', (error: Error) => reason.hear(error));
  // A server may end what it does not understand without a word.
  const onClose = () => reason.hear(new Error('Connection is closed.'));
  redis.on('close', onClose).once('ready', () => redis.off('close', onClose));
  redis.on('ready', () => reason.forget());
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
    lastError: () => reason.last,
    close: async () => {
      try {
        await redis.quit();
      } catch {
        redis.disconnect();
      }
    },
  };
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
