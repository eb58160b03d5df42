import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Factor, FactorProof, NamedFactor, NewFactor, Standing } from './factor.ts';

/**
 * The factors of accounts. Every change is refused under an epoch that has passed, and every change except a
 * new name ends the browsers that were trusted before it.
 */
export interface FactorStore {
  /** Oldest first; empty where the password alone is asked for. */
  list(accountId: AccountId): Promise<Factor[]>;
  /** `'refused'`: signed out of everything since, or a backup method where there is nothing to back up. */
  add(owner: Standing, factor: NewFactor, event: ActivityEvent): Promise<'added' | 'too-many' | 'refused'>;
  /** Only over the name that was read. */
  rename(owner: Standing, factor: NamedFactor, name: string): Promise<boolean>;
  /** With the last authenticator app or passkey everything goes. Exactly one caller gets `true`. */
  remove(owner: Standing, id: string, event: ActivityEvent): Promise<boolean>;
  /** By the operator's hand, under any epoch. @returns how many there were; nothing is told where there were none */
  removeAll(accountId: AccountId, event: ActivityEvent): Promise<number>;
  /**
   * Accepts a proof: a time step, a code or a counter works for exactly one caller. A sign-in does not ask here,
   * since it accepts the proof in the same step as it signs the browser in.
   */
  use(owner: Standing, proof: FactorProof, event?: ActivityEvent): Promise<boolean>;
}
