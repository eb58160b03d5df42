import { percentile } from '../check.ts';
import type { Act } from './honest-load.ts';

/** What honest owners did, alone or beside an attacker, and how long it took them. */
export class Times {
  readonly #acts: readonly Act[];

  constructor(acts: readonly Act[]) {
    this.#acts = acts;
  }

  get count(): number {
    return this.#acts.length;
  }

  /** Milliseconds. */
  get p99(): number {
    return percentile(
      this.#acts.map(({ ms }) => ms),
      0.99,
    );
  }

  get median(): number {
    return percentile(
      this.#acts.map(({ ms }) => ms),
      0.5,
    );
  }

  /** By what was done, or by what went on at that time. */
  by(group: (act: Act) => string): ReadonlyMap<string, Times> {
    return new Map(
      [...Map.groupBy(this.#acts, group)].map(([name, acts]) => [name, new Times(acts)] as const),
    );
  }

  /** Who was hurt by what, a sentence each. */
  hurt(during: (act: Act) => string): string[] {
    return this.#acts.flatMap((act) =>
      act.hurt === undefined ? [] : [`${act.owner}, ${act.name} beside ${during(act)}: ${act.hurt}`],
    );
  }

  toString(): string {
    return `p99 ${this.p99.toFixed(0)} ms, median ${this.median.toFixed(0)} ms of ${this.count} acts`;
  }
}
