import { randomBytes } from 'node:crypto';
import type { ActivityEvent } from '../activity/event.ts';
import type { Account } from './account.ts';
import type { BrowserStore, BrowserTimes, NewBrowser, SignedInBrowser } from './browser-store.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { Visit } from './visit.ts';

const LONGEST_USER_AGENT = 400;

/** A browser that has just been signed in, and what its cookie of known browsers should hold. */
export interface Entered {
  browser: SignedInBrowser;
  knownBrowser: string;
}

/** Signs browsers in, once their owner has proved who they are: the last step of every way in. */
export class Entrance {
  readonly #browsers: BrowserStore;
  readonly #knownBrowsers: KnownBrowsers;
  readonly #times: BrowserTimes;
  readonly #now: () => number;

  constructor(
    browsers: BrowserStore,
    knownBrowsers: KnownBrowsers,
    times: BrowserTimes,
    now: () => number = Date.now,
  ) {
    this.#browsers = browsers;
    this.#knownBrowsers = knownBrowsers;
    this.#times = times;
    this.#now = now;
  }

  /**
   * A new session id at every sign-in, and the old one dead (ASVS 7.2.4).
   * @param account as it was read beside what was proved: `undefined`, and nobody is signed in, when its
   *   owner has signed out of everything since
   * @param amr how the owner proved who they are (RFC 8176)
   */
  async enter(account: Account, amr: string[], visit: Visit): Promise<Entered | undefined> {
    if (visit.sessionId !== undefined) await this.#browsers.end(visit.sessionId);
    const browser = this.#newBrowser(account, amr, visit);
    const known = this.#knownBrowsers.idFor(account.id, visit.knownBrowser) !== undefined;
    if (!(await this.#browsers.insert(browser, this.#times, signedIn(browser, known)))) return undefined;
    return {
      browser: { ...browser, profile: account.profile },
      knownBrowser: this.#knownBrowsers.remember(account.id, visit.knownBrowser),
    };
  }

  #newBrowser(account: Account, amr: string[], { address, userAgent }: Visit): NewBrowser {
    const now = this.#now();
    return {
      sessionId: randomBytes(32).toString('base64url'),
      uid: `${account.id}.${randomBytes(16).toString('base64url')}`,
      accountId: account.id,
      epoch: account.epoch,
      authTime: Math.floor(now / 1000),
      amr,
      address,
      userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
      expiresAt: Math.floor((now + this.#times.absolute) / 1000),
      state: {},
    };
  }
}

/** @param known whether the owner has signed in with this browser before */
function signedIn({ uid, address, userAgent, amr }: NewBrowser, known: boolean): ActivityEvent {
  return {
    kind: 'signed-in',
    by: 'owner',
    place: { address, userAgent },
    subject: { type: 'browser', id: uid },
    details: { amr: amr.join(' '), known },
  };
}
