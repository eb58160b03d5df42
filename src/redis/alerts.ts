import { ALERT_PACE_MS } from '../alerts/alert-pace.ts';
import type { AlertStore, PendingAccount, PendingEvents, Unmailed } from '../alerts/alert-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

/** As many events as an account keeps. */
const MAX_ENTRIES = 1000;
/** Longer than any change takes from its announcement to its script, given up and tried again as it may be. */
const UNDER_WAY_MS = 30_000;

/** One sorted set of accounts in a slot of its own; how far each is told and mailed stands with the account. */
export class RedisAlerts implements AlertStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async pending(from: number, most: number): Promise<PendingAccount[]> {
    const { scripts, keyspace } = this.#context;
    const flat = await scripts.plain('reading pending alerts', (redis) =>
      redis.zrange(keyspace.pendingAlerts, String(from), String(from + most - 1), 'WITHSCORES'),
    );
    return flat.flatMap((accountId, index) =>
      index % 2 === 0 ? [{ accountId, since: Number(flat[index + 1]) }] : [],
    );
  }

  async pendingEvents(accountId: string): Promise<PendingEvents> {
    const { scripts, keyspace } = this.#context;
    const reply = await scripts.read('readPendingEvents', keyspace.of(accountId), [MAX_ENTRIES]);
    const [entries, paced, dropped] = reply as [[string, string[]][], string, number];
    const opened = this.#activity.opened(accountId, entries);
    return { entries: opened, paced: Number(paced), dropped: dropped === 1 };
  }

  async markDelivered(accountId: string, entryId: string): Promise<void> {
    await this.#change('markDelivered', accountId, [entryId]);
  }

  async settle({ accountId, since }: PendingAccount): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const pending = keyspace.pendingAlerts;
    await scripts.change('settlePending', { pending }, [accountId, since, UNDER_WAY_MS]);
  }

  async unmailed(accountId: string): Promise<Unmailed> {
    const { scripts, keyspace } = this.#context;
    const reply = await scripts.read('readUnmailed', keyspace.of(accountId), [MAX_ENTRIES]);
    const [mailed, mailing, entries, dropped, paced] = reply as [
      string,
      string,
      [string, string[]][],
      number,
      string,
    ];
    return {
      mailed,
      mailing: mailing || undefined,
      entries: this.#activity.opened(accountId, entries),
      dropped: dropped === 1,
      paced: Number(paced),
    };
  }

  async begin(accountId: string, lastEntry: string): Promise<string | undefined> {
    return String(await this.#change('beginMail', accountId, [lastEntry])) || undefined;
  }

  async mailed(accountId: string, lastEntry: string, sent: boolean): Promise<number> {
    return Number(await this.#change('mailedUpTo', accountId, [lastEntry, sent ? ALERT_PACE_MS : 0]));
  }

  #change(
    script: 'markDelivered' | 'beginMail' | 'mailedUpTo',
    accountId: string,
    args: (string | number)[],
  ) {
    const { scripts, keyspace } = this.#context;
    return scripts.change(script, keyspace.of(accountId), args);
  }
}
