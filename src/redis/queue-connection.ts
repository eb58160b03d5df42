import type { Cluster, Redis } from 'ioredis';
import { openClient } from './connection.ts';

export interface QueueConnection {
  readonly client: Redis | Cluster;
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
  return { client, close: () => client.disconnect() };
}
