import type { HouseholdMember } from '../../household/household-store.ts';
import type { AccountParts } from './account.ts';
import type { FieldErrors } from './page.ts';

export type MemberFields = FieldErrors<{
  readonly member_name: 'missing' | 'too-long' | 'too-many' | 'there-already';
}>;

/** `/account/household`; a form with `member_name` adds a member. */
export interface HouseholdView extends AccountParts {
  readonly page: 'household';
  readonly members: readonly (HouseholdMember & { readonly devices: number })[];
  readonly memberName?: string | undefined;
  readonly problem?: MemberFields | undefined;
}

/** `/account/household/<id>`; one form posts `member_name` to `…/rename`, one nothing to `…/remove`. */
export interface HouseholdMemberView extends AccountParts {
  readonly page: 'household-member';
  readonly member: HouseholdMember;
  /** What was typed, where it was not saved. */
  readonly memberName?: string | undefined;
  /** What the devices are called that were given to them. */
  readonly devices: readonly (string | undefined)[];
  readonly problem?: MemberFields | undefined;
}
