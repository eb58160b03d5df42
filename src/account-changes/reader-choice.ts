import type { AccountStore } from '../accounts/account-store.ts';
import type { Session } from '../accounts/session.ts';

/** What an owner says of how they read: `null` takes it back. */
interface ReaderChoices {
  readonly language?: string | null;
  readonly timeZone?: string | null;
}

/** In which language and time zone pages and mails are written to an owner. */
export class ReaderChoice {
  readonly #accounts: AccountStore;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  /** `gone`: signed out meanwhile, or something else about the account was changed at this very moment. */
  async change(browser: Session, choices: ReaderChoices): Promise<'changed' | 'gone'> {
    const account = await this.#accounts.find(browser.accountId);
    if (account?.epoch !== browser.epoch) return 'gone';
    const { language, timeZone, ...profile } = account.profile;
    const chosen = {
      language: choices.language === undefined ? language : (choices.language ?? undefined),
      timeZone: choices.timeZone === undefined ? timeZone : (choices.timeZone ?? undefined),
    };
    if (chosen.language === language && chosen.timeZone === timeZone) return 'changed';
    const changed = await this.#accounts.replaceProfile(account, {
      ...profile,
      ...(chosen.language !== undefined && { language: chosen.language }),
      ...(chosen.timeZone !== undefined && { timeZone: chosen.timeZone }),
    });
    return changed ? 'changed' : 'gone';
  }
}
