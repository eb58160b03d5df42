import { randomBytes } from 'node:crypto';
import { fits } from '../accounts/name.ts';
import type { Session } from '../accounts/session.ts';
import type { ActivityEvent, EventKind, EventPlace } from '../events/event.ts';
import type { HouseholdMember, HouseholdStore, MemberWritten } from './household-store.ts';

/** Most profiles of one household: a bound for the store, far above any family. */
export const MAX_MEMBERS = 20;
/** Longest name of a member, in characters. */
const MAX_MEMBER_NAME = 40;

export type MemberChange = 'done' | 'missing-name' | 'too-long' | 'too-many' | 'there-already' | 'gone';

/** Names for the members of a household who share one account. */
export class Household {
  readonly #store: HouseholdStore;
  readonly #clean: (name: string) => string | undefined;

  /** @param clean one line of plain text, or `undefined` when nothing is left of it */
  constructor(store: HouseholdStore, clean: (name: string) => string | undefined) {
    this.#store = store;
    this.#clean = clean;
  }

  list({ accountId }: Session): Promise<HouseholdMember[]> {
    return this.#store.list(accountId);
  }

  find({ accountId }: Session, id: string): Promise<HouseholdMember | undefined> {
    return this.#store.find(accountId, id);
  }

  async add(owner: Session, typed: string, place: EventPlace): Promise<MemberChange> {
    const name = this.#name(typed);
    if (typeof name !== 'string') return name.error;
    const member = { id: randomBytes(16).toString('base64url'), name };
    const event = memberEvent('household-profile-added', member, place);
    return changeOf(await this.#store.add(owner, member, MAX_MEMBERS, event), 'too-many');
  }

  async rename(
    owner: Session,
    member: HouseholdMember,
    typed: string,
    place: EventPlace,
  ): Promise<MemberChange> {
    const name = this.#name(typed);
    if (typeof name !== 'string') return name.error;
    if (name === member.name) return 'done';
    const event = { ...memberEvent('household-profile-renamed', member, place), details: { to: name } };
    return changeOf(await this.#store.rename(owner, { ...member, name }, event), 'gone');
  }

  async remove(owner: Session, member: HouseholdMember, place: EventPlace): Promise<boolean> {
    return this.#store.remove(owner, member.id, memberEvent('household-profile-removed', member, place));
  }

  #name(typed: string): string | { error: 'missing-name' | 'too-long' } {
    const name = this.#clean(typed);
    if (name === undefined) return { error: 'missing-name' };
    return fits(name, MAX_MEMBER_NAME) ? name : { error: 'too-long' };
  }
}

function changeOf(written: MemberWritten, refused: 'too-many' | 'gone'): MemberChange {
  if (written === 'refused') return refused;
  return written === 'written' ? 'done' : 'there-already';
}

function memberEvent(kind: EventKind, member: HouseholdMember, place: EventPlace): ActivityEvent {
  return { kind, by: 'owner', place, subject: { type: 'profile', id: member.id, name: member.name } };
}
