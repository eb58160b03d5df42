import type { Account, Credentials } from '../accounts/account.ts';
import {
  type PasswordRole,
  type PasswordRules,
  type PasswordVerdict,
  standsAlone,
} from '../accounts/password-rules.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { FactorStore } from '../mfa/factor-store.ts';

export type ChoiceOutcome =
  | { outcome: 'refused'; error: NonNullable<PasswordVerdict['error']>; score: number }
  | { outcome: 'taken'; credentials: Credentials; score: number };

interface PasswordChoiceDependencies {
  passwords: Passwords;
  passwordRules: PasswordRules;
  factors: Pick<FactorStore, 'list'>;
}

/** A new password for an account that exists: judged by what stands beside it, and hashed. */
export class PasswordChoice {
  readonly #with: PasswordChoiceDependencies;

  constructor(dependencies: PasswordChoiceDependencies) {
    this.#with = dependencies;
  }

  async roleFor({ id }: Pick<Account, 'id'>): Promise<PasswordRole> {
    return (await this.#with.factors.list(id)).length > 0 ? 'one-of-two' : 'alone';
  }

  /**
   * For an owner who is signed in, or has a link from the mailbox.
   * @throws Busy, StoreUnavailable
   */
  async choose(account: Account, password: string, address: string): Promise<ChoiceOutcome> {
    const { passwords, passwordRules } = this.#with;
    const caller = { address, account: account.profile.email, known: true };
    const role = await this.roleFor(account);
    const { error, score } = await passwordRules.judge(password, account.profile, role, caller);
    if (error) return { outcome: 'refused', error, score };
    const passwordHash = await passwords.hash(password, caller);
    return { outcome: 'taken', credentials: { passwordHash, standsAlone: standsAlone(password) }, score };
  }
}
