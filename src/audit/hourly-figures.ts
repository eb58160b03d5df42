/** What happens here, by the hour: for the people who run the server and have no Prometheus, and for its overview. */
import type { EventKind } from '../events/event.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { SecurityEventName } from './security-log.ts';

export const FIGURES = [
  'sign_ins',
  'refused',
  'devices_linked',
  'deregistered',
  'replayed',
  'not_me',
  'limits_met',
] as const;

export type Figure = (typeof FIGURES)[number];

export type Figures = Readonly<Record<Figure, number>>;

/** Hours that can be asked for: 35 days. */
export const MAX_HOURS = 35 * 24;
export const HOUR = 3_600_000;
/** Milliseconds for which a process gathers before it writes: what it has gathered is lost with it. */
const GATHERED_MS = 10_000;

const FIGURE_OF: Readonly<Partial<Record<SecurityEventName, Figure>>> = {
  'signed-in': 'sign_ins',
  'sign-in-refused': 'refused',
  'sign-in-code-refused': 'refused',
  'second-step-refused': 'refused',
  'device-linked': 'devices_linked',
  'device-deregistered': 'deregistered',
  'device-signed-off': 'deregistered',
  'device-replayed': 'replayed',
  'not-me': 'not_me',
  'limit-met': 'limits_met',
} satisfies Partial<Record<SecurityEventName | EventKind, Figure>>;

export interface HourlyFigureStore {
  /** @param hour when it began, milliseconds since 1970. @throws StoreUnavailable: it may have been added */
  add(hour: number, counted: ReadonlyMap<Figure, number>): Promise<void>;
  /** In the order of the hours; zeros where nothing was counted. */
  read(hours: readonly number[]): Promise<Figures[]>;
}

/** Counts in this process, and adds it to what all have counted, now and then. */
export class HourlyFigures {
  readonly #store: HourlyFigureStore;
  readonly #now: () => number;
  #task: IntervalTask | undefined;
  #counted = new Map<number, Map<Figure, number>>();

  constructor(store: HourlyFigureStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** What could not be added is lost: it is not known whether it was. */
  start(): void {
    this.#task ??= new IntervalTask(
      () => this.#flush(),
      GATHERED_MS,
      () => undefined,
    );
  }

  count(event: SecurityEventName): void {
    const figure = FIGURE_OF[event];
    if (figure === undefined) return;
    const hour = hourOf(this.#now());
    const counted = this.#counted.get(hour) ?? new Map<Figure, number>();
    this.#counted.set(hour, counted);
    counted.set(figure, (counted.get(figure) ?? 0) + 1);
  }

  async stop(): Promise<void> {
    await this.#task?.stop();
    await this.#flush().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const counted = this.#counted;
    this.#counted = new Map();
    for (const [hour, figures] of counted) await this.#store.add(hour, figures);
  }
}

const hourOf = (time: number) => time - (time % HOUR);

/** The last hours, the newest first; the first of them has only begun. */
export async function lastHours(
  store: Pick<HourlyFigureStore, 'read'>,
  hours: number,
  now: number,
): Promise<(Figures & { readonly hour: number })[]> {
  const begun = Array.from({ length: hours }, (_hour, back) => hourOf(now) - back * HOUR);
  const figures = await store.read(begun);
  return begun.flatMap((hour, at) => {
    const found = figures[at];
    return found ? [{ hour, ...found }] : [];
  });
}
