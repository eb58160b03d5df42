import { isDeepStrictEqual } from 'node:util';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { Delivered } from './delivered.ts';
import type { NoticeQueue, TakenNotice } from './notice-queue.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Before each further try of one notice: about three days. */
const PAUSES = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Each is a fifth longer or shorter, so that what failed together is not tried together. */
const SPREAD = 0.2;
/** Milliseconds between looks for a notice whose time has come. */
const LOOK_PAUSE = 500;
/** Requests of one server to one receiver at once. */
const AT_ONCE = 2;

/** `given-up`: not taken in three days. */
export type NoticeOutcome = Delivered['outcome'] | 'given-up';

/** What became of a try, for the operator. */
interface NoticeTold<Receiver> {
  readonly receiver: Receiver;
  readonly outcome: NoticeOutcome;
  readonly reason?: string;
  readonly tries: number;
}

interface NoticeTurnsSettings<Receiver, Body> {
  readonly queue: NoticeQueue<Body>;
  /** Those that there are now, by the names of their queues. */
  readonly receivers: () => ReadonlyMap<string, Receiver>;
  /** The signal breaks it off. */
  readonly send: (receiver: Receiver, notice: TakenNotice<Body>, signal: AbortSignal) => Promise<Delivered>;
  /** Keeps what the receiver has not taken and is not tried any more; without it that is gone. */
  readonly deadLetter?: (name: string, notice: TakenNotice<Body>, reason: string) => Promise<void>;
  readonly onOutcome: (told: NoticeTold<Receiver>) => void;
  /** Hears what the store did not take. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends what waits, to each receiver by itself. */
export class NoticeTurns<Receiver, Body> {
  readonly #with: NoticeTurnsSettings<Receiver, Body>;
  readonly #lines = new Map<string, ReceiverLine<Receiver, Body>>();
  /** Of receivers that are gone or have changed: what was being sent ends as it began. */
  #former: ReceiverLine<Receiver, Body>[] = [];
  readonly #looking: IntervalTask;

  constructor(settings: NoticeTurnsSettings<Receiver, Body>) {
    this.#with = settings;
    this.#looking = new IntervalTask(
      () => Promise.all(this.#linesNow().map((line) => line.fill())),
      LOOK_PAUSE,
      settings.onFailure,
    );
  }

  #linesNow(): ReceiverLine<Receiver, Body>[] {
    const now = this.#with.receivers();
    this.#former = this.#former.filter((line) => line.isSending);
    for (const [name, line] of this.#lines) {
      if (isDeepStrictEqual(now.get(name), line.receiver)) continue;
      line.leave();
      this.#former.push(line);
      this.#lines.delete(name);
    }
    for (const [name, receiver] of now)
      if (!this.#lines.has(name)) this.#lines.set(name, new ReceiverLine(this.#with, receiver, name));
    return [...this.#lines.values()];
  }

  /** Something was queued: it does not wait for the next look. */
  hurry(): void {
    for (const line of this.#linesNow()) line.fill().catch(this.#with.onFailure);
  }

  /** How many notices wait or are being sent. */
  async depth(): Promise<number> {
    const counts = await Promise.all(this.#linesNow().map(({ name }) => this.#with.queue.count(name)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Takes no more, and breaks off those under way: a receiver that hangs keeps no server from stopping. Another one sends them. */
  async stop(): Promise<void> {
    const lines = [...this.#linesNow(), ...this.#former];
    for (const line of lines) line.close();
    await this.#looking.stop();
    await Promise.all(lines.map((line) => line.settled()));
  }
}

/** One receiver, under one of the names that its queue may have. */
class ReceiverLine<Receiver, Body> {
  readonly name: string;
  readonly receiver: Receiver;
  readonly #with: NoticeTurnsSettings<Receiver, Body>;
  #isLeaving = false;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(settings: NoticeTurnsSettings<Receiver, Body>, receiver: Receiver, name: string) {
    this.#with = settings;
    this.receiver = receiver;
    this.name = name;
  }

  get isSending(): boolean {
    return this.#underWay.size > 0 || this.#filling !== undefined;
  }

  /** Takes no more. */
  leave(): void {
    this.#isLeaving = true;
  }

  close(): void {
    this.#stopping.abort();
  }

  async settled(): Promise<void> {
    await this.#filling?.catch(() => undefined);
    await Promise.all(this.#underWay);
  }

  /** One at a time, since a free place is counted before it is taken. */
  fill(): Promise<void> {
    this.#filling ??= this.#take().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  async #take(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && !this.#isLeaving && this.#underWay.size < AT_ONCE) {
      const taken = await this.#with.queue.take(this.name);
      if (!taken || signal.aborted) return;
      const sending: Promise<void> = this.#serve(taken)
        .catch(this.#with.onFailure)
        .finally(() => {
          this.#underWay.delete(sending);
          this.fill().catch(this.#with.onFailure);
        });
      this.#underWay.add(sending);
    }
  }

  /** Where the store fails on the way, or this server stops, the notice comes again by itself. */
  async #serve(taken: TakenNotice<Body>): Promise<void> {
    const { queue, send, onOutcome } = this.#with;
    const { signal } = this.#stopping;
    const tried = await send(this.receiver, taken, signal);
    if (tried.outcome === 'failed' && signal.aborted) return;
    const tries = taken.tries + 1;
    const planned = PAUSES[taken.tries];
    const told = {
      receiver: this.receiver,
      tries,
      ...('reason' in tried && { reason: tried.reason }),
    };
    if (tried.outcome === 'failed' && planned !== undefined) {
      await queue.fail(this.name, taken, Math.max(spread(planned), tried.pause));
      return onOutcome({ ...told, outcome: 'failed' });
    }
    const { deadLetter } = this.#with;
    if (deadLetter && tried.outcome !== 'sent') await deadLetter(this.name, taken, tried.reason);
    else await queue.end(this.name, taken);
    onOutcome({ ...told, outcome: tried.outcome === 'failed' ? 'given-up' : tried.outcome });
  }
}

function spread(pause: number): number {
  return Math.round(pause * (1 - SPREAD + 2 * SPREAD * Math.random()));
}
