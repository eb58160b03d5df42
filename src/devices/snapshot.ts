import type { AccountId } from '../accounts/account.ts';
import type { ListedSession } from '../sessions/listed-session.ts';
import type { LinkedDevice } from './linked-device.ts';

/** What a sign-out of everything has ended, as it was at that moment. It opens nothing any more. */
export interface EndedThings {
  readonly devices: readonly LinkedDevice[];
  /** Sign-ins of apps, each by one browser. */
  readonly apps: number;
  /** Devices whose code was confirmed and which had not fetched their key yet. */
  readonly waiting: number;
  readonly browsers: readonly ListedSession[];
  /** Browsers that were not asked for codes. */
  readonly trusted: number;
}

/**
 * The snapshots that a sign-out of everything leaves, for one hour, so that its owner can be told what ended; the newest 8
 * of an account.
 */
export interface SnapshotStore {
  /** Everything is empty once the hour is over, or when eight newer ones have been made. @param copy as it was given to `signOutEverything` */
  read(accountId: AccountId, copy: string): Promise<EndedThings>;
}
