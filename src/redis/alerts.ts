import type { ActivityEntry } from '../activity/activity-store.ts';
import type { AlertStore, PendingAccount } from '../activity/alert-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

const MOST_UNTOLD = 100;
/** Longer than any change takes from its announcement to its script, given up and tried again as it may be. */
const UNDER_WAY_MS = 30_000;

/** One sorted set of accounts in a slot of its own; how far each is told stands with the account. */
export class RedisAlerts implements AlertStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async pending(most: number): Promise<PendingAccount[]> {
    const { scripts, keyspace } = this.#context;
    const flat = await scripts.plain('reading pending alerts', (redis) =>
      redis.zrange(keyspace.pendingAlerts, '0', String(most - 1), 'WITHSCORES'),
    );
    return flat.flatMap((accountId, index) =>
      index % 2 === 0 ? [{ accountId, since: Number(flat[index + 1]) }] : [],
    );
  }

  async untold(accountId: string): Promise<ActivityEntry[]> {
    const { scripts, keyspace } = this.#context;
    const keys = [keyspace.account(accountId), keyspace.activity(accountId)];
    const entries = (await scripts.read('readUntold', keys, [MOST_UNTOLD])) as [string, string[]][];
    return this.#activity.opened(accountId, entries);
  }

  async tellUpTo(accountId: string, entryId: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.change('tellUpTo', [keyspace.account(accountId)], [entryId]);
  }

  async settle({ accountId, since }: PendingAccount): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.change('settlePending', [keyspace.pendingAlerts], [accountId, since, UNDER_WAY_MS]);
  }
}
