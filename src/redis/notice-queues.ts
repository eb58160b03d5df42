import type { Held, Notice, NoticeQueue, TakenNotice } from '../notices/notice-queue.ts';
import type { StoreContext } from './store-context.ts';

/** Longer than a try and its answer take. */
const HOLD_MS = 60_000;
/** Of one account; more of them is one that says that everything has ended, where the app understands that. */
const MAX_OF_ACCOUNT = 100;
const MAX_WAITING = 10_000;
/** Longer than a notice waits for its next try; each one begins it anew. */
const IDLE_MS = 7 * 86_400_000;

/** A hash and three sorted sets in one slot for each receiver. */
export class RedisNoticeQueues<Body extends object> implements NoticeQueue<Body> {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async add(receiver: string, { accountId, end, body, all }: Notice<Body>): Promise<number> {
    const [id, allId] = [`${accountId}.${end}`, `${accountId}.all`];
    const args = [
      ...[id, this.#seal(receiver, id, body)],
      ...(all ? [allId, this.#seal(receiver, allId, all)] : ['', '']),
      ...[MAX_OF_ACCOUNT, MAX_WAITING, IDLE_MS],
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

  #seal(receiver: string, id: string, body: Body): string {
    return this.#context.keyring.seal(placeOf(receiver, id), body);
  }

  #change(
    script: 'queueNotice' | 'takeNotice' | 'endNotice' | 'failNotice',
    receiver: string,
    args: (string | number)[],
  ) {
    const { scripts, keyspace } = this.#context;
    return scripts.change(script, keyspace.noticesOf(receiver), args);
  }
}

const placeOf = (receiver: string, id: string) => `notice:${receiver}:${id}`;
