import type { ActivityEvent } from './event.ts';

/** What has happened to an account, kept in its slot: the newest 1000 events. */
export interface ActivityStore {
  /** Writes an event that comes without a change of the account. */
  record(accountId: string, event: ActivityEvent): Promise<void>;
  /** Newest first. @param page `before`: id of an entry, those older than it follow */
  list(accountId: string, page: { before?: string; most: number }): Promise<ActivityEntry[]>;
  find(accountId: string, entryId: string): Promise<ActivityEntry | undefined>;
}

export interface ActivityEntry {
  /** Orders entries, and names one; not a secret. */
  readonly id: string;
  /** milliseconds since 1970, by the store's clock */
  readonly at: number;
  readonly event: ActivityEvent;
  /** What the device it is about said of itself, and its app, where it is about a device. */
  readonly device: Readonly<Record<string, unknown>> | undefined;
}
