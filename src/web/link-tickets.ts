import type { SignedInBrowser } from '../accounts/browser-store.ts';
import type { ClaimedDevice } from '../devices/claimed-device.ts';

/** Encrypts what goes to a browser and comes back; what was sealed for one purpose opens for no other. */
export interface Tickets {
  seal(purpose: string, value: unknown): string;
  open<T>(purpose: string, sealed: string): T | undefined;
}

const LIFETIME_MS = 10 * 60_000;
const ENTERED = 'user-code-entered';
const LINKED = 'device-linked';

interface Sealed<T> {
  value: T;
  /** The signed-in browser it was made for. */
  uid: string;
  /** milliseconds since 1970 */
  until: number;
}

/**
 * What the pages of one browser hand on to each other: that a code was entered in it, and what it has linked.
 * Good for 10 minutes, in the browser it was made for.
 */
export class LinkTickets {
  readonly #tickets: Tickets;
  readonly #now: () => number;

  constructor(tickets: Tickets, now: () => number = Date.now) {
    this.#tickets = tickets;
    this.#now = now;
  }

  /** That this code was entered in this browser, and the device behind it was shown. */
  entered(browser: SignedInBrowser, userCode: string, device: ClaimedDevice): string {
    return this.#seal(ENTERED, browser, { userCode, device });
  }

  readEntered(
    browser: SignedInBrowser,
    ticket: string | undefined,
  ): { userCode: string; device: ClaimedDevice } | undefined {
    return this.#open(ENTERED, browser, ticket);
  }

  linked(browser: SignedInBrowser, device: ClaimedDevice): string {
    return this.#seal(LINKED, browser, device);
  }

  readLinked(browser: SignedInBrowser, ticket: string | undefined): ClaimedDevice | undefined {
    return this.#open(LINKED, browser, ticket);
  }

  #seal<T>(purpose: string, { uid }: SignedInBrowser, value: T): string {
    return this.#tickets.seal(purpose, { value, uid, until: this.#now() + LIFETIME_MS } satisfies Sealed<T>);
  }

  #open<T>(purpose: string, { uid }: SignedInBrowser, ticket: string | undefined): T | undefined {
    const sealed = ticket ? this.#tickets.open<Sealed<T>>(purpose, ticket) : undefined;
    return sealed && sealed.uid === uid && sealed.until > this.#now() ? sealed.value : undefined;
  }
}
