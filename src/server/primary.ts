/** The process that has workers: it starts, replaces and stops them, shares connections out, and serves nothing itself. */
import type { Logger } from 'pino';
import { MetricsOfAll } from '../audit/metrics-of-all.ts';
import type { Config } from '../config/config.ts';
import { forkWorker, prepareWorkers } from './worker-process.ts';
import { Workers } from './workers.ts';

/** Milliseconds for a worker to become ready, beside what it waits for the store. */
const START = 60_000;
/** Milliseconds that workers have to say what they have counted; then what they said last counts. */
const FIGURES = 2000;

/** @param environment of the workers, where it differs from this process's */
export function workersOf(
  config: Pick<Config, 'workers' | 'redisWait'>,
  environment: Record<string, string>,
  log: Logger,
): Workers {
  prepareWorkers();
  const metrics = new MetricsOfAll();
  const heard = new Map<number, PromiseWithResolvers<void>>();
  const onFigures = (id: number, figures: Parameters<MetricsOfAll['hear']>[1]) => {
    metrics.hear(id, figures);
    heard.get(id)?.resolve();
    heard.delete(id);
  };
  const ask = (worker: Workers['ready'][number]) => {
    const answered = heard.get(worker.id) ?? Promise.withResolvers<void>();
    heard.set(worker.id, answered);
    worker.tell('figures');
    return answered.promise;
  };
  const figuresOfAll = async () => {
    await withinTime(Promise.all(workers.ready.map(ask)), FIGURES);
    return metrics.text();
  };
  const workers: Workers = new Workers({
    count: config.workers,
    fork: () => forkWorker(environment, { onFigures, figuresOfAll }),
    readyWithin: config.redisWait + START,
    log,
    onEnd: (id, wasAsked) => {
      heard.get(id)?.resolve();
      heard.delete(id);
      metrics.forget(id);
      if (!wasAsked) metrics.countEnd();
    },
  });
  return workers;
}

async function withinTime(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const timeUp = Promise.withResolvers<void>();
  const timer = setTimeout(timeUp.resolve, milliseconds);
  await Promise.race([work, timeUp.promise]);
  clearTimeout(timer);
}
