import type { AppEnd, AppEndStore, AppNames } from '../apps/app-ends.ts';
import type { PendingOwner, PendingOwners } from '../notices/notice-sweep.ts';
import type { StoreContext } from './store-context.ts';

/** Longer than any change takes from its announcement to its script, given up and tried again as it may be. */
const UNDER_WAY_MS = 30_000;
const MAX_AT_ONCE = 1000;

/** A stream in the account's slot, and one sorted set of accounts that says where to look. */
export class RedisAppEnds implements AppEndStore, AppNames, PendingOwners {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  namesOf(clientId: string): readonly [string, ...string[]] {
    return this.#context.keyring.macs('Client', clientId);
  }

  async pending(from: number, most: number): Promise<PendingOwner[]> {
    const { scripts, keyspace } = this.#context;
    const [now, flat] = await scripts.plain('reading pending notices', async (redis) =>
      Promise.all([
        redis.time(),
        redis.zrange(keyspace.pendingNotices, String(from), String(from + most - 1), 'WITHSCORES'),
      ]),
    );
    const settling = Number(now[0]) * 1000 - UNDER_WAY_MS;
    return flat.flatMap((accountId, index) => {
      const since = Number(flat[index + 1]);
      return index % 2 === 0 ? [{ accountId, since, mayBeUnderWay: since > settling }] : [];
    });
  }

  async list(accountId: string): Promise<AppEnd[]> {
    const { scripts, keyspace } = this.#context;
    const entries = await scripts.plain('reading ends of apps', (redis) =>
      redis.xrange(keyspace.of(accountId).notices, '-', '+', 'COUNT', MAX_AT_ONCE),
    );
    return entries.map(([id, [, app = '', , browsers = '', , whole]]) => ({
      id,
      app,
      browsers: browsers.split(',').filter(Boolean),
      isWhole: whole === '1',
    }));
  }

  async forget(accountId: string, ids: readonly string[]): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.plain('ends of apps are queued', (redis) =>
      redis.xdel(keyspace.of(accountId).notices, ...ids),
    );
  }

  async settle({ accountId, since }: Pick<PendingOwner, 'accountId' | 'since'>): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const pending = keyspace.pendingNotices;
    await scripts.change('settlePending', { pending }, [accountId, since, UNDER_WAY_MS]);
  }
}
