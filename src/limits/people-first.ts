import { FairLine, type LinePlace } from './fair-line.ts';

export interface SidedPlace extends LinePlace {
  /** A person waits for the answer, and not a program. */
  readonly isPerson: boolean;
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
    this.#people = new FairLine(capacity, halvedAfter);
    this.#programs = new FairLine(capacity, halvedAfter);
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

  /** Fewer turns than networks have on average, on its side. */
  asksSeldom(place: SidedPlace): boolean {
    const side = this.#sideOf(place);
    return side.turnsOf(place.network) < side.averageTurns;
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
