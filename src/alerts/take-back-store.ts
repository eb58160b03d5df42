import type { AccountId, Credentials } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';

/**
 * What is taken back in the same step as everything ends. `entryId`: the event that made it; what the owner has made
 * in its place since is another thing, and stays.
 */
export type TakeBack =
  | { readonly what: 'everything' }
  /** Without `entryId`: whatever operation added it. With the last app or passkey the backup methods go, too. */
  | { readonly what: 'factor'; readonly id: string; readonly entryId?: string }
  | { readonly what: 'voice-code' | 'voice-limits' | 'closing'; readonly entryId: string }
  | { readonly what: 'upstream'; readonly id: string; readonly entryId: string }
  /** The password that was set becomes these credentials. */
  | { readonly what: 'password'; readonly entryId: string; readonly credentials: Credentials }
  /** Every alert is told again. */
  | { readonly what: 'alerts' }
  /** The email is again what it was before the change of this name. */
  | { readonly what: 'email'; readonly change: string };

/** The events that come with it: of what was taken back, where it was still there, and of the end of everything. */
export interface TakeBackEvents {
  readonly taken?: ActivityEvent;
  readonly ended: ActivityEvent;
}

/** Each call is one step in the account's slot; the event is written in the same step. */
export interface TakeBackStore {
  /**
   * Raises the epoch as a sign-out of everything does, and takes one thing back with it.
   * `taken`: it was still there; `ended`: it was not, and everything ended all the same; `email-taken`: another
   * account has that email by now, and nothing has changed; `gone`: there is no such account.
   */
  endEverything(
    accountId: AccountId,
    change: TakeBack,
    events: TakeBackEvents,
  ): Promise<'taken' | 'ended' | 'email-taken' | 'gone'>;
  /** Cancels a request to remove the second step that had been made by then (milliseconds since 1970). */
  dropRecovery(accountId: AccountId, madeBy: number, event: ActivityEvent): Promise<boolean>;
  /** Ends the keys of codes that were approved and are not redeemed yet. */
  endWaiting(accountId: AccountId): Promise<void>;
}
