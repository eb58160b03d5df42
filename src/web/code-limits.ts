/**
 * Limits on guessing user codes (RFC 8628 section 5.1). Wrong codes are counted for the account, for its
 * browser, for the network and over all; a right code costs nothing, but neither does it wipe out wrong ones:
 * anybody can have a right code by starting a device of their own.
 */
import type { AttemptStore, GuessPace } from '../accounts/attempt-store.ts';
import type { SignedInBrowser } from '../accounts/browser-store.ts';
import { networkOf } from '../devices/network.ts';

export type Guess<T> =
  | { readonly outcome: 'right'; readonly value: T }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly milliseconds: number };

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long the counters of a network and of everybody run before new ones begin. */
const WINDOW = 10 * MINUTE;

/** One person: five wrong codes, then a delay that doubles. */
const PERSON: GuessPace = {
  free: 5,
  firstDelay: 30 * SECOND,
  highestDelay: 10 * MINUTE,
  memory: 10 * MINUTE,
};

/** A household: more than one member can use up, and even then no long wait. */
const NETWORK: GuessPace = { free: 20, firstDelay: 5 * SECOND, highestDelay: MINUTE, memory: WINDOW };

/**
 * Everybody: with 10,000 codes live, 5,000 guesses in the life of a code hit one with a chance of 1 in 500;
 * beyond them each one waits for its turn, so that nobody is shut out.
 */
const ALL: GuessPace = { free: 5000, firstDelay: 50, highestDelay: 250, memory: WINDOW };

export class CodeLimits {
  readonly #budget: AttemptStore;
  readonly #now: () => number;

  constructor(budget: AttemptStore, now: () => number = Date.now) {
    this.#budget = budget;
    this.#now = now;
  }

  /**
   * Evaluates one guess if all counters allow it. It is counted before it is evaluated, so that guesses made
   * at once cannot share a leave.
   */
  async guess<T>(
    browser: SignedInBrowser,
    address: string,
    find: () => Promise<T | undefined>,
  ): Promise<Guess<T>> {
    const counters = this.#countersOf(browser, address);
    const waits = await Promise.all(counters.map(([counter, pace]) => this.#budget.take(counter, pace)));
    const milliseconds = Math.max(...waits);
    const taken = counters.flatMap(([counter], index) => (waits[index] === 0 ? [counter] : []));
    if (milliseconds > 0) {
      await this.#giveBack(taken);
      return { outcome: 'wait', milliseconds };
    }
    const value = await find().catch(async (error: unknown) => {
      await this.#giveBack(taken).catch(() => undefined);
      throw error;
    });
    if (value === undefined) return { outcome: 'wrong' };
    await this.#giveBack(taken);
    return { outcome: 'right', value };
  }

  async #giveBack(counters: readonly string[]): Promise<void> {
    await Promise.all(counters.map((counter) => this.#budget.giveBack(counter)));
  }

  #countersOf({ accountId, uid }: SignedInBrowser, address: string): [string, GuessPace][] {
    const window = Math.floor(this.#now() / WINDOW);
    return [
      [`user-code:account:${accountId}`, PERSON],
      [`user-code:browser:${uid}`, PERSON],
      [`user-code:network:${networkOf(address)}:${window}`, NETWORK],
      [`user-code:all:${window}`, ALL],
    ];
  }
}
