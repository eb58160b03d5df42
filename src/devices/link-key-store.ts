import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { LinkKey, LinkKeyFacts, LinkKeyRefusal, LinkKeyText } from './link-key.ts';
import type { Owner } from './linked-device.ts';

/**
 * Keys of owners. Promises of every implementation: each call is all-or-nothing, and the event comes with the change;
 * a key that has ended, by its owner, by time, by its last use or by an end of everything, links nothing any more.
 */
export interface LinkKeyStore {
  /** `'refused'`: the owner has signed out of everything since. `'full'`: as many keys are good as may be. */
  make(owner: Owner, key: NewLinkKey, event: ActivityEvent): Promise<'made' | 'full' | 'refused'>;
  /** Those that are still good. */
  list(owner: Owner): Promise<LinkKey[]>;
  /** `undefined` for whatever links nothing, at the same cost. */
  find(text: LinkKeyText): Promise<LinkKey | undefined>;
  /** Keeps the last refusal of a key that is good, and tells its owner of one an hour. */
  refuse(text: LinkKeyText, why: LinkKeyRefusal, event: ActivityEvent): Promise<void>;
  /** `false`: there is no such key. */
  end(accountId: AccountId, id: string, event: ActivityEvent): Promise<boolean>;
}

export interface NewLinkKey extends LinkKeyText, LinkKeyFacts {
  readonly id: string;
  /** milliseconds */
  readonly life: number;
}
