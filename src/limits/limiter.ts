import { networkOf } from '../net/network.ts';
import type { AttemptStore } from './attempt-store.ts';
import { COMPUTED_LIMITS, LIMIT_SETTINGS, type LimitName, type Limits } from './limits.ts';

/**
 * A limit, and whom it counts: an account, a browser, or an address of the network. Of a limit that counts all, too:
 * one network has a share of it, which shrinks as it fills.
 */
export type Count = readonly [limit: LimitName, who: string];

export type Leave =
  /** By this limit; nothing was counted by any. */
  | { outcome: 'wait'; milliseconds: number; limit: LimitName }
  /** Go on. It counts as wrong by all of the limits unless it is given back. */
  | { outcome: 'evaluate'; giveBack: () => Promise<void> };

type GiveBack = () => Promise<void>;

/**
 * What leave was taken for. Where it fails, it was not done: the leave is given back, so that a store that refused
 * changes for a while makes no client wait afterwards.
 * @throws what `work` throws
 */
export async function orGiveBack<T>(giveBack: () => Promise<unknown>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // The store has just failed; what it does not take back now is forgotten by time.
    await giveBack().catch(() => undefined);
    throw error;
  }
}

const DEFINITIONS = { ...LIMIT_SETTINGS, ...COMPUTED_LIMITS };

/**
 * Counts guesses, mails and whatever else has a named limit, across processes. Each is counted before it is
 * evaluated, so that many at once cannot share one leave.
 */
export class Limiter {
  readonly #attempts: AttemptStore;
  readonly #limits: Limits;
  readonly #now: () => number;

  constructor(attempts: AttemptStore, limits: Limits, now: () => number = Date.now) {
    this.#attempts = attempts;
    this.#limits = limits;
    this.#now = now;
  }

  /**
   * Leave of all these limits, asked in this order: put the narrowest first, so that who is slowed down by it
   * uses up nothing of what others share. Where the store fails in between, nothing stays counted by those before.
   * @throws StoreUnavailable
   */
  async take(counts: readonly Count[]): Promise<Leave> {
    const taken: GiveBack[] = [];
    const giveBack = async () => {
      await Promise.all(taken.map((back) => back()));
    };
    for (const count of counts) {
      const one = await orGiveBack(giveBack, this.#takeOne(count));
      if (typeof one === 'number') {
        await giveBack();
        return { outcome: 'wait', milliseconds: one, limit: count[0] };
      }
      taken.push(one);
    }
    return { outcome: 'evaluate', giveBack };
  }

  /** All that was counted for these is forgotten; not for limits that count all. */
  async clear(counts: readonly Count[]): Promise<void> {
    await Promise.all(counts.map((count) => this.#attempts.clear(this.#counter(count))));
  }

  /** @returns milliseconds to wait, or how to give back what was taken */
  async #takeOne(count: Count): Promise<number | GiveBack> {
    const [limit, who] = count;
    const counter = this.#counter(count);
    const pace = { ...this.#limits[limit], draining: DEFINITIONS[limit].span === 'draining' };
    if (DEFINITIONS[limit].by === 'all') {
      const network = networkOf(who);
      const leave = await this.#attempts.takeShare(counter, network, pace);
      if (leave.outcome === 'wait') return leave.milliseconds;
      return () => this.#attempts.giveBackShare(counter, network, leave);
    }
    const milliseconds = await this.#attempts.take(counter, pace);
    return milliseconds > 0 ? milliseconds : () => this.#attempts.giveBack(counter, pace);
  }

  #counter([limit, who]: Count): string {
    const { by, span } = DEFINITIONS[limit];
    const named = `${limit}:${by === 'all' ? '' : by === 'network' ? networkOf(who) : who}`;
    return span === 'fixed' ? `${named}:${Math.floor(this.#now() / this.#limits[limit].memory)}` : named;
  }
}
