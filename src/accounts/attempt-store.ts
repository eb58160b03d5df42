/** Counters that slow guessing down. */
export interface AttemptStore {
  /**
   * Takes leave to evaluate one guess; it counts as wrong until `clear` or `giveBack`, so parallel guesses cannot share one.
   * @returns milliseconds to wait; 0: evaluate this guess now
   */
  take(counter: string, pace: GuessPace): Promise<number>;
  /** The guess for which leave was taken was right, or was not evaluated: it alone counts no longer. */
  giveBack(counter: string): Promise<void>;
  /** The guess was right, and the wrong ones before it are forgotten. */
  clear(counter: string): Promise<void>;
}

/** Delays in milliseconds. */
export interface GuessPace {
  /** Guesses before the first delay. */
  free: number;
  firstDelay: number;
  highestDelay: number;
  /** A counter without a new guess for this long is forgotten. */
  memory: number;
}
