import type { AccountStore } from '../accounts/account-store.ts';
import { cleanName } from '../accounts/name.ts';
import { errorOfName, type NewAccountErrors } from '../accounts/new-account-form.ts';
import type { Session } from '../accounts/session.ts';
import type { EventPlace } from '../events/event.ts';

type NameOutcome =
  | { outcome: 'changed' }
  | { outcome: 'refused'; error: NonNullable<NewAccountErrors['name']> }
  /** Signed out meanwhile, or something else about the account was changed at this very moment. */
  | { outcome: 'gone' };

/** What the account calls its owner. */
export class NameChange {
  readonly #accounts: AccountStore;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  async change(browser: Session, typed: string, place: EventPlace): Promise<NameOutcome> {
    const error = errorOfName(typed);
    if (error) return { outcome: 'refused', error };
    const account = await this.#accounts.find(browser.accountId);
    if (account?.epoch !== browser.epoch) return { outcome: 'gone' };
    const name = cleanName(typed);
    if (name === account.profile.name) return { outcome: 'changed' };
    const event = { kind: 'name-changed', by: 'owner', place } as const;
    const changed = await this.#accounts.replaceProfile(account, { ...account.profile, name }, event);
    return { outcome: changed ? 'changed' : 'gone' };
  }
}
