/** After so many turns every count is halved: what was long ago weighs nothing, and few places are remembered. */
const HALVED_AFTER = 256;

/** Who had how many of the last few hundred turns, by network, and by account in it. */
export class RecentTurns {
  readonly #counts = new Map<string, number>();
  #turns = 0;

  count(network: string, account: string): void {
    for (const key of [keyOf(network), keyOf(network, account)]) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    this.#turns += 1;
    if (this.#turns % HALVED_AFTER === 0) this.#halve();
  }

  /** @param account without one: all of the network */
  of(network: string, account?: string): number {
    return this.#counts.get(keyOf(network, account)) ?? 0;
  }

  /** At most so many places are remembered: each has at least one turn of the last 1,024. */
  get size(): number {
    return this.#counts.size;
  }

  #halve(): void {
    for (const [key, count] of this.#counts) {
      if (count > 1) this.#counts.set(key, Math.floor(count / 2));
      else this.#counts.delete(key);
    }
  }
}

function keyOf(network: string, account?: string): string {
  return account === undefined ? network : `${network}\n${account}`;
}
