/** Figures of several processes as if they were one. */
import { AggregatorRegistry, Counter, Registry } from 'prom-client';
import { type ProcessFigures, WORKER_ENDS } from './metrics.ts';

const GROWS = ['counter', 'histogram'];

/**
 * What has been counted stays counted when a process ends: a sum that fell would be read as a start from nothing, and all
 * that is left of it as having happened since.
 */
export class MetricsOfAll {
  /** By process, as it said last. */
  readonly #last = new Map<number, ProcessFigures>();
  #ended: Promise<ProcessFigures> = Promise.resolve([]);
  readonly #own = new Registry();
  readonly #ends = new Counter({
    name: `latchkey_${WORKER_ENDS.name}`,
    help: WORKER_ENDS.help,
    registers: [this.#own],
  });

  /** @param id of the process */
  hear(id: number, figures: ProcessFigures): void {
    this.#last.set(id, figures);
  }

  countEnd(): void {
    this.#ends.inc();
  }

  /** Of a process that has ended: what it has counted stays. */
  forget(id: number): void {
    const counted = (this.#last.get(id) ?? []).filter(({ type }) => GROWS.includes(String(type)));
    this.#last.delete(id);
    this.#ended = this.#ended.then((ended) => together([ended, counted]).getMetricsAsJSON());
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    // At one moment: a process that ends meanwhile is counted once.
    const [living, ended] = [[...this.#last.values()], this.#ended];
    const own = await this.#own.getMetricsAsJSON();
    return together([...living, await ended, own]).metrics();
  }
}

function together(figures: readonly ProcessFigures[]): Registry {
  return AggregatorRegistry.aggregate([...figures]);
}
