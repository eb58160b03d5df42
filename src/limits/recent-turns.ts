/** After so many turns every count is halved: what was long ago weighs nothing, and few places are remembered. */
export const HALVED_AFTER = 256;

/** Who had how many of the last few hundred turns, by network, and by account in it. */
export class RecentTurns {
  readonly #networks = new Map<string, number>();
  readonly #accounts = new Map<string, number>();
  readonly #halvedAfter: number;
  #turns = 0;
  /** Of all networks that are remembered. */
  #sum = 0;

  constructor(halvedAfter = HALVED_AFTER) {
    this.#halvedAfter = halvedAfter;
  }

  /** @returns whether all counts have just been halved */
  count(network: string, account: string): boolean {
    const key = keyOf(network, account);
    this.#networks.set(network, (this.#networks.get(network) ?? 0) + 1);
    this.#accounts.set(key, (this.#accounts.get(key) ?? 0) + 1);
    this.#sum += 1;
    this.#turns += 1;
    const isDue = this.#turns % this.#halvedAfter === 0;
    if (isDue) this.#halve();
    return isDue;
  }

  /** @param account without one: all of the network */
  of(network: string, account?: string): number {
    const count =
      account === undefined ? this.#networks.get(network) : this.#accounts.get(keyOf(network, account));
    return count ?? 0;
  }

  /** Turns of one network, on average of those that are remembered; 0 before the first. */
  get average(): number {
    return this.#networks.size === 0 ? 0 : this.#sum / this.#networks.size;
  }

  /** Networks and accounts that are remembered: each had at least one turn within the last four spans between halvings. */
  get size(): number {
    return this.#networks.size + this.#accounts.size;
  }

  #halve(): void {
    halve(this.#accounts);
    this.#sum = halve(this.#networks);
  }
}

/** @returns the sum of what is left */
function halve(counts: Map<string, number>): number {
  let sum = 0;
  for (const [key, count] of counts) {
    if (count > 1) counts.set(key, count >> 1);
    else counts.delete(key);
    sum += count >> 1;
  }
  return sum;
}

const keyOf = (network: string, account: string) => `${network}\n${account}`;
