import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Standing } from './factor.ts';

/** A browser whose owner is not asked for codes in it. */
export interface TrustedBrowser {
  /** Names the record; opens nothing. */
  readonly name: string;
  readonly address: string;
  readonly userAgent: string;
  /** milliseconds since 1970, as the others */
  readonly since: number;
  readonly seenAt: number;
  readonly until: number;
}

/** What an owner trusts a browser with: the second step that they have just proved. */
export interface ProvedStanding extends Standing {
  /** Id of the factor. */
  readonly factor: string;
}

/** They end with their time, a sign-out of everything, and every change of the account's factors. */
/** As many browsers may be trusted for one account; of more the one that was unused longest leaves. */
export const MAX_TRUSTED = 100;

export interface TrustedBrowserStore {
  /** `false` when the owner has signed out of everything since, or the factor has left. @param lifetime milliseconds */
  trust(
    owner: ProvedStanding,
    token: string,
    browser: Pick<TrustedBrowser, 'address' | 'userAgent'>,
    lifetime: number,
    event: ActivityEvent,
  ): Promise<boolean>;
  /** The name of the trusted browser that holds this token, as far as it is trusted now. */
  nameOf(accountId: AccountId, token: string): Promise<string | undefined>;
  /** Newest first. */
  list(accountId: AccountId): Promise<TrustedBrowser[]>;
  /** Exactly one caller gets `true`. */
  end(accountId: AccountId, name: string, event: ActivityEvent): Promise<boolean>;
}
