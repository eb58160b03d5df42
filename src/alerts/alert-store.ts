import type { ActivityEntry } from '../events/event-store.ts';

/**
 * Who has still to be told of what. An account is put among the pending ones before its change is made (see
 * `RedisActivity.prepare`), so a server that dies right after the change leaves a trace that another one follows.
 */
export interface AlertStore {
  /** Accounts with something that may have to be told, a page at a time, the longest pending first. */
  pending(from: number, most: number): Promise<PendingAccount[]>;
  /** Events that no server has taken charge of yet, oldest first. */
  pendingEvents(accountId: string): Promise<PendingEvents>;
  /** Everything up to this entry is taken charge of; never goes back. */
  markDelivered(accountId: string, entryId: string): Promise<void>;
  /** No longer pending, unless something was announced since, or so lately that its change may be under way. */
  settle(account: PendingAccount): Promise<void>;
  /** Events that the owner was not mailed yet, oldest first. */
  unmailed(accountId: string): Promise<Unmailed>;
  /**
   * Fixes up to which entry the mail goes that is about to be sent; one that was begun before stays as it was.
   * @returns the last entry of that mail; `undefined` for no such account
   */
  begin(accountId: string, lastEntry: string): Promise<string | undefined>;
  /**
   * The mail up to this entry was sent, or there was nothing to send.
   * @returns the account's pace
   */
  mailed(accountId: string, lastEntry: string, sent: boolean): Promise<number>;
}

export interface PendingAccount {
  readonly accountId: string;
  /** When a change was last announced, milliseconds since 1970 by the store's clock. */
  readonly since: number;
}

export interface PendingEvents {
  readonly entries: readonly ActivityEntry[];
  /** How far the account's mails run ahead of one in `ALERT_PACE_MS`, milliseconds since 1970. */
  readonly paced: number;
  /** Events right before these are no longer kept, since so many came after them. */
  readonly dropped: boolean;
}

export interface Unmailed extends PendingEvents {
  /** Up to here the owner was mailed. */
  readonly mailed: string;
  /** Up to here a mail has been begun. */
  readonly mailing: string | undefined;
}
