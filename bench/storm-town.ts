/**
 * A power cut in a town, in virtual time: every device refreshes when the current is back. What is said to those who find no
 * place is either the same for all, or by the server's own `RetryTimes`. The same seed gives the same storm.
 */
import { SeededRandom } from '../checks/check.ts';
import { RetryTimes } from '../src/limits/retry-times.ts';

export interface Storm {
  devices: number;
  /** Of the server. */
  processes: number;
  /** Milliseconds of a process for one refresh, … */
  refresh: number;
  /** … and for taking a connection and reading the head of a request, refused or not. */
  arrival: number;
  /** Seconds within which all devices have started. */
  boot: number;
  /** `same`: 3 seconds for all, and one line for people and devices, as it was; `spread`: as it is. */
  mode: 'same' | 'spread';
  seed: number;
}

export interface Outcome {
  /** Seconds until the last device had its tokens; `undefined`: not within a quarter of an hour. */
  over: number | undefined;
  requests: number;
  refused: number;
  /** Devices that heard nothing within their time-out, each time. */
  unheard: number;
  /** Milliseconds for which an owner's page waits before it begins, 99 of 100. */
  ownersWait: number;
}

interface Call {
  readonly device: number;
  readonly at: number;
}

const PLACES = 4096;
const SAME_SECONDS = 3;
/** Milliseconds. A device that hears nothing for so long asks again after as long as that, then twice as long, … */
const TIMEOUT = 10_000;
const MAX_PAUSE = 60_000;
/** Longer than any town should wait. */
const LONGEST = 900_000;
const OWNER_EVERY = 50;

/** In one turn of its event loop a process reads so many arrivals at most, … */
const READ = 1024;
/** … and then begins so many that wait. */
const BEGUN = 8;

/** One process: one thread. */
class Process {
  readonly arriving: Call[] = [];
  readonly line: Call[] = [];
  #arrived = 0;
  #served = 0;
  #credit = 0;
  /** Of this turn of the loop. */
  #step = 0;
  readonly #storm: Storm;
  readonly #times: RetryTimes;

  constructor(storm: Storm, now: () => number, random: () => number) {
    this.#storm = storm;
    this.#times = new RetryTimes(now, random);
  }

  get waiting(): number {
    return this.line.length - this.#served;
  }

  get unread(): number {
    return this.arriving.length - this.#arrived;
  }

  /** A millisecond of its thread. */
  work(on: { refuse: (call: Call, seconds: number) => void; serve: (call: Call) => void }): void {
    this.#credit = Math.min(this.#credit + 1, 1);
    while (this.#credit > 0 && (this.unread > 0 || this.waiting > 0)) {
      if (this.#step < READ && this.unread > 0) {
        this.#step += 1;
        this.#accept(on.refuse);
      } else if (this.waiting > 0 && this.#step < READ + BEGUN) {
        this.#step = Math.max(this.#step, READ) + 1;
        this.#serve(on.serve);
      } else this.#step = 0;
    }
    if (this.unread === 0) this.#arrived = this.arriving.length = 0;
    if (this.waiting === 0) this.#served = this.line.length = 0;
  }

  get #places(): number {
    return this.#storm.mode === 'same' ? PLACES : Math.min(PLACES, this.#times.places);
  }

  #accept(refuse: (call: Call, seconds: number) => void): void {
    const call = this.arriving[this.#arrived++] as Call;
    this.#credit -= this.#storm.arrival;
    if (this.waiting < this.#places) this.line.push(call);
    else
      refuse(call, this.#storm.mode === 'same' ? SAME_SECONDS : this.#times.refused(`home ${call.device}`));
  }

  #serve(serve: (call: Call) => void): void {
    const call = this.line[this.#served++] as Call;
    this.#credit -= this.#storm.refresh;
    this.#times.begun(this.waiting > 0);
    serve(call);
  }
}

/** Which devices ask in which millisecond. */
class Agenda {
  readonly #planned: number[][] = [];

  add(device: number, millisecond: number): void {
    const planned = this.#planned[millisecond];
    if (planned) planned.push(device);
    else this.#planned[millisecond] = [device];
  }

  take(millisecond: number): readonly number[] {
    const planned = this.#planned[millisecond] ?? [];
    delete this.#planned[millisecond];
    return planned;
  }
}

export function simulate(storm: Storm): Outcome {
  const random = new SeededRandom(storm.seed);
  let now = 0;
  const agenda = new Agenda();
  const tries = new Uint8Array(storm.devices);
  const plan = (device: number, at: number) => agenda.add(device, Math.max(Math.ceil(at), now + 1));
  const outcome: Outcome = { over: undefined, requests: 0, refused: 0, unheard: 0, ownersWait: 0 };
  const processes = Array.from(
    { length: storm.processes },
    () =>
      new Process(
        storm,
        () => now,
        () => random.next(),
      ),
  );
  for (let device = 0; device < storm.devices; device += 1) plan(device, random.next() * storm.boot * 1000);
  let left = storm.devices;
  const refuse = ({ device }: Call, seconds: number) => {
    outcome.refused += 1;
    plan(device, now + seconds * 1000);
  };
  const serve = ({ device, at }: Call) => {
    if (now - at <= TIMEOUT) left -= 1;
    else {
      outcome.unheard += 1;
      const pause = Math.min(TIMEOUT * 2 ** (tries[device] ?? 0), MAX_PAUSE);
      tries[device] = Math.min((tries[device] ?? 0) + 1, 8);
      plan(device, at + TIMEOUT + pause);
    }
  };
  const waits: number[] = [];
  for (now = 1; left > 0 && now < LONGEST; now += 1) {
    for (const device of agenda.take(now)) {
      outcome.requests += 1;
      random.pick(processes).arriving.push({ device, at: now });
    }
    for (const process of processes) process.work({ refuse, serve });
    if (now % OWNER_EVERY === 0) waits.push(waitOf(random.pick(processes), storm));
  }
  if (left === 0) outcome.over = now / 1000;
  waits.sort((one, other) => one - other);
  outcome.ownersWait = waits[Math.floor(waits.length * 0.99)] ?? 0;
  return outcome;
}

/** Behind what has not been read yet, which no line can put off, and, where there is one line for all, behind that. */
function waitOf({ unread, waiting }: Process, { arrival, refresh, mode }: Storm): number {
  const begun = mode === 'same' ? waiting : Math.min(waiting, 1);
  return unread * arrival + begun * refresh;
}
