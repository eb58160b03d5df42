import type { AskingDevice } from './grant-store.ts';
import type { Owner } from './linked-device.ts';

/** A device that its owner has approved and that has not come for its tokens: it may do nothing, and is none of the account's devices. */
export interface WaitingLink extends AskingDevice {
  /** Name of its grant: opens nothing, and stays that of the device once it is linked. */
  readonly id: string;
  /** Until when it may come, in milliseconds since 1970, by the store's clock. */
  readonly until: number;
}

/**
 * How it stands with a device that was approved. `linked`: it has its tokens; `ended`: it was removed, or signed itself off;
 * `late`: it has not come in time.
 */
export type LinkState = 'waiting' | 'linked' | 'ended' | 'late';

/** Reads what waits among the grants of an account. It is written by `GrantStore.write`. */
export interface WaitingLinkStore {
  /** What ends first stands first. */
  list(owner: Owner): Promise<WaitingLink[]>;
  /**
   * Of each grant that is asked for, in the same order; one read, whatever their number.
   * `ended` for all of them when the epoch is not the account's any more.
   */
  states(owner: Owner, ids: readonly string[]): Promise<LinkState[]>;
}
