import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import { findByEmail } from '../accounts/find-by-email.ts';
import type { HashingCaller } from '../accounts/hashing-queue.ts';
import { standsAlone } from '../accounts/password-rules.ts';
import type { Passwords } from '../accounts/passwords.ts';
import { Busy } from '../errors/server-busy.ts';
import type { Refusals } from '../events/refusals.ts';
import { orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { Visit } from '../net/visit.ts';
import type { GuessLimits } from './guess-limits.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { SessionCreation, SessionCreationOutcome } from './session-creation.ts';
import type { SignInByMail } from './sign-in-by-mail.ts';

interface SignInRequest {
  /** As typed. */
  email: string;
  password: string;
  /** Where the browser goes on afterwards. */
  returnTo: string;
  /** Ask for the second step in a browser that is trusted, too. */
  bothSteps?: boolean | undefined;
  visit: Visit;
}

export type SignInOutcome =
  | Exclude<SessionCreationOutcome, { outcome: 'refused' }>
  /** Unknown email, wrong password, disabled account, or signed out of everything meanwhile. */
  | { outcome: 'wrong' }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName }
  /** Whether or not the password was right: who gives it from an unknown browser also needs a mailed code. */
  | { outcome: 'confirm-by-mail'; ticket: string };

interface SignInDependencies {
  accounts: AccountStore;
  passwords: Passwords;
  limits: GuessLimits;
  knownBrowsers: KnownBrowsers;
  sessionCreation: SessionCreation;
  byMail: SignInByMail;
  refusals: Refusals;
}

/** Email and password. */
export class SignIn {
  readonly #with: SignInDependencies;

  constructor(dependencies: SignInDependencies) {
    this.#with = dependencies;
  }

  /**
   * Every kind of wrong has one outcome and costs the same time: one hash, the same reads.
   * @throws Busy, StoreUnavailable
   */
  async signIn(request: SignInRequest): Promise<SignInOutcome> {
    const { email: typed, password, returnTo, bothSteps, visit } = request;
    const { accounts, limits, knownBrowsers, byMail } = this.#with;
    const email = normalizeEmail(typed) ?? typed.slice(0, 254);
    const found = await findByEmail(accounts, email);
    const knownBrowser = knownBrowsers.idFor(found?.id, visit.knownBrowser);
    const leave = await limits.take({ email, accountId: found?.id, address: visit.address, knownBrowser });
    if (leave.outcome === 'wait') return leave;
    const caller = { address: visit.address, account: email, known: knownBrowser !== undefined };
    const account = await orGiveBack(leave.unused, this.#evaluate(found, password, caller));
    if (leave.mailOnly) {
      const asking = byMail.ask(account, email, returnTo);
      return { outcome: 'confirm-by-mail', ticket: await orGiveBack(leave.unused, asking) };
    }
    if (found?.status === 'active' && !account)
      this.#with.refusals.record(found.id, 'sign-in-refused', visit);
    if (!account) return { outcome: 'wrong' };
    const paced = await orGiveBack(leave.unused, leave.right());
    if (paced) return paced;
    const first = { amr: ['pwd'], returnTo, bothSteps };
    const creation = await orGiveBack(leave.unused, this.#with.sessionCreation.create(account, first, visit));
    if (creation.outcome === 'refused') return { outcome: 'wrong' };
    await this.#rehash(account, password, caller);
    return creation;
  }

  async #evaluate(
    found: Account | undefined,
    password: string,
    caller: HashingCaller,
  ): Promise<Account | undefined> {
    const right = await this.#with.passwords.verify(found?.credentials.passwordHash, password, caller);
    return right && found?.status === 'active' ? found : undefined;
  }

  /** A change of the password made meanwhile wins. When the server is busy, the next sign-in does this. */
  async #rehash(account: Account, password: string, caller: HashingCaller): Promise<void> {
    const { accounts, passwords } = this.#with;
    const { credentials } = account;
    if (credentials.passwordHash === undefined) return;
    const isOld = passwords.needsRehash(credentials.passwordHash);
    if (!isOld && credentials.standsAlone !== undefined) return;
    try {
      const passwordHash = isOld ? await passwords.hash(password, caller) : credentials.passwordHash;
      await accounts.replaceCredentials(account, { passwordHash, standsAlone: standsAlone(password) });
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
    }
  }
}
