/** Which worker is started, replaced and stopped when: without processes, in a time of its own. */
import { describe, expect, it } from '@jest/globals';
import { type WorkerProcess, Workers } from '../../src/server/workers.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

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
function startedWorkers(count = 2) {
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

describe('workers start', () => {
  it('one first, which alone says what keeps it from starting, with its exit code; then the others', async () => {
    const failing = startedWorkers();
    await failing.worker(1).ends(6);
    await expect(failing.started).rejects.toMatchObject({
      exitCode: 6,
      message:
        'A worker ended with 6 before it served, and no other one serves. What it said above says why.',
    });
    expect(failing.forked).toHaveLength(1);
    const { forked, serving } = startedWorkers(3);
    expect(forked).toHaveLength(1);
    await serving();
    expect(forked).toHaveLength(3);
  });

  it('and one that does not become ready in its time is ended, and tried again', async () => {
    const { worker, forked, pass } = startedWorkers();
    await pass(120_000);
    expect(worker(1).heard).toEqual(['SIGKILL']);
    await pass(0);
    expect(forked).toHaveLength(2);
  });
});

describe('a worker that dies', () => {
  it('is replaced at once; those that die young are, each time later, and the others go on', async () => {
    const { worker, forked, serving, pass } = startedWorkers();
    await serving();
    await pass(10_000);
    const pauses: number[] = [];
    for (let dying = 2; dying < 12; dying += 1) {
      if (dying > 2) await worker(dying).serves();
      await worker(dying).ends(1);
      let pause = 0;
      await pass(0);
      while (forked.length === dying) {
        pause += 1000;
        await pass(1000);
      }
      pauses.push(pause / 1000);
    }
    expect(pauses).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    expect(worker(1).heard).toEqual([]);
    // It has stood its test: the next end is the first again.
    await worker(12).serves();
    await pass(10_000);
    await worker(12).ends();
    await pass(0);
    expect(forked).toHaveLength(13);
  });

  it('five times in a row, while none serves, ends the service with a line that says so', async () => {
    const { workers, worker, serving, pass } = startedWorkers(1);
    await serving();
    for (let id = 1; id <= 5; id += 1) {
      await worker(id).serves();
      await worker(id).ends(null, 'SIGSEGV');
      if (id < 5) await pass(60_000);
    }
    await expect(workers.failure).rejects.toMatchObject({
      exitCode: 1,
      message:
        'Workers end again and again soon after they have started, and none serves; the last by SIGSEGV.',
    });
  });

  it('by the hand of an operator who lets it finish is replaced as well', async () => {
    const { worker, forked, serving, pass } = startedWorkers();
    await serving();
    for (let id = 1; id <= 4; id += 1) {
      await worker(id).ends(0);
      await pass(0);
      expect(forked).toHaveLength(id + 2);
      await worker(id + 2).serves();
    }
  });
});

describe('a restart', () => {
  it('ends an old worker when a new one serves, one after the other; asked again meanwhile, once more', async () => {
    const { workers, worker, forked, lines, serving } = startedWorkers();
    await serving();
    void workers.restart();
    await settled();
    expect([forked.length, worker(1).heard]).toEqual([3, []]);
    await worker(3).serves();
    expect([forked.length, worker(1).heard, worker(2).heard]).toEqual([3, ['retire'], []]);
    const again = [workers.restart(), workers.restart()];
    await worker(1).ends(0);
    expect(forked).toHaveLength(4);
    await worker(4).serves();
    await worker(2).ends(0);
    for (const [fresh, old] of [
      [5, 3],
      [6, 4],
    ] as const) {
      await worker(fresh).serves();
      expect(worker(old).heard).toEqual(['retire']);
      await worker(old).ends(0);
    }
    await Promise.all(again);
    expect(forked).toHaveLength(6);
    expect(lines.filter((line) => line === 'workers restarted')).toHaveLength(2);
  });

  it('whose first new worker does not become ready leaves the old ones as they are', async () => {
    const { workers, worker, forked, lines, serving, pass } = startedWorkers();
    await serving();
    const restarted = workers.restart();
    await settled();
    await worker(3).ends(1);
    await restarted;
    await pass(60_000);
    expect([forked.length, worker(1).heard, worker(2).heard]).toEqual([3, [], []]);
    expect(lines).toContain('a new worker did not become ready: the old ones stay');
  });
});

describe('what is asked of all', () => {
  it('a reload reaches one, too, that is just starting and may have read the old file', async () => {
    const { workers, worker } = startedWorkers();
    await worker(1).serves();
    workers.reload();
    await worker(2).serves();
    expect([worker(1).heard, worker(2).heard.at(-1)]).toEqual([['reload'], 'reload']);
  });

  it('a stop waits for their ends, for so long; then they are killed', async () => {
    const { workers, worker, forked, serving, pass } = startedWorkers();
    await serving();
    const stopped = workers.stop(19_000);
    await worker(1).ends(0);
    await pass(19_000);
    expect(await stopped).toBe(1);
    expect([worker(1).heard, worker(2).heard]).toEqual([['stop'], ['stop', 'SIGKILL']]);
    await pass(60_000);
    expect(forked).toHaveLength(2);
  });
});
