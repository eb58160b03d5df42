import { randomBytes } from 'node:crypto';
import type { Sealing } from './sealing.ts';

/** Characters: a ticket is kept in a cookie, beside the others of its browser. */
const MAX_RETURN_TO = 500;

/** What a page holds while it waits for a mailed code. */
export interface Ticket {
  /** Names the mailed code in the store. */
  id: string;
  /** Where the code went, for showing. */
  email: string;
  /** Where the browser goes on afterwards: a path of ours, or empty. */
  returnTo: string;
}

/**
 * Tickets are sealed, so that a page can show where the code went without asking the store, and so that the
 * page of a right password and of a wrong one cannot be told apart.
 */
export class Tickets {
  readonly #sealing: Sealing;
  readonly #place: string;

  /** @param purpose a ticket of one purpose is worth nothing for another */
  constructor(sealing: Sealing, purpose: string) {
    this.#sealing = sealing;
    this.#place = `ticket:${purpose}`;
  }

  /** @param returnTo a longer one than any page of ours has is forgotten */
  issue(email: string, returnTo: string): { id: string; sealed: string } {
    const id = randomBytes(24).toString('base64url');
    const ticket: Ticket = { id, email, returnTo: returnTo.length > MAX_RETURN_TO ? '' : returnTo };
    return { id, sealed: this.#sealing.seal(this.#place, ticket) };
  }

  read(sealed: string): Ticket | undefined {
    return this.#sealing.open<Ticket>(this.#place, sealed);
  }
}
