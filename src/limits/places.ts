export interface PlaceSettings {
  /** Tasks at once. */
  readonly places: number;
  /** Tasks that have taken so long, in milliseconds, leave their place to others, … */
  readonly slowAfter: number;
  /** … up to so many at once. */
  readonly slowPlaces: number;
}

/**
 * Places for tasks that wait for others, such as mail servers. A task that hangs moves to one of the slow places, so
 * that what hangs holds up little of what does not.
 */
export class Places {
  readonly #settings: PlaceSettings;
  readonly #onFree: () => void;
  #taken = 0;
  #slow = 0;

  /** @param onFree hears when a place may have become free */
  constructor(settings: PlaceSettings, onFree: () => void) {
    this.#settings = settings;
    this.#onFree = onFree;
  }

  get isFree(): boolean {
    return this.#taken < this.#settings.places;
  }

  get isSlowFree(): boolean {
    return this.#slow < this.#settings.slowPlaces;
  }

  get isIdle(): boolean {
    return this.#taken === 0 && this.#slow === 0;
  }

  /**
   * Runs a task in a place; call it where there is one that is free. Never rejects: the task tells of its failures.
   * @param isSlow it is known to be slow, and takes a slow place from the start
   */
  async run(task: () => Promise<void>, isSlow = false): Promise<void> {
    let slow = isSlow;
    if (slow) this.#slow += 1;
    else this.#taken += 1;
    const moving = setInterval(() => {
      if (slow || !this.isSlowFree) return;
      slow = true;
      this.#taken -= 1;
      this.#slow += 1;
      this.#onFree();
    }, this.#settings.slowAfter);
    try {
      await task();
    } finally {
      clearInterval(moving);
      if (slow) this.#slow -= 1;
      else this.#taken -= 1;
      this.#onFree();
    }
  }
}
