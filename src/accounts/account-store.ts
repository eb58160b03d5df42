import type { ActivityEvent } from '../events/event.ts';
import type { Account, AccountId, AccountProfile, AccountStatus, Credentials } from './account.ts';
import type { StayingSession } from './session.ts';

/** What has ended, and the epoch from then on. */
export interface Ended {
  epoch: number;
  grants: number;
  browsers: number;
}

/** A sign-out of everything that is asked for from a signed-in browser. */
export interface SignOutRequest {
  /** The browser's. */
  epoch: number;
  /** It may stay signed in itself. */
  stays: StayingSession | undefined;
  /** A name, never used before, for the copies of what has ended: see `SnapshotStore`. */
  copy: string;
}

/** Accounts, found by id or by email. */
export interface AccountStore {
  /** Exactly one caller gets `true` for an email; for the others nothing is left behind. */
  create(id: AccountId, profile: AccountProfile, credentials: Credentials): Promise<boolean>;
  find(id: AccountId): Promise<Account | undefined>;
  /** Without anything that is sealed. */
  epochOf(id: AccountId): Promise<number | undefined>;
  /** The email in its normal form, see `normalizeEmail`. */
  findByEmail(email: string): Promise<Account | undefined>;
  /** Replaces the credentials if no other request has since the account was read, under its epoch. */
  replaceCredentials(account: Account, credentials: Credentials): Promise<boolean>;
  /**
   * As `replaceCredentials`, and in the same step ends everything as `signOutEverything` does, trusted browsers
   * included. `undefined`, and nothing has changed, when another request was first or `stays` is signed out.
   */
  changePassword(
    account: Account,
    credentials: Credentials,
    event: ActivityEvent,
    stays?: StayingSession,
  ): Promise<Ended | undefined>;
  /** Replaces everything but the email if no other request has since the account was read, under its epoch. */
  replaceProfile(account: Account, profile: AccountProfile, event?: ActivityEvent): Promise<boolean>;
  /**
   * Gives the account another email, in its normal form. `'taken'`: another account has it; `'refused'`: the account
   * has changed since it was read. The email before leads to it no longer; it can be taken back by the change that
   * the event names (`details.change`).
   */
  moveEmail(account: Account, email: string, event: ActivityEvent): Promise<'moved' | 'taken' | 'refused'>;
  /**
   * Raises the epoch: no browser, device, app or token from before is accepted once this has returned,
   * whatever was under way. `undefined`, and nothing has changed, when there is no such account, or when who
   * asks is signed out already.
   */
  signOutEverything(
    id: AccountId,
    event?: ActivityEvent,
    request?: SignOutRequest,
  ): Promise<Ended | undefined>;
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
