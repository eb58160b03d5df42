import type { Account } from '../accounts/account.ts';
import type { ClosingStore } from './closing-store.ts';

/** The last mail to the owner of an account. Once the account is gone, its email is no longer known. */
export interface AccountClosedEmails {
  /** Resolves when it will be sent whatever becomes of this server and of the account. Twice is once. */
  add(account: Account): Promise<void>;
}

/** Apps that are told when their people's access ends. Once the account is gone, nothing says which they were. */
export interface ClosedAccountApps {
  /** Resolves when they will be told whatever becomes of this server and of the account. */
  tellOf(accountId: string): Promise<void>;
}

const MAX_AT_ONCE = 100;

/** Closes the accounts whose time has come, and tells their owners. */
export class ClosingSweep {
  readonly #store: ClosingStore;
  readonly #closedEmails: AccountClosedEmails;
  readonly #apps: ClosedAccountApps;

  constructor(store: ClosingStore, closedEmails: AccountClosedEmails, apps: ClosedAccountApps) {
    this.#store = store;
    this.#closedEmails = closedEmails;
    this.#apps = apps;
  }

  /** @returns how many accounts there were to look at */
  async sweep(): Promise<number> {
    const due = await this.#store.due(MAX_AT_ONCE);
    for (const accountId of due)
      await this.#store.erase(accountId, async (account) => {
        await this.#apps.tellOf(account.id);
        await this.#closedEmails.add(account);
      });
    return due.length;
  }
}
