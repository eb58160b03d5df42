import { describe, expect, it } from '@jest/globals';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

const PACE = { free: 5, firstDelay: 1000, highestDelay: 8000, memory: 3_600_000 };
const ENTRY = { code: '123456', payload: { email: 'ada@example.org' }, lifetime: 60_000 };

export function describeGuesses(open: OpenStores): void {
  describe('counters of wrong guesses', () => describeAttempts(new Bench(open)));
  describe('giving a guess back', () => describeGivingBack(new Bench(open)));
  describe('mailed codes', () => describeMailedCodes(new Bench(open)));
}

function describeAttempts(bench: Bench): void {
  it('let the free ones through and the rest wait, twice as long each time', async () => {
    const counter = randomId();
    const key = bench.keyspace.record('Attempts', bench.stores.keyring.mac('Attempts', counter));
    const take = () => bench.stores.attempts.take(counter, PACE);
    for (let guess = 0; guess < 5; guess += 1) expect(await take()).toBe(0);
    for (const delay of [1000, 2000, 4000, 8000, 8000]) {
      const wait = await take();
      expect(wait).toBeGreaterThan(delay - 500);
      expect(wait).toBeLessThanOrEqual(delay);
      await bench.redis.hset(key, 'until', 0);
      expect(await take()).toBe(0);
    }
    await bench.stores.attempts.clear(counter);
    expect(await take()).toBe(0);
  });

  it('of 100 at once evaluate the free ones alone', async () => {
    const counter = randomId();
    const waits = await times(100, () => bench.stores.attempts.take(counter, PACE));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    expect(waits.every((wait) => wait <= 1000)).toBe(true);
  });
}

function describeGivingBack(bench: Bench): void {
  it('is for the guess that was right: the wrong ones before it still count', async () => {
    const { attempts } = bench.stores;
    const counter = randomId();
    for (let guess = 0; guess < 5; guess += 1) await attempts.take(counter, PACE);
    await attempts.giveBack(counter);
    expect(await attempts.take(counter, PACE)).toBe(0);
    expect(await attempts.take(counter, PACE)).toBeGreaterThan(0);
    await attempts.giveBack('a counter that nobody has taken from');
    expect(await attempts.take('a counter that nobody has taken from', PACE)).toBe(0);
  });
}

function describeMailedCodes(bench: Bench): void {
  const written = async () => {
    const ticket = randomId();
    await bench.stores.mailedCodes.write('sign-up', ticket, ENTRY);
    return ticket;
  };
  const spend = (ticket: string, code: string, purpose = 'sign-up') =>
    bench.stores.mailedCodes.spend(purpose, ticket, code, 5);

  it('the right one is right for one of 50 at once', async () => {
    const ticket = await written();
    const tries = await times(50, () => spend(ticket, '123456'));
    const right = tries.filter(({ outcome }) => outcome === 'right');
    expect(right).toEqual([{ outcome: 'right', payload: ENTRY.payload }]);
    expect(tries.filter(({ outcome }) => outcome === 'gone')).toHaveLength(49);
    expect(await bench.stores.mailedCodes.peek('sign-up', ticket)).toBeUndefined();
  });

  it('tries are counted, wrong ones at once share none, and then even the right one is too late', async () => {
    const ticket = await written();
    const tries = await times(50, (index) => spend(ticket, `${index}`.padStart(6, '9')));
    const left = tries.map((attempt) => (attempt.outcome === 'wrong' ? attempt.triesLeft : -1));
    expect(left.filter((count) => count > 0).sort()).toEqual([1, 2, 3, 4]);
    expect(left.filter((count) => count === 0)).toHaveLength(46);
    expect(await spend(ticket, '123456')).toEqual({ outcome: 'wrong', triesLeft: 0 });
  });

  it('belong to their ticket and purpose, and peeking spends nothing', async () => {
    const ticket = await written();
    expect(await bench.stores.mailedCodes.peek('sign-up', ticket)).toEqual(ENTRY.payload);
    expect(await spend(ticket, '123456', 'reset')).toEqual({ outcome: 'gone' });
    expect(await spend(await written(), '654321')).toEqual({ outcome: 'wrong', triesLeft: 4 });
    expect(await spend(ticket, '123456')).toMatchObject({ outcome: 'right' });
  });

  it('a new one for the same ticket works after the one before was used, and only the new one does', async () => {
    const ticket = await written();
    expect(await spend(ticket, '123456')).toMatchObject({ outcome: 'right' });
    await bench.stores.mailedCodes.write('sign-up', ticket, { ...ENTRY, code: '654321' });
    expect(await spend(ticket, '123456')).toEqual({ outcome: 'wrong', triesLeft: 4 });
    expect(await spend(ticket, '654321')).toEqual({ outcome: 'right', payload: ENTRY.payload });
    expect(await spend(ticket, '654321')).toEqual({ outcome: 'gone' });
  });

  it('die of age', async () => {
    const ticket = randomId();
    await bench.stores.mailedCodes.write('sign-up', ticket, { ...ENTRY, lifetime: 30 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await spend(ticket, '123456')).toEqual({ outcome: 'gone' });
  });
}
