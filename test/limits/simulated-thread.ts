import { SeededRandom } from '../../checks/check.ts';
import { Admission } from '../../src/limits/admission.ts';
import { networkOfAccount } from '../../src/limits/people-first.ts';

/** What one request takes of the thread, piece by piece, and how long the store takes between two pieces; milliseconds. */
export interface Work {
  readonly pieces: readonly number[];
  readonly store: number;
}

/** Whose request it is. */
interface Sender {
  readonly network: string;
  /** By a browser that is known for an account. */
  readonly isKnown?: boolean;
}

interface Request extends Work, Sender {
  readonly done: () => void;
}

/** Accepting a connection and reading the head of a request, which no line can put off. */
const ARRIVAL = 0.15;
/** Between client and server, one way. */
const TRAVEL = 0.3;

/** All clients have their connections, and programs may wait as long as there are places. */
export const FEW_CONNECTIONS = {
  areComing: () => false,
  areTooMany: () => false,
  programs: () => Number.POSITIVE_INFINITY,
};

/**
 * One thread in virtual time, on which tasks run in the order in which they became ready, as in an event loop. No
 * other work of this machine changes what it measures.
 */
export class SimulatedThread {
  readonly #random = new SeededRandom(1);
  readonly #ready: { cost: number; run: () => void }[] = [];
  readonly #events: { at: number; run: () => void }[] = [];
  readonly #line: Admission<Request> | undefined;
  now = 0;
  #worked = 0;
  /** So many requests were refused. */
  refused = 0;

  constructor(hasLine: boolean) {
    if (!hasLine) return;
    this.#line = new Admission<Request>({
      connections: Number.POSITIVE_INFINITY,
      begin: (request) => this.#work(request),
      refuse: (request) => {
        this.refused += 1;
        request.done();
      },
      isGone: () => false,
      placeOf: ({ network, isKnown = false }) => {
        return { network: isKnown ? networkOfAccount(network) : network, account: '', isPerson: true };
      },
      now: () => this.now,
      ...FEW_CONNECTIONS,
      worked: () => this.#worked,
      soon: (fill) => this.#task(0, fill),
      // A timer is up to a millisecond late by itself, and waits for the thread.
      later: (look, ms) => this.after(ms + this.#random.next(), () => this.#task(0.01, look)),
    });
  }

  after(ms: number, run: () => void): void {
    const at = this.now + ms;
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.at ?? 0) > at) place -= 1;
    this.#events.splice(place, 0, { at, run });
  }

  /** A client sends a request, and `answered` follows. */
  send(sender: Sender, work: Work, answered: () => void): void {
    const request = { ...work, ...sender, done: () => this.after(TRAVEL, answered) };
    this.after(TRAVEL, () => {
      this.#task(ARRIVAL, () => (this.#line ? this.#line.arrive(request) : this.#work(request)));
    });
  }

  run(until: number): void {
    while (this.now < until) {
      this.#happen(this.now);
      const task = this.#ready.shift();
      const next = this.#events[0];
      if (!task && !next) return;
      if (!task) {
        this.now = Math.max(this.now, next?.at ?? 0);
        continue;
      }
      const end = this.now + task.cost;
      // What becomes ready meanwhile stands in line behind it.
      this.#happen(end);
      this.now = end;
      this.#worked += task.cost;
      task.run();
    }
  }

  #happen(until: number): void {
    const began = this.now;
    for (let event = this.#events[0]; event && event.at <= until; event = this.#events[0]) {
      this.#events.shift();
      this.now = Math.max(began, event.at);
      event.run();
    }
    this.now = began;
  }

  #task(cost: number, run: () => void): void {
    this.#ready.push({ cost, run });
  }

  #work(request: Request): void {
    const { pieces, store } = request;
    const piece = (index: number) =>
      this.#task(pieces[index] ?? 0, () => {
        if (index + 1 < pieces.length) this.after(store, () => piece(index + 1));
        else {
          this.#line?.finished(request);
          request.done();
        }
      });
    piece(0);
  }
}
