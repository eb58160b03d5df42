import type { AccountId } from '../accounts/account.ts';
import type { ActingNames } from '../admin/replay-ends.ts';
import type { StoreContext } from './store-context.ts';

export class RedisActingNames implements ActingNames {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async namesOf(accountId: AccountId) {
    const { scripts, keyspace } = this.#context;
    const keys = keyspace.of(accountId);
    const [grants, browsers] = await Promise.all(
      [keys.grants, keys.browsers].map((key) => scripts.plain('reading names', (redis) => redis.hkeys(key))),
    );
    return { grants: grants ?? [], browsers: browsers ?? [] };
  }
}
