import type { NoticedEvents } from '../webhooks/webhook-sweep.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

/** As many events as an account keeps. */
const MAX_ENTRIES = 1000;

/** How far receivers are told stands with the account; since when each of them hears, in one hash. */
export class RedisNoticedEvents implements NoticedEvents {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async unnoticed(accountId: string): ReturnType<NoticedEvents['unnoticed']> {
    const { scripts, keyspace } = this.#context;
    const reply = await scripts.read('readUnnoticed', keyspace.of(accountId), [MAX_ENTRIES]);
    const [entries, dropped] = reply as [[string, string[]][], number];
    const last = entries.at(-1)?.[0];
    const opened = this.#activity.opened(accountId, entries);
    return { entries: opened, ...(last && { last }), dropped: dropped === 1 };
  }

  async markNoticed(accountId: string, entryId: string): Promise<void> {
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
}
