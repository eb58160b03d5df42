import type { AccountId } from '../accounts/account.ts';
import { OPERATOR_ROLES, type OperatorRole, type OperatorStore } from '../admin/operators.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

/** Of an installation: each change of a role looks at all of them. */
const MAX_OPERATORS = 100;

export const placeOfRole = (accountId: string) => `account:${accountId}:role`;

/** The role stands with the account; a list in a slot of its own says which accounts to look at, and decides nothing. */
export class RedisOperators implements OperatorStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async roleOf(id: AccountId): Promise<OperatorRole | undefined> {
    return (await this.#read(id)).role;
  }

  async ids(): Promise<AccountId[]> {
    const { scripts, keyspace } = this.#context;
    const ids = await scripts.plain('listing operators', (redis) =>
      redis.zrange(keyspace.operators, '0', '-1'),
    );
    return ids as AccountId[];
  }

  /** The list first: an account that is on it and has no role is found so. */
  async setRole(
    id: AccountId,
    { was, becomes }: { was: OperatorRole | undefined; becomes: OperatorRole | undefined },
    event: ActivityEvent,
  ): Promise<'set' | 'changed' | 'gone' | 'full'> {
    const { scripts, keyspace, keyring } = this.#context;
    const list = keyspace.operators;
    const read = await this.#read(id);
    if (read.role !== was) return 'changed';
    if (becomes !== undefined && !(await this.#enlist(id))) return 'full';
    const sealed = becomes === undefined ? '' : keyring.seal(placeOfRole(id), becomes);
    const args = [read.sealed, sealed, await this.#activity.prepare(id, event)];
    const reply = await scripts.change('changeRole', keyspace.of(id), args);
    if (reply !== 1) return reply === 0 ? 'changed' : 'gone';
    if (becomes === undefined)
      await scripts.write('taking an operator from the list', list, (redis) => redis.zrem(list, id));
    return 'set';
  }

  async #read(id: AccountId): Promise<{ role: OperatorRole | undefined; sealed: string }> {
    const { scripts, keyspace, keyring } = this.#context;
    const sealed = await scripts.plain('reading a role', (redis) =>
      redis.hget(keyspace.of(id).account, 'role'),
    );
    const opened = sealed ? keyring.open<string>(placeOfRole(id), sealed) : undefined;
    return { role: OPERATOR_ROLES.find((role) => role === opened), sealed: sealed ?? '' };
  }

  /** Accounts that are gone, and with them their role, make room. */
  async #enlist(id: AccountId): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const list = keyspace.operators;
    const ids = await this.ids();
    const roles = await Promise.all(ids.map((one) => this.roleOf(one)));
    const without = ids.filter((one, place) => roles[place] === undefined && one !== id);
    if (without.length > 0)
      await scripts.write('taking operators from the list', list, (redis) => redis.zrem(list, ...without));
    if (ids.length - without.length >= MAX_OPERATORS && !ids.includes(id)) return false;
    await scripts.write('listing an operator', list, (redis) => redis.zadd(list, Date.now(), id));
    return true;
  }
}
