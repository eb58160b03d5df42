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

  /** Milliseconds below which that share of the acts took. */
  took(share: number): number {
    return percentile(
      this.#acts.map(({ ms }) => ms),
      share,
    );
  }

  /** Milliseconds below which other programs kept the server and the store from working during that share of the acts. */
  heldUp(share: number): number {
    return percentile(
      this.#acts.map(({ heldUp }) => heldUp),
      share,
    );
  }

  /** Milliseconds below which the server worked during that share of the acts. */
  worked(share: number): number {
    return percentile(
      this.#acts.map(({ worked }) => worked),
      share,
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
    const of = (times: (share: number) => number) =>
      `p99 ${times(0.99).toFixed(0)} ms, median ${times(0.5).toFixed(0)} ms`;
    const [took, worked] = [of((share) => this.took(share)), of((share) => this.worked(share))];
    return `${took} of ${this.count} acts (the server worked: ${worked})`;
  }
}
