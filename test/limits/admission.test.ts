import { describe, expect, it } from '@jest/globals';
import { Admission } from '../../src/limits/admission.ts';
import { FEW_CONNECTIONS } from './simulated-thread.ts';

/** A line whose thread is as late as the test says; the flood's network has had more turns than are few. */
function bench(connections = Number.POSITIVE_INFINITY) {
  const on = quiet(connections);
  const earlier = Array.from({ length: 30 }, (_, n) => `earlier ${n}`);
  for (const name of earlier) on.arrive(name, 'flood');
  for (const name of earlier) on.finish(name);
  on.pass(0);
  on.begun.length = 0;
  return on;
}

function quiet(connections: number) {
  let now = 0;
  let worked = 0;
  let look: (() => void) | undefined;
  const begun: string[] = [];
  const refused: string[] = [];
  const gone = new Set<string>();
  const items = new Map<string, { readonly name: string; readonly network: string }>();
  const line = new Admission<{ readonly name: string; readonly network: string }>({
    connections,
    begin: ({ name }) => void begun.push(name),
    refuse: ({ name }) => void refused.push(name),
    isGone: ({ name }) => gone.has(name),
    placeOf: ({ network }) => ({ network, account: '', isPerson: true }),
    now: () => now,
    ...FEW_CONNECTIONS,
    worked: () => worked,
    soon: (fill) => fill(),
    later: (callback) => {
      look = callback;
    },
  });
  return {
    line,
    begun,
    refused,
    gone,
    arrive: (name: string, network = name) => {
      const item = { name, network };
      items.set(name, item);
      line.arrive(item);
    },
    finish: (name: string) => {
      const item = items.get(name);
      if (item) line.finished(item);
    },
    /** The thread is kept busy, and does not come to look. */
    block: (milliseconds: number) => {
      now += milliseconds;
    },
    /** The look that is due comes so many milliseconds late, in which the thread has worked. */
    pass: (late: number, busy = 2 + late) => {
      now += 2 + late;
      worked += busy;
      const due = look;
      look = undefined;
      due?.();
    },
    get isLooking() {
      return look !== undefined;
    },
  };
}

describe('a line before the thread', () => {
  const flood = (on: ReturnType<typeof bench>, count: number) => {
    for (let n = 0; n < count; n += 1) on.arrive(`flood ${n}`, 'flood');
  };
  /** Six in work, the thread late, and so many more in the line. */
  const late = (waiting: number, connections?: number) => {
    const on = bench(connections);
    flood(on, 6);
    on.pass(10);
    for (let n = 6; n < 6 + waiting; n += 1) on.arrive(`flood ${n}`, 'flood');
    return on;
  };

  it('lets all begin at once, and looks at nothing, while four are in work', () => {
    const on = bench();
    flood(on, 4);
    expect([on.begun.length, on.isLooking]).toEqual([4, false]);
  });

  it('lets many begin at once while the thread is in time', () => {
    const on = bench();
    flood(on, 50);
    on.pass(1);
    flood(on, 50);
    expect([on.begun.length, on.line.waiting]).toEqual([100, 0]);
  });

  it('holds back what comes to a late thread, and begins it as others are done', () => {
    const on = late(3);
    expect([on.begun.length, on.line.waiting]).toEqual([6, 3]);
    for (const n of [0, 1, 2, 3]) on.finish(`flood ${n}`);
    expect(on.begun.at(-1)).toBe('flood 6');
  });

  it('holds nothing back where the system has given the processor to other programs', () => {
    const on = bench();
    flood(on, 6);
    on.pass(20, 2);
    on.arrive('flood 6', 'flood');
    expect(on.line.waiting).toBe(0);
  });

  it('begins no more of what comes all at once, and keeps the thread from looking', () => {
    const on = bench();
    flood(on, 6);
    on.block(6);
    on.arrive('flood 6', 'flood');
    expect([on.begun.length, on.line.waiting]).toEqual([6, 1]);
    on.arrive('owner');
    expect(on.begun.at(-1)).toBe('owner');
  });

  it('lets an owner begin before all of a flood, even where no place is free', () => {
    const on = late(20);
    on.arrive('owner');
    expect(on.begun.at(-1)).toBe('owner');
  });

  it('and holds the flood back while the owner’s request is in work, for three looks at most', () => {
    const on = late(20);
    on.arrive('owner');
    for (let n = 0; n < 6; n += 1) on.finish(`flood ${n}`);
    expect(on.begun.at(-1)).toBe('owner');
    on.finish('owner');
    expect(on.begun.slice(-3)).toEqual(['flood 6', 'flood 7', 'flood 8']);
    on.arrive('neighbour');
    on.finish('flood 6');
    const held = on.begun.length;
    for (let look = 0; look < 3; look += 1) on.pass(1);
    expect(on.begun.length).toBeGreaterThan(held);
  });

  it('counts nothing that has been in work for 30 ms: a dozen slow senders keep none out', () => {
    const on = late(3);
    on.pass(30);
    expect(on.begun).toHaveLength(7);
    on.pass(30);
    on.pass(30);
    expect(on.line.waiting).toBe(0);
  });

  it('begins nothing whose client has gone', () => {
    const on = late(3);
    on.gone.add('flood 6');
    for (let n = 0; n < 6; n += 1) on.finish(`flood ${n}`);
    expect(on.begun).not.toContain('flood 6');
    expect(on.begun).toContain('flood 7');
  });

  it('refuses what finds no place in it, of the network that holds most of it', () => {
    const on = late(4096);
    expect(on.refused).toEqual([]);
    on.arrive('flood, one more', 'flood');
    expect(on.refused).toEqual(['flood, one more']);
    for (let n = 0; n < 4; n += 1) on.arrive(`owner ${n}`);
    on.arrive('owner 4');
    expect(on.refused).toHaveLength(2);
    expect(on.refused.at(-1)).toMatch(/^flood/);
    on.finish('flood, one more');
    expect(on.line.waiting).toBe(4096);
    // Of few connections half, so that devices that wait leave some to owners.
    expect(late(11, 20).refused).toEqual(['flood 16']);
  });

  it('is open again as soon as nothing is left to do', () => {
    const on = late(2);
    for (let n = 0; n < 8; n += 1) on.finish(`flood ${n}`);
    on.pass(0);
    expect(on.isLooking).toBe(false);
    flood(on, 4);
    expect(on.line.waiting).toBe(0);
  });
});
