import type { AccountId } from '../accounts/account.ts';
import type { NoticedEvents } from '../notices/event-sweep.ts';
import type { AccountContext } from './store-context.ts';

/** As many events as an account keeps. */
const MAX_ENTRIES = 1000;

/** How far receivers are told stands with the account; since when each of them hears, in one hash; of which keys, in a text. */
export class RedisNoticedEvents implements NoticedEvents {
  readonly #context: AccountContext;

  constructor(context: AccountContext) {
    this.#context = context;
  }

  async unnoticed(accountId: string): ReturnType<NoticedEvents['unnoticed']> {
    const { scripts, keyspace, activity } = this.#context;
    const reply = await scripts.read('readUnnoticed', keyspace.of(accountId), [MAX_ENTRIES]);
    const [entries, dropped, created] = reply as [[string, string[]][], number, string | null];
    if (created !== null && !(await this.#isReachable(accountId))) return { entries: [], dropped: false };
    const last = entries.at(-1)?.[0];
    return {
      entries: activity.opened(accountId, entries),
      ...(last && { last }),
      dropped: dropped === 1,
      ...(created !== null && { created: Number(created) }),
    };
  }

  /** An account that no email leads to yet is taken back where another one was faster: no receiver hears of it. */
  async #isReachable(accountId: string): Promise<boolean> {
    const { accounts } = this.#context;
    const account = await accounts.find(accountId as AccountId);
    return account !== undefined && (await accounts.findByEmail(account.profile.email))?.id === account.id;
  }

  async markNoticed(accountId: string, entryId = ''): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.change('markNoticed', keyspace.of(accountId), [entryId]);
  }

  /** The first server that asks writes it; the others read what it wrote. */
  async since(receiverId: string): Promise<number> {
    const { scripts, keyspace } = this.#context;
    const since = keyspace.webhooksSince;
    const now = await scripts.plain('reading the time', (redis) => redis.time());
    const at = Number(now[0]) * 1000 + Math.floor(Number(now[1]) / 1000);
    await scripts.write('a receiver hears from now on', since, (redis) =>
      redis.hsetnx(since, receiverId, at),
    );
    return Number(
      await scripts.plain('reading since when a receiver hears', (redis) => redis.hget(since, receiverId)),
    );
  }

  async toldKeys(): Promise<string | undefined> {
    const { scripts, keyspace } = this.#context;
    const told = await scripts.plain('reading which keys were told', (redis) =>
      redis.get(keyspace.webhooksKeys),
    );
    return told ?? undefined;
  }

  async markKeysTold(names: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.webhooksKeys;
    await scripts.write('receivers are told of keys', key, (redis) => redis.set(key, names));
  }
}
