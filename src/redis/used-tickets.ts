import type { AccountId } from '../accounts/account.ts';
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
    return this.#isMarked(nameOf(alert));
  }

  /** Beside its own mark a ticket leaves one of the event, which the page asks for by one question an entry. */
  async add(alert: DisputeButton): Promise<void> {
    const marks = [nameOf(alert), nameOfAny(alert.accountId, alert.entryId)];
    await Promise.all(marks.map((name) => this.#records.write(KIND, name, {}, LIFETIME_MS)));
  }

  async hasAny(accountId: AccountId, entryId: string): Promise<boolean> {
    return this.#isMarked(nameOfAny(accountId, entryId));
  }

  async #isMarked(name: string): Promise<boolean> {
    return (await this.#records.find(KIND, name)) !== undefined;
  }
}

/** The two mails about a change of the email, and the page, hold a ticket each: none uses up another one. */
const nameOf = ({ accountId, entryId, to }: DisputeButton) =>
  [accountId, entryId, ...(to ? [to] : [])].join(':');
const nameOfAny = (accountId: string, entryId: string) => `${accountId}:${entryId}:any`;
