import { HALVED_AFTER, RecentTurns } from './recent-turns.ts';

/** Whose turn it is: a network, and an account in it. */
export interface LinePlace {
  readonly network: string;
  readonly account: string;
}

/**
 * The lowest goes first, the same go as they came. A network with more turns never ranks lower.
 * @param turns that the network had lately
 * @returns 0 or more
 */
type RankOf = (network: string, turns: number) => number;

/** One of so many turns goes to the caller that has waited longest, whatever it had before: so none waits for ever. */
const ROTATION = 4;

/**
 * A line of bounded length that takes turns: between networks, and between the accounts of one network. First goes who
 * has had fewest turns lately, so that an owner who comes now and then does not wait for all who come all the time. Where it
 * is full, what came last from the place that holds most of it makes room for a place that holds less, so that
 * one network, or one account beside its neighbours, cannot keep others out.
 */
export class FairLine<T> {
  #capacity: number;
  /** Both maps in the order of turns: what has had one goes to the end. */
  readonly #networks = new Map<string, Map<string, T[]>>();
  readonly #recent: RecentTurns;
  readonly #rankOf: RankOf;
  #turn = 0;
  #length = 0;
  /** No waiting network ranks lower: with thousands of them a search ends at the first that ranks no higher. */
  #lowest = 0;
  /** No network has more places. */
  #most = 0;

  /**
   * @param halvedAfter turns after which every count of them is halved
   * @param rankOf says who goes first; by default who had fewer turns
   */
  constructor(capacity: number, halvedAfter = HALVED_AFTER, rankOf: RankOf = (_network, turns) => turns) {
    this.#capacity = capacity;
    this.#rankOf = rankOf;
    this.#recent = new RecentTurns(halvedAfter);
  }

  get length(): number {
    return this.#length;
  }

  /** So many may wait from now on. Those who do already keep their places. */
  set capacity(places: number) {
    this.#capacity = places;
  }

  /**
   * Takes a place in the line.
   * @returns what had to leave for it: `item` itself where no other place holds more
   */
  add(place: LinePlace, item: T): T | undefined {
    const isFull = this.#length >= this.#capacity;
    const left = isFull ? this.#makeRoom(place) : undefined;
    if (isFull && left === undefined) return item;
    const accounts = this.#networks.get(place.network) ?? new Map<string, T[]>();
    const items = accounts.get(place.account) ?? [];
    items.push(item);
    accounts.set(place.account, items);
    this.#networks.set(place.network, accounts);
    this.#length += 1;
    this.#lowest = Math.min(this.#lowest, this.rankOf(place.network));
    this.#most = Math.max(this.#most, lengthOf(accounts));
    return left;
  }

  /** This place has had a turn without waiting in the line. */
  countTurn({ network, account }: LinePlace): void {
    if (this.#recent.count(network, account)) this.#lowest = 0;
  }

  rankOf(network: string): number {
    return this.#rankOf(network, this.turnsOf(network));
  }

  /** Of the waiting network that goes first; none where nothing waits. */
  get lowestRank(): number | undefined {
    const [network] = this.#leastServed();
    return network === undefined ? undefined : this.rankOf(network);
  }

  /** Turns that all of this network has had lately. */
  turnsOf(network: string): number {
    return this.#recent.of(network);
  }

  /** Turns of the waiting network that goes first; 0 when nothing waits. */
  get fewestTurns(): number {
    const [network] = this.#leastServed();
    return network === undefined ? 0 : this.#recent.of(network);
  }

  /** Turns of one network, on average of those that had any. */
  get averageTurns(): number {
    return this.#recent.average;
  }

  /** The next in turn; `undefined` when nothing waits. */
  next(): T | undefined {
    this.#turn = (this.#turn + 1) % ROTATION;
    const inRotation = this.#turn === 0;
    const [network = '', accounts] = inRotation ? first(this.#networks) : this.#leastServed();
    const [account, items] = inRotation
      ? first(accounts)
      : smallest(accounts, (key) => this.#recent.of(network, key));
    const item = items?.shift();
    if (account === undefined || !accounts || !items) return undefined;
    this.#length -= 1;
    this.countTurn({ network, account });
    accounts.delete(account);
    if (items.length > 0) accounts.set(account, items);
    this.#networks.delete(network);
    if (accounts.size > 0) this.#networks.set(network, accounts);
    return item;
  }

  #leastServed(): readonly [string?, Map<string, T[]>?] {
    const [network, accounts] = smallest(this.#networks, (key) => this.rankOf(key), this.#lowest);
    if (network === undefined) return [];
    this.#lowest = this.rankOf(network);
    return accounts ? [network, accounts] : [network];
  }

  #makeRoom({ network, account }: LinePlace): T | undefined {
    const own = this.#networks.get(network);
    if (this.#most > lengthOf(own) + 1) {
      const fullest = largest(this.#networks, lengthOf, this.#most);
      this.#most = fullest?.size ?? 0;
      if (fullest && fullest.size > lengthOf(own) + 1) return this.#dropLastOf(fullest.key);
    }
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

/** The first of those that are smallest; none is smaller than `least`, which ends the search. */
function smallest<K, V>(
  map: ReadonlyMap<K, V> | undefined,
  sizeOf: (key: K) => number,
  least = 0,
): readonly [K?, V?] {
  let found: { entry: readonly [K, V]; size: number } | undefined;
  for (const entry of map ?? []) {
    const size = sizeOf(entry[0]);
    if (!found || size < found.size) found = { entry, size };
    if (size <= least) break;
  }
  return found?.entry ?? [];
}

function first<K, V>(map: ReadonlyMap<K, V> | undefined): readonly [K?, V?] {
  for (const entry of map ?? []) return entry;
  return [];
}

/** The first of those that are largest; none is larger than `most`, which ends the search. */
function largest<K, V>(
  map: ReadonlyMap<K, V>,
  sizeOf: (value: V) => number,
  most = Number.POSITIVE_INFINITY,
): { key: K; size: number } | undefined {
  let found: { key: K; size: number } | undefined;
  for (const [key, value] of map) {
    const size = sizeOf(value);
    if (!found || size > found.size) found = { key, size };
    if (size >= most) break;
  }
  return found;
}
