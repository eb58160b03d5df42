import type { Alert } from '../activity/alert-sweep.ts';
import type { UsedTickets } from '../activity/not-me.ts';
import type { Records } from './records.ts';

const KIND = 'NotMe';
/** As long as a ticket is good at the most. */
const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Tickets of "It wasn't me" that have done their work. */
export class RedisUsedTickets implements UsedTickets {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async has(alert: Alert): Promise<boolean> {
    return (await this.#records.find(KIND, nameOf(alert))) !== undefined;
  }

  async add(alert: Alert): Promise<void> {
    await this.#records.write(KIND, nameOf(alert), {}, LIFETIME_MS);
  }
}

const nameOf = ({ accountId, entryId }: Alert) => `${accountId}:${entryId}`;
