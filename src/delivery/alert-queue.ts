import { type ConnectionOptions, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Alert, AlertQueue } from '../activity/alert-sweep.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** The last mail of an account that is gone by the time it is sent: the email, sealed. */
export interface Farewell {
  readonly accountId: string;
  readonly sealed: string;
}

type Job = Alert | Farewell;

/** Tries of one alert: with the pauses below, for about nine hours. */
const TRIES = 60;
const LONGEST_PAUSE = 600 * SECOND;

/** Alerts sent at once by one server. */
const AT_ONCE = 4;

export interface AlertQueueSettings {
  /** A Redis client of its own, which waits and does not fail; see `openQueueConnection`. */
  connection: ConnectionOptions;
  /** Stands before all keys of the queue, with a hash tag, so that they share a slot. */
  prefix: string;
  /** Tells the owner; rejects where it should be tried again. */
  deliver: (alert: Alert) => Promise<void>;
  sayFarewell: (farewell: Farewell) => Promise<void>;
  onFailure: (failure: { reason: string; tries: number; last: boolean }) => void;
}

/**
 * Alerts that have to be told, on BullMQ: tried again with growing pauses, taken over from a server that died in
 * the middle. The job of an alert holds two ids and nothing of what is told.
 */
export class BullAlertQueue implements AlertQueue {
  readonly #queue: Queue<Job>;
  readonly #worker: Worker<Job>;

  constructor({ connection, prefix, deliver, sayFarewell, onFailure }: AlertQueueSettings) {
    this.#queue = new Queue('alerts', {
      connection,
      prefix,
      defaultJobOptions: {
        attempts: TRIES,
        backoff: { type: 'custom' },
        // Kept for as long as a sweep may come upon the same event again: it is then not queued twice.
        removeOnComplete: { age: HOUR / SECOND, count: 100_000 },
        removeOnFail: { age: (24 * HOUR) / SECOND, count: 100_000 },
      },
    });
    this.#worker = new Worker<Job>(
      'alerts',
      ({ data }) => ('sealed' in data ? sayFarewell(data) : deliver(data)),
      {
        connection,
        prefix,
        concurrency: AT_ONCE,
        lockDuration: 20 * SECOND,
        stalledInterval: 5 * SECOND,
        // However often servers die in the middle, the alert is told.
        maxStalledCount: 1_000_000,
        settings: { backoffStrategy: (tries = 1) => Math.min(SECOND * 2 ** (tries - 1), LONGEST_PAUSE) },
      },
    );
    this.#queue.on('error', (error) => onFailure({ reason: error.name, tries: 0, last: false }));
    this.#worker.on('error', (error) => onFailure({ reason: error.name, tries: 0, last: false }));
    this.#worker.on('failed', (job, error) => {
      const tries = job?.attemptsMade ?? 0;
      const last = tries >= TRIES || error instanceof UnrecoverableError;
      onFailure({ reason: reasonOf(error), tries, last });
    });
  }

  async add({ accountId, entryId, to }: Alert): Promise<void> {
    const data = { accountId, entryId, ...(to && { to }) };
    await this.#queue.add('alert', data, { jobId: [accountId, entryId, ...(to ? [to] : [])].join('.') });
  }

  /** Nothing of it stays once it is said, or has been given up. */
  async addFarewell({ accountId, sealed }: Farewell): Promise<void> {
    const options = { jobId: `${accountId}.closed`, removeOnComplete: true, removeOnFail: true };
    await this.#queue.add('farewell', { accountId, sealed }, options);
  }

  /** How many wait, are being sent, or wait for another try. */
  async depth(): Promise<number> {
    return this.#queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  }

  /** Finishes what is being sent. */
  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }
}

/** The code alone where there is one: a mail server's own words may repeat the address. */
function reasonOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
