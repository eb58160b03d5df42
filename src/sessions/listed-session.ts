import type { AccountId } from '../accounts/account.ts';
import type { Session } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';

/** A signed-in browser as its owner tells it from others. */
export interface ListedSession {
  /** The part of its uid behind the account's. */
  readonly id: string;
  /** IP address from which it signed in. */
  readonly address: string;
  readonly userAgent: string;
  /** When its owner last proved in it who they are; milliseconds since 1970. */
  readonly signedInAt: number;
  /** At most a minute behind; milliseconds since 1970. */
  readonly lastSeen: number;
}

/** Signed-in browsers from outside: not by what their cookies hold, but by name, for their owner. */
export interface ListedSessionStore {
  /** Every browser that is signed in; none when the epoch is not the account's any more. */
  list(owner: { readonly accountId: AccountId; readonly epoch: number }): Promise<ListedSession[]>;
  /** Signs out every browser of its account but this one; how many, or `undefined` when it is signed out itself. */
  endOthers(
    browser: Pick<Session, 'accountId' | 'epoch' | 'uid'>,
    event: ActivityEvent,
  ): Promise<number | undefined>;
}
