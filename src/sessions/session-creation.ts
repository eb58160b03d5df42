import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { NewSession, Session, SessionTimes } from '../accounts/session.ts';
import { type ActivityEvent, eventPlace } from '../events/event.ts';
import type { SignInProof } from '../mfa/factor.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { TrustedBrowsers } from '../mfa/trusted-browsers.ts';
import type { Visit } from '../net/visit.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { SecondStepTickets } from './second-step-tickets.ts';
import type { SessionStore } from './session-store.ts';

/** A browser that has just been signed in, and what its cookie of known browsers should hold. */
export interface CreatedSession {
  browser: Session;
  knownBrowser: string;
}

/** What follows from a right first step. */
export type SessionCreationOutcome =
  | ({ outcome: 'signed-in' } & CreatedSession)
  /** The account asks for two steps; the ticket is for the page that asks for the second. */
  | { outcome: 'second-step'; ticket: string }
  /** The owner has signed out of everything since the account was read. */
  | { outcome: 'refused' };

/** How the first step went. */
interface FirstStep {
  /** How the owner proved who they are (RFC 8176). */
  amr: readonly string[];
  /** Where the browser goes on afterwards, also after a second step. */
  returnTo: string;
  /** Ask for the second step in a browser that is trusted, too. */
  bothSteps?: boolean | undefined;
  /** The provider by which the owner came, which says of its sign-in that it was two steps, or does not. */
  upstream?: (UpstreamOrigin & { readonly isTwoSteps: boolean }) | undefined;
}

/** The provider by which an owner came, and the sign-in there. */
type UpstreamOrigin = NonNullable<Session['upstream']>;

interface SessionCreationDependencies {
  browsers: SessionStore;
  factors: FactorStore;
  knownBrowsers: KnownBrowsers;
  trusted: TrustedBrowsers;
  tickets: SecondStepTickets;
  times: SessionTimes;
  now?: () => number;
}

/**
 * Signs browsers in, once their owner has proved who they are: the last step of every way in, so that none is
 * weaker than another. The store refuses a browser without a second step where the account has factors.
 */
export class SessionCreation {
  readonly #with: SessionCreationDependencies;
  readonly #now: () => number;

  constructor(dependencies: SessionCreationDependencies) {
    this.#with = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  /**
   * After the first step, whatever it was: a password, a mailed code, a reset.
   * @param account as it was read beside what was proved
   */
  async create(
    account: Account,
    { amr, returnTo, bothSteps, upstream }: FirstStep,
    visit: Visit,
  ): Promise<SessionCreationOutcome> {
    const { factors, trusted, tickets } = this.#with;
    const origin = upstream && { id: upstream.id, sid: upstream.sid };
    let proof: SignInProof | undefined;
    if (upstream?.isTwoSteps) proof = { kind: 'upstream' };
    else if ((await factors.list(account.id)).length > 0) {
      const name = bothSteps ? undefined : await trusted.nameFor(account.id, visit.trustedBrowser);
      const { id: accountId, epoch } = account;
      if (name === undefined) {
        const ticket = tickets.issue({ accountId, epoch, amr, returnTo, upstream: origin });
        return { outcome: 'second-step', ticket };
      }
      proof = { kind: 'trusted', name };
    }
    const created = await this.createWith(account, amr, proof, visit, origin);
    return created ? { outcome: 'signed-in', ...created } : { outcome: 'refused' };
  }

  /**
   * A new session id at every sign-in, and the old one dead (ASVS 7.2.4). `undefined`, and no browser is signed in, when
   * the owner has signed out of everything since the account was read, or the proof is not accepted.
   * @param amr how the owner proved who they are, both steps
   */
  async createWith(
    account: Account,
    amr: readonly string[],
    proof: SignInProof | undefined,
    visit: Visit,
    upstream?: UpstreamOrigin,
  ): Promise<CreatedSession | undefined> {
    const { browsers, times } = this.#with;
    const admit = async (browser: NewSession, signedIn: ActivityEvent) => {
      const over = proof && recoveryOver(browser);
      return (await browsers.insert(browser, times, signedIn, proof, over)) ? browser.epoch : undefined;
    };
    return this.createBy(account, amr, visit, admit, upstream);
  }

  /**
   * As `createWith`, where signing in is part of a larger change.
   * @param admit signs the browser in, and says under which epoch; `undefined`: refused
   */
  async createBy(
    account: Account,
    amr: readonly string[],
    visit: Visit,
    admit: (browser: NewSession, event: ActivityEvent) => Promise<number | undefined>,
    upstream?: UpstreamOrigin,
  ): Promise<CreatedSession | undefined> {
    const { browsers, knownBrowsers } = this.#with;
    const browser = { ...this.#newBrowser(account, amr, visit), ...(upstream && { upstream }) };
    const known = knownBrowsers.idFor(account.id, visit.knownBrowser) !== undefined;
    const epoch = await admit(browser, signedIn(browser, known));
    if (epoch === undefined) return undefined;
    if (visit.sessionId !== undefined) await browsers.end(visit.sessionId);
    return {
      browser: { ...browser, epoch, profile: account.profile },
      knownBrowser: knownBrowsers.remember(account.id, visit.knownBrowser),
    };
  }

  #newBrowser(account: Account, amr: readonly string[], { address, userAgent }: Visit): NewSession {
    const now = this.#now();
    return {
      sessionId: randomBytes(32).toString('base64url'),
      uid: `${account.id}.${randomBytes(16).toString('base64url')}`,
      accountId: account.id,
      epoch: account.epoch,
      authTime: Math.floor(now / 1000),
      amr: [...amr],
      address,
      userAgent,
      expiresAt: Math.floor((now + this.#with.times.absolute) / 1000),
      state: {},
    };
  }
}

/** @param known whether the owner has signed in with this browser before */
function signedIn(browser: NewSession, known: boolean): ActivityEvent {
  return {
    kind: 'signed-in',
    by: 'owner',
    place: eventPlace(browser),
    subject: { type: 'browser', id: browser.uid },
    details: { amr: browser.amr.join(' '), known },
  };
}

function recoveryOver(browser: NewSession): ActivityEvent {
  return { kind: 'recovery-cancelled', by: 'owner', place: eventPlace(browser) };
}
