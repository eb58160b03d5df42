/** Seconds: no client is told to come earlier, … */
const LEAST = 2;
/** … the first few are told to come within so many of that, … */
const NARROWEST = 5;
/** … and none later than within so many. */
const WIDEST = 600;
/**
 * Requests a second that are taken for the pace where no more are seen: while thousands arrive, few are begun. Where it is too much,
 * more come again too early, are refused again, and count again, so that the next are told a longer time.
 */
const ASSUMED_PACE = 500;
/** Seconds for which a program waits in line at most: a longer wait would be served to a program that has given up. */
const MAX_WAIT = 4;
/** Seconds from which on the pace that is seen counts, … */
const SEEN_FOR = 1;
/** … and places that there are even where none is. */
const MIN_PLACES = 64;
/** Seconds after which what was seen counts half. */
const HALVED_AFTER = 10;
/** More of one network are no more than so many: one alone makes no other wait long. */
const MAX_PER_NETWORK = 256;
const MAX_NETWORKS = 100_000;

/**
 * When those may come again who found no place. Told the same time, all would come at that time, and find no place again. So
 * each is told a time by chance, within a span in which all who were refused can be served at the pace of late.
 */
export class RetryTimes {
  readonly #now: () => number;
  readonly #random: () => number;
  /** Refused, and not served since, as far as that can be told. */
  #owed = 0;
  readonly #refused = new Map<string, number>();
  /** Since when some have waited without a pause, milliseconds; `undefined`: none waits. */
  #busySince: number | undefined;
  /** Begun since then. */
  #turns = 0;

  /**
   * @param now milliseconds
   * @param random at least 0, less than 1
   */
  constructor(now: () => number, random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  /**
   * One request is begun; while some are owed their turn, it counts for one of these.
   * @param isBusy others wait: how fast they are begun is the pace of this server
   */
  begun(isBusy: boolean): void {
    if (!isBusy) this.#busySince = undefined;
    else if (this.#busySince === undefined) [this.#busySince, this.#turns] = [this.#now(), 0];
    this.#turns += 1;
    this.#forgetTheOld();
    if (this.#owed === 0) return;
    this.#owed -= 1;
    if (this.#owed === 0) this.#refused.clear();
  }

  /** One request was refused. @returns seconds after which it may come again */
  refused(network: string): number {
    const count = (this.#refused.get(network) ?? 0) + 1;
    if (count <= MAX_PER_NETWORK && (count > 1 || this.#refused.size < MAX_NETWORKS)) {
      this.#refused.set(network, count);
      this.#owed += 1;
    }
    const span = Math.min(Math.max(this.#owed / this.#pace, NARROWEST), WIDEST);
    return LEAST + Math.floor(this.#random() * span);
  }

  /** So many may wait: who is the last of them is begun within some seconds, at the pace of late. */
  get places(): number {
    const seen = this.#busyFor;
    const pace = seen < SEEN_FOR ? ASSUMED_PACE : this.#turns / seen;
    return Math.max(Math.ceil(pace * MAX_WAIT), MIN_PLACES);
  }

  /** Requests begun in a second while others wait. */
  get #pace(): number {
    return Math.max(this.#turns / Math.max(this.#busyFor, 1), ASSUMED_PACE);
  }

  /** Seconds. */
  get #busyFor(): number {
    return this.#busySince === undefined ? 0 : (this.#now() - this.#busySince) / 1000;
  }

  #forgetTheOld(): void {
    const seen = this.#busyFor;
    if (this.#busySince === undefined || seen <= HALVED_AFTER) return;
    this.#busySince += (seen / 2) * 1000;
    this.#turns /= 2;
  }
}
