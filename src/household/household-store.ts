import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';

/** A person who uses devices of this account. They have no account of their own, only a name that apps may hear. */
export interface HouseholdMember {
  /** Opens nothing; never used again once its profile is removed. */
  readonly id: string;
  readonly name: string;
}

/** Household profiles of an account. They outlive a sign-out of everything. */
export interface HouseholdStore {
  list(accountId: AccountId): Promise<HouseholdMember[]>;
  find(accountId: AccountId, id: string): Promise<HouseholdMember | undefined>;
  /** `false` when there are as many as may be, or the owner has been signed out since. */
  add(owner: Owner, member: HouseholdMember, most: number, event: ActivityEvent): Promise<boolean>;
  /** `false` when there is no such profile. */
  rename(owner: Owner, member: HouseholdMember, event: ActivityEvent): Promise<boolean>;
  /** `false` when there is no such profile. Devices that were given to it belong to no member afterwards. */
  remove(owner: Owner, id: string, event: ActivityEvent): Promise<boolean>;
}

interface Owner {
  readonly accountId: AccountId;
  readonly epoch: number;
}
