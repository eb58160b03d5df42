import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UpstreamSubject } from './upstream.ts';

/** That a person at a provider is the owner of an account. */
export interface UpstreamLink extends UpstreamSubject {
  /** Id of the entry by which it was made; an account has one link for each. */
  readonly upstream: string;
  /** As the provider said when it was made, for the owner's list; it decides nothing. */
  readonly email: string | undefined;
  /** milliseconds since 1970 */
  readonly since: number;
}

export interface UpstreamLinkStore {
  list(accountId: AccountId): Promise<UpstreamLink[]>;
  /** Whose this subject is: the account's own slot has the last word. */
  find(subject: UpstreamSubject): Promise<{ accountId: AccountId; link: UpstreamLink } | undefined>;
  /**
   * `taken`: the subject is another account's; `another`: this account has one of this provider already; `refused`:
   * the owner has signed out of everything since they proved who they are.
   */
  link(
    owner: Standing,
    link: UpstreamLink,
    event: ActivityEvent,
  ): Promise<'linked' | 'taken' | 'another' | 'refused'>;
  /**
   * `refused`: there was none, or the owner has signed out of everything since they proved who they are. `last`: the
   * account has no password, no passkey and no other link.
   */
  unlink(
    owner: Standing,
    upstream: string,
    event: ActivityEvent,
    isPasswordless?: boolean,
  ): Promise<'unlinked' | 'last' | 'refused'>;
}

/** Browsers that are signed in by a provider's sign-in. */
export interface UpstreamSessionStore {
  /** Uids of those of this account that came by the provider, by this sign-in there where it is named. */
  uidsFrom(
    owner: Standing,
    from: { readonly id: string; readonly sid: string | undefined },
  ): Promise<string[]>;
  /** Whose browsers come by this sign-in: a pointer without authority. @param lifetime milliseconds */
  remember(issuer: string, sid: string, accountId: AccountId, lifetime: number): Promise<void>;
  accountFrom(issuer: string, sid: string): Promise<AccountId | undefined>;
}
