import { randomBytes } from 'node:crypto';
import type { Account } from './account.ts';
import type { BrowserStore, BrowserTimes } from './browser-store.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { Visit } from './visit.ts';

/** What a browser holds from now on. */
export interface SignedIn {
  /** For the session cookie. */
  sessionId: string;
  /** milliseconds */
  maxAge: number;
  /** For the cookie of browsers in which an owner has signed in before. */
  knownBrowser: string;
}

/** The last step of every way in: a new session id, under the epoch that was read beside the password hash. */
export class BrowserSignIn {
  readonly #browsers: BrowserStore;
  readonly #known: KnownBrowsers;
  readonly #times: BrowserTimes;
  readonly #now: () => number;

  constructor(browsers: BrowserStore, known: KnownBrowsers, times: BrowserTimes, now: () => number) {
    this.#browsers = browsers;
    this.#known = known;
    this.#times = times;
    this.#now = now;
  }

  /** `undefined` when the owner has signed out of everything since the account was read. */
  async begin(account: Account, visit: Visit, amr: string[]): Promise<SignedIn | undefined> {
    const sessionId = randomBytes(32).toString('base64url');
    const authTime = Math.floor(this.#now() / 1000);
    const inserted = await this.#browsers.insert(
      {
        sessionId,
        uid: `${account.id}.${randomBytes(16).toString('base64url')}`,
        accountId: account.id,
        epoch: account.epoch,
        authTime,
        amr,
        userAgent: visit.userAgent.slice(0, 300),
        expiresAt: authTime + Math.floor(this.#times.absolute / 1000),
        state: {},
      },
      this.#times,
    );
    if (!inserted) return undefined;
    if (visit.sessionId) await this.#browsers.end(visit.sessionId);
    const knownBrowser = this.#known.remember(account.id, visit.knownBrowser);
    return { sessionId, maxAge: this.#times.absolute, knownBrowser };
  }
}
