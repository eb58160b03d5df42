import type { AccountId } from '../accounts/account.ts';
import type { Ended } from '../accounts/account-store.ts';
import type { NewSession, SessionTimes } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Standing } from '../mfa/factor.ts';

/** A request to remove a second step that was lost; milliseconds since 1970. */
export interface RecoveryRequest {
  readonly askedAt: number;
  /** From then on it may be carried out. */
  readonly opensAt: number;
  /** From then on it is worth nothing. */
  readonly until: number;
}

/** A reminder to look at a request; several may be about one account. */
export interface DueRecovery {
  readonly accountId: AccountId;
  /** Names it in the list. */
  readonly entry: string;
}

/**
 * Requests to remove a lost second step, at most one for an account. One belongs to the epoch under which it was made,
 * and is over with every proof or change of a factor, and with every sign-in in a browser that is trusted.
 */
export interface RecoveryStore {
  /** What waits, or may be carried out. */
  find(accountId: AccountId): Promise<RecoveryRequest | undefined>;
  /**
   * One that waits already is not begun anew, and the event is not told then. `undefined`: refused, signed out of
   * everything since, or there is no second step.
   * @param times milliseconds: how long the wait is, and for how long afterwards the removal can be carried out
   */
  ask(
    owner: Standing,
    times: { wait: number; open: number },
    event: ActivityEvent,
  ): Promise<(RecoveryRequest & { asked: boolean }) | undefined>;
  /**
   * Once the wait is over, in one step: all factors go, everything ends as by a sign-out of everything, and the browser
   * is signed in under the new epoch. Exactly one caller gets the end; for the others nothing happens.
   */
  finish(browser: NewSession, times: SessionTimes, event: ActivityEvent): Promise<Ended | undefined>;
  /** Whose requests have to be looked at by now. On the list from before a request is made until it can be carried out. */
  due(most: number): Promise<DueRecovery[]>;
  /**
   * Writes down, once each and only while the request stands, that it can `soon` be carried out, and that it can now.
   * What is left to be told later stays on the list.
   * @param lead how long before `soon` is, ms; a wait that is no longer has no `soon`
   */
  remind(
    due: DueRecovery,
    lead: number,
    events: { readonly soon: ActivityEvent; readonly open: ActivityEvent },
  ): Promise<void>;
}
