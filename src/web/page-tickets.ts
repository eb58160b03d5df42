import type { Sealing } from '../accounts/sealing.ts';

const LIFETIME_MS = 10 * 60_000;

interface Sealed {
  readonly value: unknown;
  /** Whose browser it was made for. */
  readonly holder: string;
  /** milliseconds since 1970 */
  readonly until: number;
}

/**
 * What the pages of one browser hand on to each other in an address or a form: that something was done there, and
 * to what. Good for 10 minutes, for one purpose, in the browser it was made for.
 */
export class PageTickets {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#now = now;
  }

  /** @param holder uid of the signed-in browser, or whatever else only that browser has */
  issue(purpose: string, holder: string, value: unknown): string {
    return this.#sealing.seal(purpose, { value, holder, until: this.#now() + LIFETIME_MS } satisfies Sealed);
  }

  /** What was issued for this purpose and holder, and no later than 10 minutes ago. */
  read<T>(purpose: string, holder: string, ticket: string | undefined): T | undefined {
    const sealed = ticket ? this.#sealing.open<Sealed>(purpose, ticket) : undefined;
    const good = sealed && sealed.holder === holder && this.#now() < sealed.until;
    return good ? (sealed.value as T) : undefined;
  }
}
