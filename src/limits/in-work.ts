/** One that is in work, between those that were begun before and after it. */
interface Entry<T> {
  readonly item: T;
  readonly list: InWork<T & object>;
  readonly begun: number;
  before: Entry<T> | undefined;
  after: Entry<T> | undefined;
}

const ENTRY = Symbol('in work');

interface Marked<T> {
  [ENTRY]?: Entry<T> | undefined;
}

/**
 * What is in work, the oldest first. A list and no `Map`: a map in which thousands come and go makes itself anew all the
 * time, and each of its former tables names the next. So once the collector of garbage has taken the first of them for
 * old, it takes every later table for alive, and every request in them with its answer.
 */
export class InWork<T extends object> {
  #oldest: Entry<T> | undefined;
  #newest: Entry<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param item one that is in work nowhere yet; @param begun never before that of the one that was added last */
  add(item: T, begun: number): void {
    const entry: Entry<T> = { item, list: this, begun, before: this.#newest, after: undefined };
    if (this.#newest) this.#newest.after = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    (item as Marked<T>)[ENTRY] = entry;
    this.#size += 1;
  }

  /** @returns whether it was here */
  delete(item: T): boolean {
    const entry = (item as Marked<T>)[ENTRY];
    if (entry?.list !== this) return false;
    (item as Marked<T>)[ENTRY] = undefined;
    this.#take(entry);
    return true;
  }

  /** Lets go of what was begun at that time or before. */
  forget(time: number): void {
    for (let entry = this.#oldest; entry && entry.begun <= time; entry = this.#oldest)
      this.delete(entry.item);
  }

  /** It names its neighbours no more: see above. */
  #take(entry: Entry<T>): void {
    const { before, after } = entry;
    if (before) before.after = after;
    else this.#oldest = after;
    if (after) after.before = before;
    else this.#newest = before;
    entry.before = undefined;
    entry.after = undefined;
    this.#size -= 1;
  }
}
