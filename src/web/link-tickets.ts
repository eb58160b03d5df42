import type { Session } from '../accounts/session.ts';
import type { ClaimedDevice } from '../devices/claimed-device.ts';
import type { PageTickets } from './page-tickets.ts';

const ENTERED = 'user-code-entered';
const LINKED = 'device-linked';

/** What the pages that link a device hand on to each other: that a code was entered, and what was linked. */
export class LinkTickets {
  readonly #tickets: PageTickets;

  constructor(tickets: PageTickets) {
    this.#tickets = tickets;
  }

  /** That this code was entered in this browser, and the device behind it was shown. */
  entered({ uid }: Session, userCode: string, device: ClaimedDevice): string {
    return this.#tickets.issue(ENTERED, uid, { userCode, device });
  }

  readEntered(
    { uid }: Session,
    ticket: string | undefined,
  ): { userCode: string; device: ClaimedDevice } | undefined {
    return this.#tickets.read(ENTERED, uid, ticket);
  }

  linked({ uid }: Session, device: ClaimedDevice): string {
    return this.#tickets.issue(LINKED, uid, device);
  }

  readLinked({ uid }: Session, ticket: string | undefined): ClaimedDevice | undefined {
    return this.#tickets.read(LINKED, uid, ticket);
  }
}
