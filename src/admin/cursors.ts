import type { Sealing } from '../accounts/sealing.ts';

const LIFETIME = 24 * 3_600_000;

interface Kept<T> {
  readonly at: T;
  /** What was asked for: a cursor goes on with the same question alone. */
  readonly of: string;
  readonly until: number;
}

/** Where a list goes on: sealed, so that it says nothing, and no client can make one up. */
export class Cursors {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number) {
    this.#sealing = sealing;
    this.#now = now;
  }

  seal<T>(list: string, question: object, at: T): string {
    const kept: Kept<T> = { at, of: nameOf(question), until: this.#now() + LIFETIME };
    return this.#sealing.seal(placeOf(list), kept);
  }

  /** `undefined` for what was not sealed for this list and question, or too long ago. */
  open<T>(list: string, question: object, cursor: string): T | undefined {
    const kept = this.#sealing.open<Kept<T>>(placeOf(list), cursor);
    return kept && kept.until > this.#now() && kept.of === nameOf(question) ? kept.at : undefined;
  }
}

const placeOf = (list: string) => `admin-cursor:${list}`;

/** Whatever the page's size is. */
function nameOf(question: object): string {
  const asked = Object.entries(question).filter(([name]) => name !== 'cursor' && name !== 'limit');
  return JSON.stringify(asked.sort(([one], [other]) => (one < other ? -1 : 1)));
}
