import type { Session } from '../accounts/session.ts';
import type { PageTickets } from './page-tickets.ts';
import { linkTo } from './pages/labels.ts';

const PURPOSE = 'notice';

/**
 * The sentence of good news that a page shows after a form has led to it. It travels in the address, sealed: only
 * what this server has just said to this browser is shown.
 */
export class FlashMessages {
  readonly #tickets: PageTickets;

  constructor(tickets: PageTickets) {
    this.#tickets = tickets;
  }

  /** The address of a page of ours that shows the notice. */
  linkWith(path: string, { uid }: Session, notice: string): string {
    return linkTo(path, { notice: this.#tickets.issue(PURPOSE, uid, notice) });
  }

  read({ uid }: Session, ticket: string | undefined): string | undefined {
    return this.#tickets.read(PURPOSE, uid, ticket);
  }
}
