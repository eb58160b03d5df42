import type { DeadLetters, DeadNotice, DeadPage } from '../notices/dead-letters.ts';
import type { Held, Notice, NoticeQueue, NoticeSettled, TakenNotice } from '../notices/notice-queue.ts';
import type { StoreContext } from './store-context.ts';

/** Longer than a try and its answer take. */
const HOLD_MS = 60_000;
/** Of one account; more of them is one that says that everything has ended, where the app understands that. */
const MAX_OF_ACCOUNT = 100;
const MAX_WAITING = 10_000;
/** Longer than a notice waits for its next try; each one begins it anew. */
const IDLE_MS = 7 * 86_400_000;

/** Of one receiver that are kept once they were given up. */
const MAX_DEAD = 10_000;
/** Replayed by one script. */
const REVIVED_AT_ONCE = 100;

/** A hash and three sorted sets in one slot for each receiver. */
export class RedisNoticeQueues<Body extends object> implements NoticeQueue<Body>, DeadLetters<Body> {
  readonly #context: StoreContext;
  readonly #keptDead: number;

  /** @param keptDead milliseconds that a notice is kept which was given up; 0: not at all */
  constructor(context: StoreContext, keptDead = 0) {
    this.#context = context;
    this.#keptDead = keptDead;
  }

  async add(receiver: string, { accountId, end, body, all }: Notice<Body>): Promise<number> {
    const [id, allId] = [`${accountId}.${end}`, `${accountId}.all`];
    const args = [
      ...[id, this.#seal(receiver, id, body)],
      ...(all ? [allId, this.#seal(receiver, allId, all)] : ['', '']),
      ...[MAX_OF_ACCOUNT, MAX_WAITING, IDLE_MS, MAX_DEAD, this.#keptDead],
    ];
    return Number(await this.#change('queueNotice', receiver, args));
  }

  /** One that does not open was sealed under a secret that is gone: what it says cannot be read, and it leaves. */
  async take(receiver: string): Promise<TakenNotice<Body> | undefined> {
    const reply = await this.#change('takeNotice', receiver, [HOLD_MS]);
    const [id, sealed = '', tries = 0, hold = ''] = reply as [string?, string?, number?, string?];
    if (id === undefined) return undefined;
    const body = this.#context.keyring.open<Body>(placeOf(receiver, id), sealed);
    if (body) return { id, accountId: id.slice(0, id.indexOf('.')), body, tries, hold };
    await this.end(receiver, { id, hold });
    return this.take(receiver);
  }

  async end(receiver: string, { id, hold }: Held): Promise<void> {
    await this.#change('endNotice', receiver, [id, hold]);
  }

  async fail(receiver: string, { id, hold }: Held, pause: number): Promise<void> {
    await this.#change('failNotice', receiver, [id, hold, pause, IDLE_MS]);
  }

  async count(receiver: string): Promise<number> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('counting notices', (redis) => redis.zcard(keyspace.noticesOf(receiver).due));
  }

  async oldest(receiver: string): Promise<number | undefined> {
    const { scripts, keyspace } = this.#context;
    const [, at] = await scripts.plain('looking for the oldest notice', (redis) =>
      redis.zrange(keyspace.noticesOf(receiver).queued, '0', '0', 'WITHSCORES'),
    );
    return at === undefined ? undefined : Number(at);
  }

  async deadLetter(receiver: string, { id, hold, tries }: TakenNotice<Body>, reason: string): Promise<void> {
    await this.#change('deadLetterNotice', receiver, [id, hold, reason, tries + 1, MAX_DEAD, this.#keptDead]);
  }

  async settle(receiver: string, outcomes: readonly NoticeSettled[]): Promise<void> {
    const pairs = outcomes.flatMap(({ id, refused = '' }) => [id, refused]);
    if (pairs.length > 0) await this.#change('settleNotices', receiver, [MAX_DEAD, this.#keptDead, ...pairs]);
  }

  async areDue(receiver: string): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const due = keyspace.noticesOf(receiver).due;
    const first = await scripts.plain('looking for notices', (redis) =>
      redis.zrange(due, '0', '0', 'WITHSCORES'),
    );
    const [, at] = first;
    if (at === undefined) return false;
    const [seconds] = await scripts.plain('reading the time', (redis) => redis.time());
    return Number(at) < (Number(seconds) + 1) * 1000;
  }

  /** The receiver is gone, or wants none of what waits here. */
  async clear(receiver: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const keys = keyspace.noticesOf(receiver);
    await scripts.write('a receiver hears no more', keys.due, (redis) =>
      redis.unlink(...Object.values(keys)),
    );
  }

  async deadIds(receiver: string, { since = 0, before, most }: DeadPage): Promise<string[]> {
    const { scripts, keyspace } = this.#context;
    const from = Math.max(since, Date.now() - this.#keptDead);
    const to = before === undefined ? '+inf' : String(before);
    return scripts.plain('listing what was given up', (redis) =>
      redis.zrange(
        keyspace.noticesOf(receiver).dead,
        to,
        String(from),
        'BYSCORE',
        'REV',
        'LIMIT',
        '0',
        String(most),
      ),
    );
  }

  async deadOf(receiver: string, ids: readonly string[]): Promise<DeadNotice<Body>[]> {
    if (ids.length === 0) return [];
    const { scripts, keyspace, keyring } = this.#context;
    const { dead, deadBodies } = keyspace.noticesOf(receiver);
    const [times, texts] = await scripts.plain('reading what was given up', (redis) =>
      Promise.all([redis.zmscore(dead, ...ids), redis.hmget(deadBodies, ...ids)]),
    );
    return ids.flatMap((id, index) => {
      const [at, text] = [times[index], texts[index]];
      if (!at || !text) return [];
      const {
        body: sealed,
        tries,
        reason,
      } = JSON.parse(text) as Record<'body' | 'reason', string> & { tries: number };
      const body = keyring.open<Body>(placeOf(receiver, id), sealed);
      return body ? [{ id, body, at: Number(at), tries, reason }] : [];
    });
  }

  async revive(receiver: string, ids: readonly string[]): Promise<number> {
    let revived = 0;
    for (let first = 0; first < ids.length; first += REVIVED_AT_ONCE) {
      const some = ids.slice(first, first + REVIVED_AT_ONCE);
      const waiting = Number(await this.#change('reviveNotices', receiver, [MAX_WAITING, IDLE_MS, ...some]));
      revived += waiting;
      if (waiting < some.length) break;
    }
    return revived;
  }

  async countDead(receiver: string): Promise<number> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('counting what was given up', (redis) =>
      redis.zcard(keyspace.noticesOf(receiver).dead),
    );
  }

  #seal(receiver: string, id: string, body: Body): string {
    return this.#context.keyring.seal(placeOf(receiver, id), body);
  }

  #change(
    script:
      | 'queueNotice'
      | 'takeNotice'
      | 'endNotice'
      | 'failNotice'
      | 'deadLetterNotice'
      | 'reviveNotices'
      | 'settleNotices',
    receiver: string,
    args: (string | number)[],
  ) {
    const { scripts, keyspace } = this.#context;
    return scripts.change(script, keyspace.noticesOf(receiver), args);
  }
}

const placeOf = (receiver: string, id: string) => `notice:${receiver}:${id}`;
