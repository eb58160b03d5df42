import type { Account, AccountId } from '../accounts/account.ts';
import type { Session } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';

/**
 * Accounts on their way out. States: *open*, *closing* (a time is set; the owner may change their mind), *closed*
 * (nothing begins any more, and the owner cannot change their mind), *gone*. Only forward, except from closing to open.
 *
 * A server may die between any two steps: the time stands in a list beside the account from before it is set until
 * after everything is gone, and the next server that looks at the list goes on.
 */
export interface ClosingStore {
  /** When the account closes, milliseconds since 1970; `undefined` where that was not asked for. */
  closesAt(accountId: AccountId): Promise<number | undefined>;
  /**
   * @param inMs from now on
   * @returns when it closes, now or already before; `undefined` for a browser that is signed out
   */
  ask(
    browser: Pick<Session, 'accountId' | 'epoch'>,
    inMs: number,
    event: ActivityEvent,
  ): Promise<number | undefined>;
  /**
   * The same by the operator's hand: under any epoch, disabled or not. A time that is set already is brought forward.
   * @returns `undefined` where there is no such account
   */
  askFor(accountId: AccountId, inMs: number, event?: ActivityEvent): Promise<number | undefined>;
  /** `false` when it was not closing, or it is too late. */
  keep(browser: Pick<Session, 'accountId' | 'epoch'>, event: ActivityEvent): Promise<boolean>;
  /** The same by the operator's hand: under any epoch, disabled or not. */
  keepFor(accountId: AccountId, event: ActivityEvent): Promise<boolean>;
  /** Accounts whose time has come, as far as the list knows. */
  due(most: number): Promise<AccountId[]>;
  /**
   * Closes an account whose time has come, and takes everything of it away, its email included.
   * @param beforeItGoes once it is closed for good and while it can still be read; again where a server died since
   */
  erase(accountId: AccountId, beforeItGoes: (account: Account) => Promise<void>): Promise<void>;
}
