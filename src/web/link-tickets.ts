import type { Session } from '../accounts/session.ts';
import type { ClaimedDevice } from '../devices/claimed-device.ts';
import type { PageTickets } from './page-tickets.ts';

const ENTERED = 'user-code-entered';
const WAITING = 'device-waiting';

/** A device that was approved: what it says of itself, and the name of its grant, which opens nothing. */
export interface ApprovedLink {
  readonly id: string;
  readonly device: ClaimedDevice;
}

/** What the pages that link a device hand on to each other: that a code was entered, and what was approved. */
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

  /** That this device was approved by the owner of this browser; `id` of its grant. */
  waiting({ uid }: Session, link: ApprovedLink): string {
    return this.#tickets.issue(WAITING, uid, link);
  }

  readWaiting({ uid }: Session, ticket: string | undefined): ApprovedLink | undefined {
    return this.#tickets.read(WAITING, uid, ticket);
  }
}
