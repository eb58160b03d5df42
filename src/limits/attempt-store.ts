/** Counters that slow guessing down. */
export interface AttemptStore {
  /**
   * Takes leave to evaluate one guess; it counts as wrong until `clear` or `giveBack`, so parallel guesses cannot share one.
   * @returns milliseconds to wait; 0: evaluate this guess now
   */
  take(counter: string, pace: GuessPace): Promise<number>;
  /**
   * The guess for which leave was taken was right, or was not evaluated: it alone counts no longer.
   * @param pace as for `take`: of a draining counter it holds nothing any more, either
   */
  giveBack(counter: string, pace?: GuessPace): Promise<void>;
  /** The guess was right, and the wrong ones before it are forgotten. */
  clear(counter: string): Promise<void>;
  /**
   * As `take`, of a counter that all networks share: one network has at most a sixteenth of the free ones, and
   * less by the cube of what is left of them, down to four. Beyond that, and when none is left, leave is given in turn.
   * @param pace `memory`: life of the counter
   */
  takeShare(counter: string, network: string, pace: GuessPace): Promise<ShareLeave>;
  /** As `giveBack`. @param leave what `takeShare` said */
  giveBackShare(counter: string, network: string, leave: ShareLeave): Promise<void>;
}

export type ShareLeave =
  | { readonly outcome: 'free' | 'in-turn' }
  /** Nothing was counted. */
  | { readonly outcome: 'wait'; readonly milliseconds: number };

/** Delays in milliseconds. */
export interface GuessPace {
  /** Guesses before the first delay. */
  free: number;
  firstDelay: number;
  highestDelay: number;
  /** A counter without a new guess for this long is forgotten. */
  memory: number;
  /** Each guess holds the counter for its part of `memory` alone, which is `memory` by `free`. */
  draining?: boolean;
}
