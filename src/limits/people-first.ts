import { FairLine, type LinePlace } from './fair-line.ts';

export interface SidedPlace extends LinePlace {
  /** A person waits for the answer, and not a program. */
  readonly isPerson: boolean;
}

/** A network with so few turns of late goes before all that had more, and is the equal of all others with so few. */
const FEW_TURNS = 16;
/** The same of an account. */
const FEW_OF_KNOWN = 64;
const ACCOUNT = 'account ';
/** Of an account with few turns, … */
const RANK_OF_KNOWN = 0;
/** … and of any other network. */
const RANK_OF_OTHERS = 1;

/** What stands in the place of the network for a browser that is known for an account: an attacker has few of these. */
export const networkOfAccount = (account: string): string => ACCOUNT + account;

/**
 * By turns alone a network that has never asked would go before an owner who has asked six times to link a device, and
 * an attacker with very many networks always has another such.
 */
function rankOf(network: string, turns: number): number {
  if (network.startsWith(ACCOUNT) && turns <= FEW_OF_KNOWN) return RANK_OF_KNOWN;
  return Math.max(turns - FEW_TURNS, RANK_OF_OTHERS);
}

/** One of so many turns is a program's, whatever waits: polls and refreshes never stand still. */
const PROGRAMS_TURN = 4;
/** Turns of late up to which a network's people go before every program: to sign in and approve takes some fifteen. */
const MAX_FIRST = 32;

/**
 * Two fair lines, of people and of programs. After a power cut fifty thousand devices come at once, and those who would sign in
 * or approve would stand behind all of them. So people go first, three turns of four, and neither side takes the places
 * of the other. A network that has asked for more pages than a person opens goes by its turns like any program.
 */
export class PeopleFirst<T> {
  readonly #people: FairLine<T>;
  readonly #programs: FairLine<T>;
  readonly #capacity: number;
  #turn = 0;

  /** @param capacity of each of the two */
  constructor(capacity: number, halvedAfter: number) {
    this.#capacity = capacity;
    this.#people = new FairLine(capacity, halvedAfter, rankOf);
    this.#programs = new FairLine(capacity, halvedAfter, rankOf);
  }

  /** So many programs may wait from now on, of as many as there are places. */
  set programs(places: number) {
    this.#programs.capacity = Math.min(places, this.#capacity);
  }

  get length(): number {
    return this.#people.length + this.#programs.length;
  }

  /** As `FairLine` says it. */
  add(place: SidedPlace, item: T): T | undefined {
    return this.#sideOf(place).add(place, item);
  }

  countTurn(place: SidedPlace): void {
    this.#sideOf(place).countTurn(place);
  }

  /** It had fewer turns than networks have on average on its side, and no equal of it waits. */
  mayOvertake(place: SidedPlace): boolean {
    const side = this.#sideOf(place);
    const lowest = side.lowestRank;
    if (lowest !== undefined && lowest <= side.rankOf(place.network)) return false;
    return side.turnsOf(place.network) < side.averageTurns;
  }

  /** It is an account, by a browser that is known for it, and had few turns. */
  isOfKnown(place: SidedPlace): boolean {
    return this.#sideOf(place).rankOf(place.network) === RANK_OF_KNOWN;
  }

  /** The next in turn; `undefined` when nothing waits. */
  next(): T | undefined {
    if (this.#people.length === 0) return this.#programs.next();
    if (this.#programs.length === 0) return this.#people.next();
    this.#turn = (this.#turn + 1) % PROGRAMS_TURN;
    return (this.#turn !== 0 && this.#isPersonsTurn ? this.#people : this.#programs).next();
  }

  get #isPersonsTurn(): boolean {
    const turns = this.#people.fewestTurns;
    return turns <= MAX_FIRST || turns <= this.#programs.fewestTurns;
  }

  #sideOf({ isPerson }: SidedPlace): FairLine<T> {
    return isPerson ? this.#people : this.#programs;
  }
}
