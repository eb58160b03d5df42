/** A check that takes too long for `npm test`, or whose figures are worth writing down. */
export interface Check {
  /** What `--only` takes. */
  name: string;
  /** What must hold, in a sentence. */
  claim: string;
  run(on: CheckRun): Promise<Findings>;
}

export interface CheckRun {
  random: SeededRandom;
  /** A line of progress. */
  say(line: string): void;
}

export interface Findings {
  figures: Readonly<Record<string, string | number>>;
  /** What did not hold, a sentence each; empty where the check has passed. */
  violations: readonly string[];
}

/** Choices that a seed repeats; not for secrets. The generator is mulberry32. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.whole(0, from.length - 1)] as T;
  }
}

/** Milliseconds below which that share (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
