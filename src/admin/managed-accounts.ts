/** What the operator sees of accounts, and does to them: by the tool and by the Admin API, the same. */

import type { ClosingStore } from '../account-changes/closing-store.ts';
import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import { type Listed, listed } from './listing.ts';
import type { IndexRow, RowIndex } from './row-index.ts';

interface AccountQuery {
  readonly status?: Account['status'] | undefined;
  /** Milliseconds since 1970. */
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Whether signing in takes a second step. */
  readonly twoStep?: boolean | undefined;
  /** Part of a name or an email. */
  readonly q?: string | undefined;
}

export interface AccountState {
  readonly account: Account;
  /** When it is closed, milliseconds since 1970. */
  readonly closesAt: number | undefined;
  readonly twoStep: boolean;
}

interface ManagedAccountStores {
  readonly accounts: AccountStore;
  readonly accountIndex: RowIndex;
  readonly closings: Pick<ClosingStore, 'closesAt' | 'ask'>;
  readonly factors: Pick<FactorStore, 'list'>;
}

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

  /** The newest first. */
  async list(query: AccountQuery, after: IndexRow | undefined, limit: number): Promise<Listed<Account>> {
    const { status, createdAfter: from, createdBefore: to, q } = query;
    const { accounts, accountIndex: index } = this.#with;
    const isChosen = [status, q, query.twoStep].some((one) => one !== undefined);
    const listing = {
      index,
      times: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
      open: ({ id }: IndexRow) => accounts.find(id as AccountId),
      ...(isChosen && { wanted: (one: Account) => this.#fits(one, query) }),
      now: this.#now,
    };
    return listed(listing, after, limit);
  }

  async #fits(account: Account, query: AccountQuery): Promise<boolean> {
    if (!fits(account, query)) return false;
    if (query.twoStep === undefined) return true;
    return (await this.#with.factors.list(account.id)).length > 0 === query.twoStep;
  }
}

function fits({ status, profile }: Account, query: AccountQuery): boolean {
  if (query.status !== undefined && status !== query.status) return false;
  if (query.q === undefined) return true;
  const part = query.q.toLocaleLowerCase('en');
  return [profile.name, profile.email].some((text) => text.toLocaleLowerCase('en').includes(part));
}
