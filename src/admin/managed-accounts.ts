/** What the operator sees of accounts, and does to them: by the tool and by the Admin API, the same. */

import type { ClosingStore } from '../account-changes/closing-store.ts';
import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { AccountIndex, IndexedAccount } from './account-index.ts';

interface AccountQuery {
  readonly status?: Account['status'] | undefined;
  /** Milliseconds since 1970. */
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Part of a name or an email. */
  readonly q?: string | undefined;
}

interface AccountPage {
  readonly accounts: readonly Account[];
  /** Where the next page begins; `undefined`: there is none. A page may be empty and have a next one. */
  readonly next: IndexedAccount | undefined;
}

export interface AccountState {
  readonly account: Account;
  /** When it is closed, milliseconds since 1970. */
  readonly closesAt: number | undefined;
  readonly twoStep: boolean;
}

interface ManagedAccountStores {
  readonly accounts: AccountStore;
  readonly accountIndex: AccountIndex;
  readonly closings: Pick<ClosingStore, 'closesAt' | 'ask'>;
  readonly factors: Pick<FactorStore, 'list'>;
}

/** Rows that are looked at together. */
const AT_ONCE = 200;
/** What one call opens at most: names and emails are sealed, so that to search is to open each. */
const MAX_OPENED = 2000;
const MAX_MS = 200;

export class ManagedAccounts {
  readonly #with: ManagedAccountStores;
  readonly #now: () => number;

  constructor(stores: ManagedAccountStores, now: () => number = Date.now) {
    this.#with = stores;
    this.#now = now;
  }

  /** By email or id. */
  async find(who: string): Promise<Account | undefined> {
    const email = normalizeEmail(who);
    return email ? this.#with.accounts.findByEmail(email) : this.#with.accounts.find(who as AccountId);
  }

  async show(id: AccountId): Promise<AccountState | undefined> {
    const { accounts, closings, factors } = this.#with;
    const [account, closesAt, listed] = await Promise.all([
      accounts.find(id),
      closings.closesAt(id),
      factors.list(id),
    ]);
    return account && { account, closesAt, twoStep: listed.length > 0 };
  }

  /** The newest first. What the index has and the store has not leaves the index. */
  async list(query: AccountQuery, after: IndexedAccount | undefined, limit: number): Promise<AccountPage> {
    const isWhole = query.status === undefined && query.q === undefined;
    const found: Account[] = [];
    const began = this.#now();
    let last = after;
    for (let opened = 0; opened < MAX_OPENED && this.#now() - began < MAX_MS; ) {
      const most = isWhole ? limit - found.length + 1 : AT_ONCE;
      const rows = await this.#with.accountIndex.page({
        ...(last && { after: last }),
        ...(query.createdAfter !== undefined && { from: query.createdAfter }),
        ...(query.createdBefore !== undefined && { to: query.createdBefore }),
        most,
      });
      const accounts = await this.#open(rows);
      opened += rows.length;
      for (const [index, account] of accounts.entries()) {
        const isWanted = account !== undefined && fits(account, query);
        // One more than fits on the page says that there is another page.
        if (isWanted && found.length === limit) return { accounts: found, next: last };
        if (isWanted) found.push(account);
        last = rows[index] ?? last;
      }
      if (rows.length < most) return { accounts: found, next: undefined };
    }
    return { accounts: found, next: last };
  }

  async #open(rows: readonly IndexedAccount[]): Promise<(Account | undefined)[]> {
    const { accounts, accountIndex } = this.#with;
    const opened = await Promise.all(rows.map(({ id }) => accounts.find(id)));
    const dead = rows.filter((_row, index) => opened[index] === undefined);
    await Promise.all(dead.map((row) => accountIndex.drop(row)));
    return opened;
  }
}

function fits({ status, profile }: Account, query: AccountQuery): boolean {
  if (query.status !== undefined && status !== query.status) return false;
  if (query.q === undefined) return true;
  const part = query.q.toLocaleLowerCase('en');
  return [profile.name, profile.email].some((text) => text.toLocaleLowerCase('en').includes(part));
}
