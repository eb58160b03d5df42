import type { SignedInBrowser } from '../accounts/browser-store.ts';
import type { Sealing } from '../accounts/sealing.ts';
import type { ClaimedDevice } from '../devices/claimed-device.ts';

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
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
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
    return this.#sealing.seal(purpose, { value, uid, until: this.#now() + LIFETIME_MS } satisfies Sealed<T>);
  }

  #open<T>(purpose: string, { uid }: SignedInBrowser, ticket: string | undefined): T | undefined {
    const sealed = ticket ? this.#sealing.open<Sealed<T>>(purpose, ticket) : undefined;
    return sealed && sealed.uid === uid && sealed.until > this.#now() ? sealed.value : undefined;
  }
}
