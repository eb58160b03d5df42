import type { Sealing } from '../accounts/sealing.ts';

const PLACE = 'not-me';
const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Which event a button is about, and where it stands. */
export interface DisputeButton {
  readonly accountId: string;
  readonly entryId: string;
  /** In the mail to the email that the account had before, or on the page of recent activity; else in the mail about it. */
  readonly to?: 'former' | 'page';
}

interface DisputeTicket extends DisputeButton {
  /** milliseconds since 1970 */
  until: number;
}

/** What stands in the address of "It wasn't me": which event it was, for 7 days. Opening it spends nothing. */
export class DisputeTickets {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#now = now;
  }

  issue({ accountId, entryId, to }: DisputeButton): string {
    const until = this.#now() + LIFETIME_MS;
    const ticket: DisputeTicket = { accountId, entryId, until, ...(to && { to }) };
    return this.#sealing.seal(PLACE, ticket);
  }

  /** `undefined` for one that is not ours, or too old. */
  read(sealed: string): DisputeButton | undefined {
    const ticket = this.#sealing.open<DisputeTicket>(PLACE, sealed);
    return ticket && ticket.until > this.#now() ? ticket : undefined;
  }
}
