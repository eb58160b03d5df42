import type { UsedTickets } from '../alerts/dispute.ts';
import type { DisputeButton } from '../alerts/dispute-tickets.ts';
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

  async has(alert: DisputeButton): Promise<boolean> {
    return (await this.#records.find(KIND, nameOf(alert))) !== undefined;
  }

  async add(alert: DisputeButton): Promise<void> {
    await this.#records.write(KIND, nameOf(alert), {}, LIFETIME_MS);
  }
}

/** The two mails about a change of the email, and the page, hold a ticket each: none uses up another one. */
const nameOf = ({ accountId, entryId, to }: DisputeButton) =>
  [accountId, entryId, ...(to ? [to] : [])].join(':');
