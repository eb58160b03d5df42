import { randomBytes } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import type { Sealing } from '../accounts/sealing.ts';

const PLACE = 'known-browser';
/** A cookie holds 4 KB; more accounts than this do not share a browser. */
const MAX_ACCOUNTS = 8;
const LIFETIME_MS = 400 * 24 * 3_600_000;

interface KnownBrowser {
  id: string;
  /** The account that signed in last comes first. */
  accounts: AccountId[];
  /** milliseconds since 1970 */
  since: number;
}

/**
 * Browsers in which an owner has signed in before, by a sealed cookie. It opens nothing: it only gives the browser
 * counters of wrong passwords and turns of its own, so that strangers and neighbours cannot use them up.
 */
export class KnownBrowsers {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#now = now;
  }

  /** The id of the browser if this account's owner has signed in with it. */
  idFor(accountId: AccountId | undefined, cookie: string | undefined): string | undefined {
    const known = this.#open(cookie);
    return known && accountId && known.accounts.includes(accountId) ? known.id : undefined;
  }

  /** The account that signed in with it last; the store is not asked. */
  lastAccount(cookie: string | undefined): AccountId | undefined {
    return this.#open(cookie)?.accounts[0];
  }

  /** What the cookie should hold from now on. */
  remember(accountId: AccountId, cookie: string | undefined): string {
    const known = this.#open(cookie);
    const others = known?.accounts.filter((other) => other !== accountId) ?? [];
    return this.#sealing.seal(PLACE, {
      id: known?.id ?? randomBytes(16).toString('base64url'),
      accounts: [accountId, ...others].slice(0, MAX_ACCOUNTS),
      since: this.#now(),
    } satisfies KnownBrowser);
  }

  #open(cookie: string | undefined): KnownBrowser | undefined {
    const known = cookie ? this.#sealing.open<KnownBrowser>(PLACE, cookie) : undefined;
    return known && known.since + LIFETIME_MS > this.#now() ? known : undefined;
  }
}
