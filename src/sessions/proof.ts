import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { Session } from '../accounts/session.ts';
import type { ProofAges, ProvedAction } from '../config/proof-ages.ts';
import type { LimitName } from '../limits/limits.ts';
import type { GuessLimits } from './guess-limits.ts';
import type { SessionStore } from './session-store.ts';

/** When so many were wrong in a row, this browser has to sign in again: no owner would sit out such a wait. */
const TOO_MANY_IN_A_ROW_MS = 3_600_000;

type PasswordCheck =
  /** The account as it was read beside the password hash. */
  | { outcome: 'right'; account: Account }
  | { outcome: 'wrong' }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName }
  /** The owner has signed out of everything, or the account was disabled, since the browser was read. */
  | { outcome: 'signed-out' };

interface ProvingDependencies {
  accounts: AccountStore;
  browsers: SessionStore;
  passwords: Passwords;
  limits: GuessLimits;
  proofAges: ProofAges;
  now?: () => number;
}

/** Owners who are signed in prove again who they are, before what would do harm in a stranger's hands. */
export class Proof {
  readonly #with: ProvingDependencies;
  readonly #now: () => number;

  constructor(dependencies: ProvingDependencies) {
    this.#with = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  /** Whether the proof that this browser has is fresh enough. */
  isFresh({ authTime }: Session, action: ProvedAction): boolean {
    return this.#now() - authTime * 1000 <= this.#with.proofAges[action];
  }

  /**
   * Guesses count for this very browser, so that a stranger's do not use up the owner's tries.
   * @throws Busy, StoreUnavailable
   */
  async check(browser: Session, password: string, address: string): Promise<PasswordCheck> {
    const { accounts, limits, passwords } = this.#with;
    const account = await accounts.find(browser.accountId);
    if (account?.status !== 'active' || account.epoch !== browser.epoch) return { outcome: 'signed-out' };
    const { email } = account.profile;
    const leave = await limits.take({
      email,
      accountId: account.id,
      address,
      knownBrowser: `signed-in:${browser.uid}`,
    });
    if (leave.outcome === 'wait') return leave;
    if (leave.mailOnly) {
      await leave.unused();
      return { outcome: 'wait', milliseconds: TOO_MANY_IN_A_ROW_MS, limit: 'PASSWORD_IN_A_ROW' };
    }
    const right = await passwords
      .verify(account.credentials.passwordHash, password, { address, account: email, known: true })
      .catch(async (error: unknown) => {
        await leave.unused().catch(() => undefined);
        throw error;
      });
    if (!right) return { outcome: 'wrong' };
    await leave.right();
    return { outcome: 'right', account };
  }

  /**
   * The owner has proved who they are, and the browser says so from now on: under a new session id, and the old
   * one is dead (ASVS 7.2.4). `undefined` when it was signed out meanwhile.
   * @param amr how they did (RFC 8176)
   */
  async renew(browser: Session, amr: string[]): Promise<Session | undefined> {
    const renewed: Session = {
      ...browser,
      sessionId: randomBytes(32).toString('base64url'),
      authTime: Math.floor(this.#now() / 1000),
      amr,
    };
    return (await this.#with.browsers.save(renewed)) ? renewed : undefined;
  }
}
