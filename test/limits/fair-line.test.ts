import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairLine } from '../../src/limits/fair-line.ts';

const at = (network: string, account = 'ada') => ({ network, account });

function drain(line: FairLine<string>): string[] {
  const order: string[] = [];
  for (let next = line.next(); next !== undefined; next = line.next()) order.push(next);
  return order;
}

describe('a line that takes turns', () => {
  it('between networks: one that comes after a flood of another is second', () => {
    const line = new FairLine<string>(10);
    for (const item of ['flood 1', 'flood 2', 'flood 3']) line.add(at('flood'), item);
    line.add(at('home'), 'honest');
    expect(drain(line)).toEqual(['flood 1', 'honest', 'flood 2', 'flood 3']);
  });

  it('and between the accounts of one network', () => {
    const line = new FairLine<string>(10);
    for (const item of ['flood 1', 'flood 2']) line.add(at('nat', 'flood'), item);
    line.add(at('nat', 'neighbour'), 'honest');
    expect(drain(line)).toEqual(['flood 1', 'honest', 'flood 2']);
  });

  it('lets who comes now and then go before a dozen who come all the time', () => {
    const line = new FairLine<string>(100);
    const flood = Array.from({ length: 12 }, (_, n) => at(`flood ${n}`));
    for (let round = 0; round < 5; round += 1) {
      for (const place of flood) line.add(place, place.network);
      drain(line);
    }
    for (const place of flood) line.add(place, place.network);
    line.add(at('home'), 'honest');
    // One in four turns goes by rotation, so that no caller waits for ever.
    expect(drain(line).indexOf('honest')).toBeLessThanOrEqual(1);
  });

  it('and no stream of newcomers keeps out who has had turns', () => {
    const line = new FairLine<string>(100);
    for (let n = 0; n < 20; n += 1) line.countTurn(at('regular'));
    line.add(at('regular'), 'regular');
    const served: (string | undefined)[] = [];
    for (let n = 0; n < 8; n += 1) {
      line.add(at(`new ${n}`), `new ${n}`);
      served.push(line.next());
    }
    expect(served).toContain('regular');
  });

  it('when it is full, lets in who holds less: the last of the network that holds most leaves', () => {
    const line = new FairLine<string>(3);
    for (const item of ['flood 1', 'flood 2', 'flood 3']) line.add(at('flood'), item);
    expect(line.add(at('flood'), 'flood 4')).toBe('flood 4');
    expect(line.add(at('home'), 'honest')).toBe('flood 3');
    expect(drain(line)).toEqual(['flood 1', 'honest', 'flood 2']);
  });

  it('and within a network the last of the account that holds most', () => {
    const line = new FairLine<string>(3);
    for (const item of ['flood 1', 'flood 2', 'flood 3']) line.add(at('nat', 'flood'), item);
    expect(line.add(at('nat', 'neighbour'), 'honest')).toBe('flood 3');
    expect(drain(line)).toEqual(['flood 1', 'honest', 'flood 2']);
  });

  it('refuses who would hold as much as all others do', () => {
    const line = new FairLine<string>(2);
    line.add(at('one'), '1');
    line.add(at('two'), '2');
    expect(line.add(at('three'), '3')).toBe('3');
    expect(line.length).toBe(2);
  });

  it('never holds more than it may, loses nothing, and never turns away who holds least by two', () => {
    const place = fc.record({
      network: fc.constantFrom('a', 'b', 'c'),
      account: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(fc.array(fc.option(place)), fc.integer({ min: 1, max: 6 }), (steps, capacity) => {
        const line = new FairLine<number>(capacity);
        const held = new Map<number, string>();
        const holds = (network: string) => [...held.values()].filter((one) => one === network).length;
        steps.forEach((step, item) => {
          if (!step) {
            const next = line.next();
            expect(next !== undefined).toBe(held.size > 0);
            if (next !== undefined) held.delete(next);
          } else {
            const most = Math.max(0, ...['a', 'b', 'c'].map(holds));
            const isFull = held.size === capacity;
            const left = line.add(step, item);
            if (isFull && most > holds(step.network) + 1) expect(left).not.toBe(item);
            if (!isFull) expect(left).toBeUndefined();
            held.set(item, step.network);
            if (left !== undefined) held.delete(left);
          }
          expect(line.length).toBe(held.size);
          expect(line.length).toBeLessThanOrEqual(capacity);
        });
      }),
    );
  });

  it('gives a turn to who has had fewest, or has waited longest, with thousands as with few', () => {
    const step = fc.option(fc.integer({ min: 0, max: 9 }), { freq: 2 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = new FairLine<string>(1000, 7);
        const waiting: string[] = [];
        steps.forEach((network) => {
          if (network !== null) {
            waiting.push(`${network}`);
            line.add({ network: `${network}`, account: '' }, `${network}`);
            return;
          }
          const turns = new Map(waiting.map((one) => [one, line.turnsOf(one)]));
          const fewest = Math.min(...turns.values());
          if (waiting.length > 0) expect(line.fewestTurns).toBe(fewest);
          const next = line.next();
          expect(next === undefined).toBe(waiting.length === 0);
          if (next !== undefined) waiting.splice(waiting.indexOf(next), 1);
        });
      }),
    );
  });
});
