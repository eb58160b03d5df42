import type { AccountId } from '../accounts/account.ts';

/** One account in the index. */
export interface IndexedAccount {
  readonly id: AccountId;
  /** When it was created, milliseconds since 1970. */
  readonly at: number;
}

export interface IndexPage {
  /** The last row that was seen; absent at the beginning. */
  readonly after?: IndexedAccount;
  /** Created from here on, and before there. */
  readonly from?: number;
  readonly to?: number;
  readonly most: number;
}

/**
 * Which accounts there are, the newest first, for lists alone: it decides nothing. A row is written before its account is,
 * so that a crash leaves a row that leads nowhere, and never an account without one.
 */
export interface AccountIndex {
  page(page: IndexPage): Promise<IndexedAccount[]>;
  /** A row that leads nowhere; one so young that its account may be on its way stays. */
  drop(row: IndexedAccount): Promise<void>;
  /** Accounts from before there was an index, or of which it was lost. Twice is once. */
  add(rows: readonly IndexedAccount[]): Promise<void>;
}

/** Milliseconds after which an account that is not there is on its way no more. */
export const SURELY_MADE = 3_600_000;
