/** Whose turn it is: a network, and an account in it. */
export interface LinePlace {
  readonly network: string;
  readonly account: string;
}

/**
 * A line of bounded length that takes turns: between networks, and between the accounts of one network. Where it
 * is full, what came last from the place that holds most of it makes room for a place that holds less, so that
 * one network, or one account beside its neighbours, cannot keep others out.
 */
export class FairLine<T> {
  readonly #capacity: number;
  /** Both maps in the order of turns: what has had one goes to the end. */
  readonly #networks = new Map<string, Map<string, T[]>>();
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Takes a place in the line.
   * @returns what had to leave for it: `item` itself where no other place holds more
   */
  add(place: LinePlace, item: T): T | undefined {
    const left = this.#length < this.#capacity ? undefined : this.#makeRoom(place);
    if (this.#length >= this.#capacity) return item;
    const accounts = this.#networks.get(place.network) ?? new Map<string, T[]>();
    const items = accounts.get(place.account) ?? [];
    items.push(item);
    accounts.set(place.account, items);
    this.#networks.set(place.network, accounts);
    this.#length += 1;
    return left;
  }

  /** The next in turn; `undefined` when nothing waits. */
  next(): T | undefined {
    const [network, accounts] = first(this.#networks);
    const [account, items] = first(accounts);
    const item = items?.shift();
    if (network === undefined || account === undefined || !accounts || !items) return undefined;
    this.#length -= 1;
    accounts.delete(account);
    if (items.length > 0) accounts.set(account, items);
    this.#networks.delete(network);
    if (accounts.size > 0) this.#networks.set(network, accounts);
    return item;
  }

  #makeRoom({ network, account }: LinePlace): T | undefined {
    const own = this.#networks.get(network);
    const fullest = largest(this.#networks, lengthOf);
    if (fullest && fullest.size > lengthOf(own) + 1) return this.#dropLastOf(fullest.key);
    const busiest = own && largest(own, (items) => items.length);
    if (busiest && busiest.size > (own.get(account)?.length ?? 0) + 1)
      return this.#dropLastOf(network, busiest.key);
    return undefined;
  }

  #dropLastOf(network: string, account?: string): T | undefined {
    const accounts = this.#networks.get(network);
    const key = account ?? (accounts && largest(accounts, (items) => items.length)?.key);
    const items = key === undefined ? undefined : accounts?.get(key);
    const item = items?.pop();
    if (!accounts || !items || key === undefined) return undefined;
    this.#length -= 1;
    if (items.length === 0) accounts.delete(key);
    if (accounts.size === 0) this.#networks.delete(network);
    return item;
  }
}

function lengthOf(accounts: ReadonlyMap<string, readonly unknown[]> | undefined): number {
  let length = 0;
  for (const items of accounts?.values() ?? []) length += items.length;
  return length;
}

function first<K, V>(map: ReadonlyMap<K, V> | undefined): readonly [K?, V?] {
  for (const entry of map ?? []) return entry;
  return [];
}

function largest<K, V>(
  map: ReadonlyMap<K, V>,
  sizeOf: (value: V) => number,
): { key: K; size: number } | undefined {
  let found: { key: K; size: number } | undefined;
  for (const [key, value] of map) {
    const size = sizeOf(value);
    if (!found || size > found.size) found = { key, size };
  }
  return found;
}
