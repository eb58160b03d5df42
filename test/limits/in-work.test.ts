import { describe, expect, it } from '@jest/globals';
import { InWork } from '../../src/limits/in-work.ts';
import { whatSurvives } from '../support/what-survives.ts';

interface Item {
  readonly name: string;
}

function list(...begun: readonly number[]) {
  const work = new InWork<Item>();
  const items = begun.map((time) => ({ name: `begun at ${time}` }));
  items.forEach((item, index) => {
    work.add(item, begun[index] ?? 0);
  });
  return { work, items };
}

describe('what is in work', () => {
  it('is counted until it is done, in whatever order', () => {
    const { work, items } = list(1, 2, 3, 4);
    const [first, second, third, fourth] = items as [Item, Item, Item, Item];
    expect([third, first, fourth, second].map((item) => [work.delete(item), work.size])).toEqual([
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
    ]);
  });

  it('counts once, however often it is told to be done', () => {
    const { work, items } = list(1, 2);
    const [first] = items as [Item];
    expect([work.delete(first), work.delete(first), work.size]).toEqual([true, false, 1]);
  });

  it('is of one list, and of no other', () => {
    const { work, items } = list(1);
    const other = new InWork<Item>();
    expect(items.map((item) => other.delete(item))).toEqual([false]);
    expect([work.size, other.size]).toEqual([1, 0]);
  });

  it('may come again after it was done', () => {
    const { work, items } = list(1);
    const [item] = items as [Item];
    work.delete(item);
    work.add(item, 2);
    expect([work.size, work.delete(item), work.size]).toEqual([1, true, 0]);
  });

  it('counts no more after its time, and what was begun later does', () => {
    const { work, items } = list(1, 2, 3, 4);
    work.forget(2);
    expect(items.map((item) => work.delete(item))).toEqual([false, false, true, true]);
    work.forget(10);
    expect(work.size).toBe(0);
  });
});

describe('a fleet that polls', () => {
  /** Sixteen requests are in work at once; each is done after fifteen others have come. */
  function coming(add: (item: object) => void, remove: (item: object) => void) {
    const under: object[] = [];
    return (weight: number[]) => {
      const item = { weight };
      add(item);
      under.push(item);
      const done = under.length > 15 ? under.shift() : undefined;
      if (done) remove(done);
    };
  }

  it('holds up no owner while garbage is collected: of requests that are done nothing is taken for alive', () => {
    const work = new InWork<object>();
    let now = 0;
    const add = (item: object) => {
      now += 1;
      work.add(item, now);
    };
    expect(whatSurvives(coming(add, (item) => void work.delete(item)))).toBeLessThan(100);
  });

  it('would hold them up with a map, which this measure sees', () => {
    const work = new Map<object, number>();
    const add = (item: object) => void work.set(item, 1);
    expect(whatSurvives(coming(add, (item) => void work.delete(item)))).toBeGreaterThan(500);
  });
});
