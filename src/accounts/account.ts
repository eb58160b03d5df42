import type { EventKind } from '../events/event.ts';

/** Branded, so that an account id and any other string cannot be swapped. */
export type AccountId = string & { readonly __brand: 'AccountId' };

/** What the account says of its owner; apps see it by scope. */
export interface AccountProfile {
  name: string;
  email: string;
  emailVerified: boolean;
  /** milliseconds since 1970 */
  createdAt: number;
  /** In which language its owner reads pages and mails, where they have said so; apps do not see it. */
  language?: string;
  /** In which time zone times are told to its owner, of the IANA's list, where they have said so; apps do not see it. */
  timeZone?: string;
  /** Emails before a change that can still be taken back, the oldest first; apps do not see them. */
  formerEmails?: readonly FormerEmail[];
  /** Kinds of events that the owner does not want to be told of; apps do not see it. */
  unwantedAlerts?: readonly EventKind[];
}

/** What an account's email was until a change of it. */
interface FormerEmail {
  /** Names the change, as its event does; opens nothing. */
  readonly change: string;
  readonly email: string;
  /** When it was changed, milliseconds since 1970. */
  readonly at: number;
}

export interface Credentials {
  /** argon2id in PHC form; absent: the owner has set no password, and signs in by another provider. */
  passwordHash?: string | undefined;
  /** Whether the password is long enough to be the only proof; absent until its owner signs in next. */
  standsAlone?: boolean;
}

/** `disabled` by the operator: no browser signs in, and no device acts, whatever tokens it holds. */
export type AccountStatus = 'active' | 'disabled';

export interface Account {
  id: AccountId;
  status: AccountStatus;
  /** Raised by everything that signs the owner out; see invariant 3 of the design. */
  epoch: number;
  profile: AccountProfile;
  credentials: Credentials;
}
