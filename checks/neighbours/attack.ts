import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { SeededRandom } from '../check.ts';
import type { Attacker } from './attacker.ts';

/** At once, and each as fast as it is answered. */
const CONNECTIONS = 12;
const WATCH_MS = 250;
const EVERYTHING = 'everything at once';

/** Half of the time each kind of attack by itself, so that it is known which one hurts; then all at once. */
export class Attack {
  readonly #attacker: Attacker;
  readonly #ms: number;
  readonly #random: SeededRandom;
  /** Milliseconds since 1970. */
  #began = 0;
  #isOver = false;

  /** @param ms how long it lasts */
  constructor(attacker: Attacker, ms: number, random: SeededRandom) {
    this.#attacker = attacker;
    this.#ms = ms;
    this.#random = random;
  }

  /** @param at milliseconds since 1970 */
  kindAt(at: number): string {
    const kinds = Object.keys(this.#attacker.kinds);
    const share = (at - this.#began) / this.#ms;
    return kinds[Math.floor(share * 2 * kinds.length)] ?? EVERYTHING;
  }

  async run(say: (line: string) => void): Promise<void> {
    this.#began = Date.now();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#connection()));
    this.#isOver = true;
    say('the attacker has stopped');
  }

  /** The most bytes that the store held while it was under attack. */
  async watch(store: Redis): Promise<number> {
    let most = 0;
    while (!this.#isOver) {
      most = Math.max(most, await bytesIn(store));
      await sleep(WATCH_MS);
    }
    return Math.max(most, await bytesIn(store));
  }

  async #connection(): Promise<void> {
    const kinds = Object.keys(this.#attacker.kinds);
    while (Date.now() - this.#began < this.#ms) {
      const kind = this.kindAt(Date.now());
      await this.#attacker.attack(kind === EVERYTHING ? this.#random.pick(kinds) : kind);
    }
  }
}

/** What Redis holds, without the buffers of its connections. */
export async function bytesIn(store: Redis): Promise<number> {
  return Number(/used_memory_dataset:(\d+)/.exec(await store.info('memory'))?.[1]);
}
