/** Work that is done again and again, one time after the other, until it is stopped. */
export class IntervalTask {
  readonly #work: () => Promise<unknown>;
  readonly #pause: number;
  readonly #onFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<unknown> = Promise.resolve();
  #stopped = false;

  /**
   * @param pause milliseconds before each time
   * @param onFailure hears of a time that failed; the next one comes all the same
   */
  constructor(work: () => Promise<unknown>, pause: number, onFailure: (error: unknown) => void) {
    this.#work = work;
    this.#pause = pause;
    this.#onFailure = onFailure;
    this.#schedule();
  }

  /** Resolves when the work under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#work()
        .catch(this.#onFailure)
        .finally(() => this.#schedule());
    }, this.#pause);
  }
}
