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

/** The two mails about a change of the email hold a ticket each: one does not use up the other. */
const nameOf = ({ accountId, entryId, to }: Alert) => [accountId, entryId, ...(to ? [to] : [])].join(':');
