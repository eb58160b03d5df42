import type { Account, Credentials } from './account.ts';
import type { FactorStore } from './factors/factor-store.ts';
import {
  type PasswordRole,
  type PasswordRules,
  type PasswordVerdict,
  standsAlone,
} from './password-rules.ts';
import type { Passwords } from './passwords.ts';

export type ChoiceOutcome =
  | { outcome: 'refused'; fault: NonNullable<PasswordVerdict['fault']>; score: number }
  | { outcome: 'taken'; credentials: Credentials; score: number };

export interface PasswordChoiceDependencies {
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

  /** @throws Busy, StoreUnavailable */
  async choose(account: Account, password: string): Promise<ChoiceOutcome> {
    const { passwords, passwordRules } = this.#with;
    const { fault, score } = passwordRules.judge(password, account.profile, await this.roleFor(account));
    if (fault) return { outcome: 'refused', fault, score };
    return { outcome: 'taken', credentials: await credentialsFor(passwords, password), score };
  }
}

/** @throws Busy */
export async function credentialsFor(passwords: Passwords, password: string): Promise<Credentials> {
  return { passwordHash: await passwords.hash(password), standsAlone: standsAlone(password) };
}
