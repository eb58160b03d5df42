/** Workers without processes, in a time of their own. */
import { type WorkerProcess, Workers } from '../../src/server/workers.ts';

export const settled = () => new Promise((resolve) => setImmediate(resolve));

class FakeWorker implements WorkerProcess {
  readonly id: number;
  readonly pid = undefined;
  readonly heard: string[] = [];
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<{ code: number | null; signal: string | null }>();

  constructor(id: number) {
    this.id = id;
  }

  get ready() {
    return this.#ready.promise;
  }

  get ended() {
    return this.#ended.promise;
  }

  tell(order: string): void {
    this.heard.push(order);
  }

  kill(signal: string): void {
    this.heard.push(signal);
    if (signal === 'SIGKILL') this.#ended.resolve({ code: null, signal });
  }

  async serves(): Promise<void> {
    this.#ready.resolve();
    await settled();
  }

  async ends(code: number | null = null, signal: string | null = code === null ? 'SIGKILL' : null) {
    this.#ended.resolve({ code, signal });
    await settled();
  }
}

/** Two workers, unless said otherwise, and the clock in hand. */
export function startedWorkers(count = 2) {
  const forked: FakeWorker[] = [];
  const lines: string[] = [];
  const due: { at: number; act: () => void }[] = [];
  let now = 0;
  const say = (_facts: unknown, line?: string) => void lines.push(line ?? String(_facts));
  const workers = new Workers({
    count,
    fork: () => {
      const worker = new FakeWorker(forked.length + 1);
      forked.push(worker);
      return worker;
    },
    readyWithin: 120_000,
    log: { info: say, error: say },
    onEnd: () => {},
    now: () => now,
    later: (act, milliseconds) => void due.push({ at: now + milliseconds, act }),
  });
  const pass = async (milliseconds: number) => {
    now += milliseconds;
    for (const { act } of due.filter(({ at }) => at <= now)) act();
    due.splice(0, due.length, ...due.filter(({ at }) => at > now));
    await settled();
  };
  const worker = (id: number) => {
    const found = forked[id - 1];
    if (!found) throw new Error(`no worker ${id}`);
    return found;
  };
  const started = workers.start();
  const serving = async () => {
    await worker(1).serves();
    await started;
    for (let id = 2; id <= count; id += 1) await worker(id).serves();
  };
  return { workers, worker, forked, lines, pass, started, serving };
}
