import type { Cluster, Redis } from 'ioredis';
import { openClient } from './connection.ts';

export interface QueueConnection {
  readonly client: Redis | Cluster;
  /** Breaks off, at once, also every connection that the queue has made from this one. */
  close(): void;
}

/**
 * A connection for the queue of mails alone. It waits for a store that is gone instead of failing, as a worker
 * must; nobody's request ever waits for it.
 * @param url as `ConnectionSettings.url`
 */
export function openQueueConnection(url: string, onError: (error: Error) => void): QueueConnection {
  const client = openClient(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(25 * 2 ** times, 2000),
  });
  client.on('error', onError);
  const duplicates = keepDuplicates(client);
  return {
    client,
    close: () => {
      for (const one of [client, ...duplicates]) one.disconnect();
    },
  };
}

/**
 * A worker waits for jobs on a copy of the connection, which it lets go only once the store has answered: without the store
 * that copy would be made again and again, and keep the process alive.
 */
function keepDuplicates(client: Redis | Cluster): ReadonlySet<Redis | Cluster> {
  const duplicates = new Set<Redis | Cluster>();
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => Redis | Cluster;
  const keeping = (...args: unknown[]) => {
    const copy = duplicate(...args);
    duplicates.add(copy);
    return copy;
  };
  Object.defineProperty(client, 'duplicate', { value: keeping, configurable: true });
  return duplicates;
}
