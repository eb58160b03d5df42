import { Busy } from './busy.ts';

/**
 * Runs a bounded number of hashes at once and lets a bounded number wait, so that a flood of sign-ins costs
 * a known amount of memory and everything else on this server keeps its pace.
 */
export class HashingQueue {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws Busy when too many wait already */
  async run<T>(hash: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await hash();
    } finally {
      this.#next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting) throw new Busy();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A turn passes straight to the next in line, so that nobody can slip in between. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
