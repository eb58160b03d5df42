import type { Authority } from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Consent, ConsentTerms, Owner } from './consent.ts';

/**
 * Consents, and the grants that apps hold under them. They live in the account's slot, beside the grants of
 * devices; each change is all-or-nothing, and the event that comes with it is written down in the same step.
 */
export interface ConsentStore {
  /** `undefined`: none, or none since the owner last signed out of everything. One that the operator ended says so. */
  find(owner: Owner, clientId: string): Promise<Consent | undefined>;
  /** Every consent of the owner; those that the operator ended among them, for 30 days. */
  list(owner: Owner): Promise<Consent[]>;
  /**
   * Makes a consent, or replaces the one that was read. Where it gives less, the app's active grants are
   * narrowed in the same step, in whatever browsers they were made.
   * `'changed'`: another request changed it since; `'signed-out'`: the owner has signed out of everything since.
   */
  write(
    owner: Owner,
    terms: ConsentTerms,
    change: ConsentChange,
  ): Promise<'written' | 'changed' | 'signed-out'>;
  /**
   * An app redeems its code: exactly one call for a grant begins it. `'replay'`: the code had been redeemed, and
   * what it brought has ended with this call (RFC 6749 section 4.1.2). `'refused'`: consent or browser is gone,
   * or not what it was when the code was issued.
   */
  begin(grantId: string, beginning: AppGrant): Promise<BegunAppGrant>;
  /**
   * Takes the app's access away: the consent and all grants under it, in every browser, in one step.
   * @param id of the consent
   * @returns how many grants have ended; `undefined` when the owner has no such consent
   */
  end(owner: Owner, id: string, event?: ActivityEvent): Promise<number | undefined>;
}

export interface ConsentChange {
  /** As it was read; `undefined` where there was none. */
  readonly replaces: Consent | undefined;
  /** It gives less than the one it replaces. */
  readonly less: boolean;
  /** What the payload of a grant becomes then. */
  readonly narrow: (payload: Payload) => Payload;
  readonly event?: ActivityEvent | undefined;
}

/** What a code carries of the grant that its redemption begins. */
export interface AppGrant {
  readonly clientId: string;
  /** Of the consent under which the code was issued. */
  readonly cut: string;
  /** uid of the browser with which the grant ends; `undefined`: it stays when the browser signs out. */
  readonly browser: string | undefined;
  /** uid of the browser in which its owner signed in to the app. */
  readonly session: string;
  /** milliseconds */
  readonly lifetime: number;
  readonly payload: Payload;
}

export type BegunAppGrant =
  | { readonly outcome: 'begun'; readonly authority: Authority }
  | { readonly outcome: 'replay' }
  | { readonly outcome: 'refused' };

/** Active grants of one app: of more, the oldest ends. */
export const MAX_APP_GRANTS = 100;
