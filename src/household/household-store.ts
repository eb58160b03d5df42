import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';

/** A person who uses devices of this account. They have no account of their own, only a name that apps may hear. */
export interface HouseholdMember {
  /** Opens nothing; never used again once its profile is removed. */
  readonly id: string;
  readonly name: string;
}

/** `name-taken`: another member has that name; `refused`: there are as many as may be, it is gone, or its owner signed out since. */
export type MemberWritten = 'written' | 'name-taken' | 'refused';

/** No owner tells two of one name apart: mostly such a form was sent twice, from Back or another tab. */
export function isTaken({ id, name }: HouseholdMember, members: readonly HouseholdMember[]): boolean {
  return members.some((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase());
}

/** Household profiles of an account. They outlive a sign-out of everything. */
export interface HouseholdStore {
  list(accountId: AccountId): Promise<HouseholdMember[]>;
  find(accountId: AccountId, id: string): Promise<HouseholdMember | undefined>;
  add(owner: Owner, member: HouseholdMember, most: number, event: ActivityEvent): Promise<MemberWritten>;
  rename(owner: Owner, member: HouseholdMember, event: ActivityEvent): Promise<MemberWritten>;
  /** `false` when there is no such profile. Devices that were given to it belong to no member afterwards. */
  remove(owner: Owner, id: string, event: ActivityEvent): Promise<boolean>;
}

interface Owner {
  readonly accountId: AccountId;
  readonly epoch: number;
}
