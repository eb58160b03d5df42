import { randomBytes } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import type { Ended } from '../accounts/account-store.ts';
import type { NewSession, SessionTimes } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Standing } from '../mfa/factor.ts';
import type { DueRecovery, RecoveryRequest, RecoveryStore } from '../sessions/recovery-store.ts';
import type { RedisActivity } from './activity.ts';
import { endedOf, SNAPSHOT_MS } from './end-of-all.ts';
import type { RedisSessions } from './sessions.ts';
import type { StoreContext } from './store-context.ts';

/** As scripts keep it. */
interface Kept {
  epoch: string;
  at: number;
  opens: number;
  till: number;
}

/** When a request is first looked at: longer than making one takes, on servers whose clocks differ. */
const FIRST_LOOK_MS = 600_000;

/** A field of the account's record; there is nothing secret in it. A sorted set in a slot of its own says whom to look at. */
export class RedisRecoveries implements RecoveryStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;
  readonly #browsers: RedisSessions;

  constructor(context: StoreContext, activity: RedisActivity, browsers: RedisSessions) {
    this.#context = context;
    this.#activity = activity;
    this.#browsers = browsers;
  }

  async find(accountId: AccountId): Promise<RecoveryRequest | undefined> {
    const { scripts, keyspace } = this.#context;
    const [epoch, text] = await scripts.plain('reading a recovery', (redis) =>
      redis.hmget(keyspace.of(accountId).account, 'epoch', 'recovery'),
    );
    const kept = text ? (JSON.parse(text) as Kept) : undefined;
    if (!kept || kept.epoch !== epoch || kept.till <= Date.now()) return undefined;
    return { askedAt: kept.at, opensAt: kept.opens, until: kept.till };
  }

  async ask(
    { accountId, epoch }: Standing,
    { wait, open }: { wait: number; open: number },
    event: ActivityEvent,
  ): Promise<(RecoveryRequest & { asked: boolean }) | undefined> {
    const { scripts, keyspace } = this.#context;
    if (!(await this.find(accountId))) await this.#list(newEntry(accountId), Date.now() + FIRST_LOOK_MS);
    const told = await this.#activity.prepare(accountId, event);
    const reply = await scripts.change('askRecovery', keyspace.of(accountId), [epoch, wait, open, told]);
    if (!reply) return undefined;
    const [asked, askedAt, opensAt, until] = reply as [number, number, number, number];
    return { asked: asked === 1, askedAt, opensAt, until };
  }

  async finish(browser: NewSession, times: SessionTimes, event: ActivityEvent): Promise<Ended | undefined> {
    const { scripts, keyspace } = this.#context;
    const { accountId, epoch } = browser;
    const told = await this.#activity.prepareEnd(accountId, event);
    const admitted = await this.#browsers.prepare(browser, times);
    const args = [SNAPSHOT_MS, epoch, told, ...admitted];
    return endedOf(await scripts.change('finishRecovery', keyspace.ending(accountId), args));
  }

  async due(most: number): Promise<DueRecovery[]> {
    const { scripts, keyspace } = this.#context;
    const entries = await scripts.plain('reading recoveries to announce', (redis) =>
      redis.zrangebyscore(keyspace.recoveries, '-inf', Date.now(), 'LIMIT', 0, most),
    );
    return entries.map((entry) => ({ accountId: entry.split(' ')[0] as AccountId, entry }));
  }

  async remind(
    { accountId, entry }: DueRecovery,
    lead: number,
    { soon, open }: { soon: ActivityEvent; open: ActivityEvent },
  ): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const events = [
      await this.#activity.prepare(accountId, soon),
      await this.#activity.prepare(accountId, open),
    ];
    const next = await scripts.change('remindRecovery', keyspace.of(accountId), [lead, ...events]);
    if (next !== null) return this.#list(entry, Number(next));
    await scripts.plain('a recovery is announced', (redis) => redis.zrem(keyspace.recoveries, entry));
  }

  async #list(entry: string, at: number): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const { recoveries } = keyspace;
    await scripts.write('listing a recovery', recoveries, (redis) => redis.zadd(recoveries, at, entry));
  }
}

/** Of one request alone: a server that takes a former one off the list takes no newer one with it. */
const newEntry = (accountId: AccountId) => `${accountId} ${randomBytes(9).toString('base64url')}`;
