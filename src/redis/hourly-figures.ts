import {
  FIGURES,
  type Figure,
  type Figures,
  HOUR,
  type HourlyFigureStore,
  MAX_HOURS,
} from '../audit/hourly-figures.ts';
import type { StoreContext } from './store-context.ts';

const KEPT_MS = (MAX_HOURS + 1) * HOUR;

/** A hash for each hour, all in one slot. */
export class RedisHourlyFigures implements HourlyFigureStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async add(hour: number, counted: ReadonlyMap<Figure, number>): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const stats = keyspace.stats(hour / HOUR);
    await scripts.change('countHour', { stats }, [KEPT_MS, ...[...counted].flat()]);
  }

  async read(hours: readonly number[]): Promise<Figures[]> {
    const { scripts, keyspace } = this.#context;
    const read = (hour: number) =>
      scripts.plain('reading hourly figures', (redis) =>
        redis.hmget(keyspace.stats(hour / HOUR), ...FIGURES),
      );
    return (await Promise.all(hours.map(read))).map((counts) => {
      const entries = FIGURES.map((figure, at) => [figure, Number(counts[at] ?? 0)] as const);
      return Object.fromEntries(entries) as Record<Figure, number>;
    });
  }
}
