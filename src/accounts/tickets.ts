import { randomBytes } from 'node:crypto';
import type { Sealing } from './sealing.ts';

/** What a page holds while it waits for a mailed code. */
export interface Ticket {
  /** Names the mailed code in the store. */
  id: string;
  /** Where the code went, for showing. */
  email: string;
  /** Where the browser goes on afterwards; a path of ours. */
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

  issue(email: string, returnTo: string): { id: string; sealed: string } {
    const id = randomBytes(24).toString('base64url');
    return { id, sealed: this.#sealing.seal(this.#place, { id, email, returnTo } satisfies Ticket) };
  }

  read(sealed: string): Ticket | undefined {
    return this.#sealing.open<Ticket>(this.#place, sealed);
  }
}
