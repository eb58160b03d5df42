import { InWork } from './in-work.ts';
import { PeopleFirst, type SidedPlace } from './people-first.ts';

/** As long as no more are in work, and none waits, everything begins when it comes and nothing is counted. */
const CALM = 4;
/** Milliseconds between looks how late the thread is. */
const LOOK_PAUSE = 2;

/** Milliseconds. */
interface Lateness {
  /** Beyond it half of what is in work may be, … */
  readonly late: number;
  /** … and up to this a quarter more may be, and one. */
  readonly inTime: number;
}

const USUAL: Lateness = { late: 3, inTime: 1.5 };
/** Less is in work at once, at a price: now and then the thread waits for the store and has nothing else to do. */
const BESIDE_PERSON: Lateness = { late: 1, inTime: 0.5 };
/** Milliseconds after a request of a person whose network asks seldom: to sign in or approve takes several in a row. */
const PERSON_STAYS = 100;
const MAX_PLACES = 100_000;
/** Of networks that ask seldom so many begin beside that, … */
const SELDOM_PLACES = 4;
/** … and while one of them is in work no other network's begins, for so many looks at most. */
const MAX_HELD = 3;
/** Milliseconds. What is in work for longer waits for something else (a hash, a slow sender, the store) and counts no more. */
const COUNTED_FOR = 30;
/** So many people may wait, and so many programs, … */
const CAPACITY = 4096;
/** … and of all connections that are held no more than this share, so that devices that wait leave some to owners. */
const SHARE = 1 / 2;
/** All counts of turns are halved after so many: at the busiest some seconds. */
const HALVED_AFTER = 4096;

export interface AdmissionSettings<T> {
  /** Connections that are held at once, at most. */
  readonly connections: number;
  readonly begin: (item: T) => void;
  /** It had to leave a full line, and is never begun. */
  readonly refuse: (item: T) => void;
  /** Its client has gone away while it waited. */
  readonly isGone: (item: T) => boolean;
  readonly placeOf: (item: T) => SidedPlace;
  /** So many programs may wait, at the pace of late. */
  readonly programs: () => number;
  /** Milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a processor that the thread has used so far. */
  readonly worked: () => number;
  /** Calls back when what is ready by now has had its turn, arrivals included. */
  readonly soon: (fill: () => void) => void;
  /** Connections are being taken, one after the other, and more may come: programs wait for that. */
  readonly areComing: () => boolean;
  /** So many connections are held that no request of a program may even wait. */
  readonly areTooMany: () => boolean;
  /** Calls back once, after so many milliseconds, when the thread comes to it. */
  readonly later: (look: () => void, milliseconds: number) => void;
}

/**
 * A line before the one thread that works for all requests. While the thread is in time everything begins when it comes.
 * Where it is late, few are in work at once, so that each is soon done, and the next is of the network that has asked
 * least of late: an owner beside a flood waits for one of its requests, not for all of them. People go before programs.
 */
export class Admission<T extends object> {
  readonly #with: AdmissionSettings<T>;
  readonly #line: PeopleFirst<T>;
  readonly #inWork = new InWork<T>();
  readonly #ofSeldom = new InWork<T>();
  readonly #ofKnown = new InWork<T>();
  readonly #works = [this.#inWork, this.#ofSeldom, this.#ofKnown];
  #places = MAX_PLACES;
  #isLooking = false;
  #isFilling = false;
  #held = 0;
  #due = 0;
  #personUntil = Number.NEGATIVE_INFINITY;
  #workedBefore = 0;

  constructor(settings: AdmissionSettings<T>) {
    this.#with = settings;
    const capacity = Math.min(CAPACITY, Math.ceil(settings.connections * SHARE));
    this.#line = new PeopleFirst(capacity, HALVED_AFTER);
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Begins it, now or in its turn, or refuses it. Tell `finished` when it is done. */
  arrive(item: T): void {
    if (this.#with.areTooMany() && !this.#with.placeOf(item).isPerson) return this.#with.refuse(item);
    const isFree = this.#line.length === 0 && this.#hasPlace;
    if (isFree && !this.#isLooking) return this.#begin(this.#inWork, item);
    const place = this.#with.placeOf(item);
    const work = this.#overtaking(place) ?? (isFree ? this.#inWork : undefined);
    if (work) {
      this.#line.countTurn(place);
      return this.#begin(work, item);
    }
    if (!place.isPerson) this.#line.programs = this.#with.programs();
    const left = this.#line.add(place, item);
    if (left) this.#with.refuse(left);
    this.#look();
  }

  /** It is done, or its client has gone. Telling it again, or of one that was refused, changes nothing. */
  finished(item: T): void {
    for (const work of this.#works) if (work.delete(item)) break;
    this.#fillSoon();
  }

  /** Not at once: what needs no store would follow each other without end, and nothing else would be heard. */
  #fillSoon(): void {
    if (this.#line.length === 0 || this.#isFilling) return;
    this.#isFilling = true;
    this.#with.soon(() => {
      this.#isFilling = false;
      this.#fill();
    });
  }

  get #hasPlace(): boolean {
    return this.#inWork.size < this.#places && !this.#isHeld && !this.#isOverdue;
  }

  /** What came at once keeps the thread so busy that it has not even come to look. */
  get #isOverdue(): boolean {
    return this.#isLooking && this.#with.now() - this.#due > this.#lateness.late;
  }

  get #isHeld(): boolean {
    const others = this.#ofSeldom.size + this.#ofKnown.size;
    return others > 0 && this.#places < MAX_PLACES && this.#held < MAX_HELD;
  }

  get #lateness(): Lateness {
    return this.#with.now() < this.#personUntil ? BESIDE_PERSON : USUAL;
  }

  /** Where it belongs if it begins before those who wait. */
  #overtaking(place: SidedPlace): InWork<T> | undefined {
    const isKnown = this.#line.isOfKnown(place);
    if (!isKnown && !this.#mayOvertake(place)) return undefined;
    if (place.isPerson) this.#personUntil = this.#with.now() + PERSON_STAYS;
    const work = isKnown ? this.#ofKnown : this.#ofSeldom;
    return work.size < SELDOM_PLACES ? work : undefined;
  }

  #mayOvertake(place: SidedPlace): boolean {
    if (!place.isPerson && this.#with.areComing()) return false;
    const isHeld = this.#ofKnown.size > 0 && this.#held < MAX_HELD;
    return !isHeld && this.#line.mayOvertake(place);
  }

  #begin(work: InWork<T>, item: T): void {
    work.add(item, this.#with.now());
    if (this.#inWork.size > CALM) this.#look();
    this.#with.begin(item);
  }

  #fill(): void {
    while (this.#line.length > 0 && this.#hasPlace) {
      const item = this.#line.next();
      if (item && !this.#with.isGone(item)) this.#begin(this.#inWork, item);
    }
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#due = this.#with.now() + LOOK_PAUSE;
    this.#workedBefore = this.#with.worked();
    this.#with.later(() => this.#looked(), LOOK_PAUSE);
  }

  #looked(): void {
    this.#isLooking = false;
    const now = this.#with.now();
    for (const work of this.#works) work.forget(now - COUNTED_FOR);
    // What the system gave to other programs meanwhile is no fault of the requests: fewer at once would mend nothing.
    this.#adjust(Math.min(now - this.#due, this.#with.worked() - this.#workedBefore));
    this.#held = this.#line.length > 0 && this.#isHeld ? this.#held + 1 : 0;
    this.#fillSoon();
    if (this.#line.length > 0 || this.#inWork.size > CALM) this.#look();
    else this.#places = MAX_PLACES;
  }

  #adjust(late: number): void {
    const lateness = this.#lateness;
    if (late > lateness.late) this.#places = Math.max(Math.min(this.#places, this.#inWork.size) >> 1, 1);
    else if (late <= lateness.inTime)
      this.#places = Math.min(this.#places + (this.#places >> 2) + 1, MAX_PLACES);
  }
}
