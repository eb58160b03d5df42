import { isDeepStrictEqual } from 'node:util';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { AppNames } from './app-ends.ts';
import type { Delivered } from './logout-delivery.ts';
import type { LogoutReceiver } from './logout-receiver.ts';
import type { NoticeQueue, TakenNotice } from './notice-queue.ts';
import { ReceiversByName } from './receivers-by-name.ts';

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

export interface LogoutTurnsSettings {
  readonly queue: NoticeQueue;
  readonly names: AppNames;
  /** Those that there are now. */
  readonly receivers: () => readonly LogoutReceiver[];
  /** The signal breaks it off. */
  readonly send: (receiver: LogoutReceiver, notice: TakenNotice, signal: AbortSignal) => Promise<Delivered>;
  readonly onOutcome: (told: {
    client: string;
    outcome: NoticeOutcome;
    reason?: string;
    tries: number;
  }) => void;
  /** Hears what the store did not take. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends what waits, to each receiver by itself. */
export class LogoutTurns {
  readonly #with: LogoutTurnsSettings;
  readonly #receivers: ReceiversByName;
  readonly #lines = new Map<string, ReceiverLine>();
  /** Of receivers that are gone or have changed: what was being sent ends as it began. */
  #former: ReceiverLine[] = [];
  readonly #looking: IntervalTask;

  constructor(settings: LogoutTurnsSettings) {
    this.#with = settings;
    this.#receivers = new ReceiversByName(settings.receivers, settings.names);
    this.#looking = new IntervalTask(
      () => Promise.all(this.#linesNow().map((line) => line.fill())),
      LOOK_PAUSE,
      settings.onFailure,
    );
  }

  #linesNow(): ReceiverLine[] {
    const { now } = this.#receivers;
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

  /** How many notices wait or are being sent. */
  async depth(): Promise<number> {
    const counts = await Promise.all(this.#linesNow().map(({ name }) => this.#with.queue.count(name)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Takes no more, and breaks off those under way: an app that hangs keeps no server from stopping. Another one sends them. */
  async stop(): Promise<void> {
    const lines = [...this.#linesNow(), ...this.#former];
    for (const line of lines) line.close();
    await this.#looking.stop();
    await Promise.all(lines.map((line) => line.settled()));
  }
}

/** One receiver, under one of the names that its queue may have. */
class ReceiverLine {
  readonly name: string;
  readonly receiver: LogoutReceiver;
  readonly #with: LogoutTurnsSettings;
  #isLeaving = false;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(settings: LogoutTurnsSettings, receiver: LogoutReceiver, name: string) {
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
  async #serve(taken: TakenNotice): Promise<void> {
    const { queue, send, onOutcome } = this.#with;
    const { signal } = this.#stopping;
    const tried = await send(this.receiver, taken, signal);
    if (tried.outcome === 'failed' && signal.aborted) return;
    const tries = taken.tries + 1;
    const planned = PAUSES[taken.tries];
    const told = {
      client: this.receiver.clientId,
      tries,
      ...('reason' in tried && { reason: tried.reason }),
    };
    if (tried.outcome === 'failed' && planned !== undefined) {
      await queue.fail(this.name, taken, Math.max(spread(planned), tried.pause));
      return onOutcome({ ...told, outcome: 'failed' });
    }
    await queue.end(this.name, taken);
    onOutcome({ ...told, outcome: tried.outcome === 'failed' ? 'given-up' : tried.outcome });
  }
}

function spread(pause: number): number {
  return Math.round(pause * (1 - SPREAD + 2 * SPREAD * Math.random()));
}
