import type { ActivityEvent } from '../activity/event.ts';
import type { Account, AccountId, AccountProfile, AccountStatus, Credentials } from './account.ts';

/** Accounts, found by id or by email. */
export interface AccountStore {
  /** Exactly one caller gets `true` for an email; for the others nothing is left behind. */
  create(id: AccountId, profile: AccountProfile, credentials: Credentials): Promise<boolean>;
  find(id: AccountId): Promise<Account | undefined>;
  /** The email in its normal form, see `normalizeEmail`. */
  findByEmail(email: string): Promise<Account | undefined>;
  /** Replaces the credentials if nobody else has since the account was read, under its epoch. */
  replaceCredentials(account: Account, credentials: Credentials): Promise<boolean>;
  /**
   * Raises the epoch: no browser, device, app or token from before is accepted once this has returned,
   * whatever was under way. `undefined` when there is no such account.
   */
  signOutEverything(
    id: AccountId,
    event?: ActivityEvent,
  ): Promise<{ epoch: number; grants: number; browsers: number } | undefined>;
  /**
   * Disabling ends everything as `signOutEverything` does, and nothing begins until the account is enabled; enabling
   * brings nothing back. `changed: false`: it was so already. `undefined` when there is no such account.
   */
  setStatus(
    id: AccountId,
    status: AccountStatus,
    event?: ActivityEvent,
  ): Promise<{ changed: boolean; epoch: number; grants: number; browsers: number } | undefined>;
}
