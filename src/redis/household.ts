import { createHash } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import type { ActivityEvent } from '../events/event.ts';
import {
  type HouseholdMember,
  type HouseholdStore,
  isTaken,
  type MemberWritten,
} from '../household/household-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

type Owner = Parameters<HouseholdStore['add']>[0];

/** Looks at the members, each but the first after another form has changed them: more than a household can have. */
const MAX_LOOKS = 25;

/** A field for each member of a household in the account's slot. */
export class RedisHousehold implements HouseholdStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async list(accountId: AccountId): Promise<HouseholdMember[]> {
    return this.#opened(accountId, await this.#read(accountId));
  }

  async find(accountId: AccountId, id: string): Promise<HouseholdMember | undefined> {
    const { scripts, keyspace } = this.#context;
    const sealed = await scripts.plain('reading a household profile', (redis) =>
      redis.hget(keyspace.of(accountId).profiles, id),
    );
    return sealed === null ? undefined : this.#open(accountId, id, sealed);
  }

  add(owner: Owner, member: HouseholdMember, most: number, event: ActivityEvent): Promise<MemberWritten> {
    return this.#write(owner, member, ['new', most], event);
  }

  rename(owner: Owner, member: HouseholdMember, event: ActivityEvent): Promise<MemberWritten> {
    return this.#write(owner, member, ['known', 0], event);
  }

  async remove({ accountId, epoch }: Owner, id: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [epoch, id, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('removeProfile', keyspace.of(accountId), args)) === 1;
  }

  async #write(
    { accountId, epoch }: Owner,
    member: HouseholdMember,
    [known, most]: ['new' | 'known', number],
    event: ActivityEvent,
  ): Promise<MemberWritten> {
    const { scripts, keyspace, keyring } = this.#context;
    const sealed = keyring.seal(placeOfMember(accountId, member.id), member.name);
    const prepared = await this.#activity.prepare(accountId, event);
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const fields = await this.#read(accountId);
      if (isTaken(member, this.#opened(accountId, fields))) return 'name-taken';
      const args = [epoch, member.id, known, sealed, most, digestOf(fields), prepared];
      const written = await scripts.change('writeProfile', keyspace.of(accountId), args);
      if (written !== 'changed') return written === 'written' ? 'written' : 'refused';
    }
    throw new StoreUnavailable('writing a household profile');
  }

  #read(accountId: AccountId): Promise<Record<string, string>> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('reading a household', (redis) => redis.hgetall(keyspace.of(accountId).profiles));
  }

  #opened(accountId: AccountId, fields: Record<string, string>): HouseholdMember[] {
    return Object.entries(fields)
      .flatMap(([id, sealed]) => this.#open(accountId, id, sealed) ?? [])
      .sort((one, other) => one.name.localeCompare(other.name, 'en'));
  }

  #open(accountId: AccountId, id: string, sealed: string): HouseholdMember | undefined {
    const name = this.#context.keyring.open<string>(placeOfMember(accountId, id), sealed);
    return name === undefined ? undefined : { id, name };
  }
}

/** As `writeProfile` makes it of what it finds. */
function digestOf(fields: Record<string, string>): string {
  const profiles = Object.entries(fields).map(([id, sealed]) => `${id} ${sealed}`);
  return createHash('sha1').update(profiles.sort().join(',')).digest('hex');
}

export const placeOfMember = (accountId: string, id: string) => `profile:${accountId}:${id}`;
