import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { HouseholdMember, HouseholdStore } from '../household/household-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

type Owner = Parameters<HouseholdStore['add']>[0];

/** A field for each member of a household in the account's slot. */
export class RedisHousehold implements HouseholdStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async list(accountId: AccountId): Promise<HouseholdMember[]> {
    const { scripts, keyspace } = this.#context;
    const fields = await scripts.plain('reading a household', (redis) =>
      redis.hgetall(keyspace.of(accountId).profiles),
    );
    return Object.entries(fields)
      .flatMap(([id, sealed]) => this.#open(accountId, id, sealed) ?? [])
      .sort((one, other) => one.name.localeCompare(other.name, 'en'));
  }

  async find(accountId: AccountId, id: string): Promise<HouseholdMember | undefined> {
    const { scripts, keyspace } = this.#context;
    const sealed = await scripts.plain('reading a household profile', (redis) =>
      redis.hget(keyspace.of(accountId).profiles, id),
    );
    return sealed === null ? undefined : this.#open(accountId, id, sealed);
  }

  add(owner: Owner, member: HouseholdMember, most: number, event: ActivityEvent): Promise<boolean> {
    return this.#write(owner, member, ['new', most], event);
  }

  rename(owner: Owner, member: HouseholdMember, event: ActivityEvent): Promise<boolean> {
    return this.#write(owner, member, ['known', 0], event);
  }

  async remove({ accountId, epoch }: Owner, id: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [epoch, id, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('removeProfile', keyspace.of(accountId), args)) === 1;
  }

  async #write(
    { accountId, epoch }: Owner,
    { id, name }: HouseholdMember,
    [known, most]: ['new' | 'known', number],
    event: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const sealed = keyring.seal(placeOfMember(accountId, id), name);
    const args = [epoch, id, known, sealed, most, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('writeProfile', keyspace.of(accountId), args)) === 1;
  }

  #open(accountId: AccountId, id: string, sealed: string): HouseholdMember | undefined {
    const name = this.#context.keyring.open<string>(placeOfMember(accountId, id), sealed);
    return name === undefined ? undefined : { id, name };
  }
}

export const placeOfMember = (accountId: string, id: string) => `profile:${accountId}:${id}`;
