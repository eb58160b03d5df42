/** A worker as the first process sees it, by `node:cluster`. */
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessFigures } from '../audit/metrics.ts';
import { closeWithWorker } from './handed-connections.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';
import type { WorkerProcess } from './workers.ts';
import type { WorkerEnd } from './workers-failed.ts';

interface WorkerEvents {
  readonly onFigures: (id: number, figures: ProcessFigures) => void;
  /** Of all workers, as text. */
  readonly figuresOfAll: () => Promise<string>;
}

/** Milliseconds. */
const LAST_WORDS = 1000;

/**
 * Connections are shared out by this process, each to the next worker that has time: so they are shared evenly, and none is
 * lost in the line of a worker that ends.
 */
export function prepareWorkers(): void {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  // As JSON a figure that is no number would arrive as 0.
  cluster.setupPrimary({ serialization: 'advanced' });
}

/** @param environment what differs from this process's */
export function forkWorker(environment: Record<string, string>, events: WorkerEvents): WorkerProcess {
  const worker = cluster.fork(environment);
  closeWithWorker(worker.process);
  const tell = (message: ToWorker) => {
    // It has ended, which is heard of elsewhere.
    if (worker.isConnected()) worker.send(message, () => undefined);
  };
  worker.on('error', () => undefined);
  worker.on('message', (message: FromWorker) => {
    if ('figures' in message) events.onFigures(worker.id, message.figures);
    else void events.figuresOfAll().then((text) => tell({ answer: message.question, text }));
  });
  return {
    id: worker.id,
    pid: worker.process.pid,
    tell: (order) => tell({ order }),
    kill: (signal) => void worker.process.kill(signal),
    ready: new Promise((resolve) => worker.once('listening', resolve)),
    ended: endOf(worker),
  };
}

/** When it is gone, and what it has said is heard. Node.js never says `exit` of one that the system did not start. */
async function endOf(worker: Worker): Promise<WorkerEnd> {
  if (worker.process.pid === undefined) {
    return new Promise((resolve) =>
      worker.once('error', ({ code = 'not started' }: NodeJS.ErrnoException) =>
        resolve({ code: null, signal: code }),
      ),
    );
  }
  const heard = new Promise((resolve) => worker.once('disconnect', () => resolve(undefined)));
  const end = await new Promise<WorkerEnd>((resolve) =>
    worker.once('exit', (code: number | null, signal: string | null) => resolve({ code, signal })),
  );
  // Node.js never says that it is all where a connection was on its way to the worker.
  if (end.code === 0) await Promise.race([heard, sleep(LAST_WORDS, undefined, { ref: false })]);
  return end;
}
