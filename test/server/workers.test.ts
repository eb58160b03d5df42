/** Which worker is started, replaced and stopped when: without processes, in a time of its own. */
import cluster from 'node:cluster';
import { afterAll, describe, expect, it } from '@jest/globals';
import { forkWorker } from '../../src/server/worker-process.ts';
import { settled, startedWorkers } from './fake-workers.ts';

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

describe('an old worker that dies while its new one starts', () => {
  it('is not replaced twice, and another one that dies meanwhile is replaced as ever', async () => {
    const { workers, worker, forked, lines, serving, pass } = startedWorkers();
    await serving();
    await pass(10_000);
    const restarted = workers.restart();
    await settled();
    await worker(1).ends();
    await pass(0);
    expect(forked).toHaveLength(3);
    await worker(3).serves();
    // The turn of the second: its new one starts.
    expect(forked).toHaveLength(4);
    await worker(3).ends();
    await pass(0);
    expect(forked).toHaveLength(5);
    await worker(5).serves();
    await worker(4).serves();
    await worker(2).ends(0);
    await restarted;
    await pass(60_000);
    expect([forked.length, workers.ready.map(({ id }) => id)]).toEqual([5, [4, 5]]);
    expect(lines).toContain('workers restarted');
  });

  it('is replaced after all where the new one does not become ready', async () => {
    const { workers, worker, forked, serving, pass } = startedWorkers();
    await serving();
    await pass(10_000);
    const restarted = workers.restart();
    await settled();
    await worker(1).ends();
    await pass(0);
    await worker(3).ends(1);
    await restarted;
    await pass(60_000);
    expect(forked).toHaveLength(4);
  });
});

describe('a worker that the system does not start', () => {
  afterAll(() => cluster.setupPrimary({ cwd: process.cwd() }));

  it('has ended, and says why: a stop would wait for it without end', async () => {
    cluster.setupPrimary({ cwd: '/there/is/no/such/folder' });
    const events = { onFigures: () => {}, figuresOfAll: async () => '' };
    expect(await forkWorker({}, events).ended).toEqual({ code: null, signal: 'ENOENT' });
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
