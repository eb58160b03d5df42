import { randomBytes } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import type { Sealing } from '../accounts/sealing.ts';
import type { Session } from '../accounts/session.ts';

const PLACE = 'second-step';
const LIFETIME_MS = 10 * 60_000;

/** Between the two steps: who gave the right password, and under which epoch. It signs no browser in. */
export interface SecondStepTicket {
  /** Names what is sent for it. */
  readonly id: string;
  readonly accountId: AccountId;
  readonly epoch: number;
  /** How the first step was proved (RFC 8176). */
  readonly amr: readonly string[];
  /** The provider by which the first step was made; absent: it was made here. */
  readonly upstream?: Session['upstream'];
  /** A path of ours. */
  readonly returnTo: string;
  /** milliseconds since 1970 */
  readonly until: number;
}

/** Sealed, and kept by the browser that gave the password: 10 minutes for the second step. */
export class SecondStepTickets {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#now = now;
  }

  issue(given: Omit<SecondStepTicket, 'id' | 'until'>): string {
    const id = randomBytes(24).toString('base64url');
    const { accountId, epoch, amr, returnTo, upstream } = given;
    const until = this.#now() + LIFETIME_MS;
    const ticket: SecondStepTicket = { id, accountId, epoch, amr, returnTo, until, upstream };
    return this.#sealing.seal(PLACE, ticket);
  }

  read(sealed: string | undefined): SecondStepTicket | undefined {
    const ticket = sealed ? this.#sealing.open<SecondStepTicket>(PLACE, sealed) : undefined;
    return ticket && ticket.until > this.#now() ? ticket : undefined;
  }
}
