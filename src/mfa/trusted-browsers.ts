import { randomBytes } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import type { Sealing } from '../accounts/sealing.ts';
import { eventPlace } from '../events/event.ts';
import type { Visit } from '../net/visit.ts';
import type { ProvedStanding, TrustedBrowser, TrustedBrowserStore } from './trusted-browser-store.ts';

const PLACE = 'trusted-browser';
/** A cookie holds 4 KB; more accounts than this do not share a browser. */
const MAX_ACCOUNTS = 8;
/** 30 days. */
const TRUST_MS = 30 * 24 * 3_600_000;

interface Token {
  accountId: AccountId;
  token: string;
}

/**
 * "Don't ask again on this browser". A sealed cookie holds a token for each account; what a token stands for is
 * kept with the account, so that its owner can see it and end it.
 */
export class TrustedBrowsers {
  readonly #store: TrustedBrowserStore;
  readonly #sealing: Sealing;

  constructor(store: TrustedBrowserStore, sealing: Sealing) {
    this.#store = store;
    this.#sealing = sealing;
  }

  /** The name of the record that this browser's cookie stands for, as far as it is trusted for this account now. */
  async nameFor(accountId: AccountId, cookie: string | undefined): Promise<string | undefined> {
    const token = this.#open(cookie).find((one) => one.accountId === accountId)?.token;
    return token === undefined ? undefined : this.#store.nameOf(accountId, token);
  }

  /** A new token at each time. @returns what the cookie should hold from now on; `undefined`: nothing was changed */
  async trust(owner: ProvedStanding & { readonly uid: string }, visit: Visit): Promise<string | undefined> {
    const token = randomBytes(32).toString('base64url');
    const browser = eventPlace(visit);
    const details = { browser: owner.uid };
    const event = { kind: 'browser-trusted', by: 'owner', place: browser, details } as const;
    if (!(await this.#store.trust(owner, token, browser, TRUST_MS, event))) return undefined;
    const others = this.#open(visit.trustedBrowser).filter(({ accountId }) => accountId !== owner.accountId);
    const tokens: Token[] = [{ accountId: owner.accountId, token }, ...others];
    return this.#sealing.seal(PLACE, tokens.slice(0, MAX_ACCOUNTS));
  }

  list(accountId: AccountId): Promise<TrustedBrowser[]> {
    return this.#store.list(accountId);
  }

  /** `false`: there is no such browser any more. */
  async end(accountId: AccountId, name: string, visit: Visit): Promise<boolean> {
    const place = eventPlace(visit);
    return this.#store.end(accountId, name, { kind: 'browser-trust-ended', by: 'owner', place });
  }

  #open(cookie: string | undefined): Token[] {
    return (cookie && this.#sealing.open<Token[]>(PLACE, cookie)) || [];
  }
}
