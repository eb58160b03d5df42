import type { ActivityEntry } from './activity-store.ts';

/**
 * Who has still to be told of what. An account is put among the pending ones before its change is made (see
 * `RedisActivity.prepare`), so a server that dies right after the change leaves a trace that another one follows.
 */
export interface AlertStore {
  /** Accounts with something that may have to be told, the longest pending first. */
  pending(most: number): Promise<PendingAccount[]>;
  /** Events that nobody has taken charge of yet, oldest first, at most 100. */
  untold(accountId: string): Promise<ActivityEntry[]>;
  /** Everything up to this entry is taken charge of; never goes back. */
  tellUpTo(accountId: string, entryId: string): Promise<void>;
  /** No longer pending, unless something was announced since, or so lately that its change may be under way. */
  settle(account: PendingAccount): Promise<void>;
}

export interface PendingAccount {
  readonly accountId: string;
  /** When a change was last announced, milliseconds since 1970 by the store's clock. */
  readonly since: number;
}
