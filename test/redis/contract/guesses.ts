import { describe, expect, it } from '@jest/globals';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

/** Of delays that no busy machine makes half of in between. */
const DELAYS = [60_000, 120_000, 240_000, 480_000, 480_000];
const PACE = { free: 5, firstDelay: 60_000, highestDelay: 480_000, memory: 3_600_000 };
const ENTRY = { code: '123456', payload: { email: 'ada@example.org' }, lifetime: 60_000 };

export function describeGuesses(open: OpenStores): void {
  describe('counters of wrong guesses', () => describeAttempts(new Bench(open)));
  describe('giving a guess back', () => describeGivingBack(new Bench(open)));
  describe('guesses of a draining counter', () => describeDraining(new Bench(open)));
  describe('counters that all networks share', () => describeShares(new Bench(open)));
  describe('mailed codes', () => describeMailedCodes(new Bench(open)));
}

function describeAttempts(bench: Bench): void {
  it('let the free ones through and the rest wait, twice as long each time', async () => {
    const counter = randomId();
    const key = bench.keyspace.record('Attempts', bench.stores.keyring.mac('Attempts', counter));
    const take = () => bench.stores.attempts.take(counter, PACE);
    for (let guess = 0; guess < 5; guess += 1) expect(await take()).toBe(0);
    for (const delay of DELAYS) {
      const wait = await take();
      expect(wait).toBeGreaterThan(delay / 2);
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
    expect(waits.every((wait) => wait <= PACE.firstDelay)).toBe(true);
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

function describeDraining(bench: Bench): void {
  const HOUR = PACE.memory;
  const draining = { ...PACE, draining: true };
  const lifeOf = (counter: string) =>
    bench.redis.pttl(bench.keyspace.record('Attempts', bench.stores.keyring.mac('Attempts', counter)));

  it('hold each counter for their part of the span, and for the span at most', async () => {
    const { attempts } = bench.stores;
    const counter = randomId();
    for (const part of [1, 2, 3, 4, 5]) {
      await attempts.take(counter, draining);
      expect(Math.round((await lifeOf(counter)) / (HOUR / 50))).toBe(part * 10);
    }
  });

  it('hold it no longer once they are given back: a counter that is left with none is gone', async () => {
    const { attempts } = bench.stores;
    const counter = randomId();
    await attempts.take(counter, draining);
    // Many at once, of which none counts in the end.
    await times(20, async () => {
      if ((await attempts.take(counter, { ...draining, free: 1e6 })) === 0)
        await attempts.giveBack(counter, { ...draining, free: 1e6 });
    });
    await attempts.take(counter, draining);
    await attempts.giveBack(counter, draining);
    expect(Math.round((await lifeOf(counter)) / (HOUR / 50))).toBe(10);
    await attempts.giveBack(counter, draining);
    expect(await lifeOf(counter)).toBe(-2);
  });
}

function describeShares(bench: Bench): void {
  const wide = { ...PACE, free: 170 };
  const take = (counter: string, network: string, pace = wide) =>
    bench.stores.attempts.takeShare(counter, network, pace);
  const free = (leaves: { outcome: string }[]) => leaves.filter(({ outcome }) => outcome === 'free').length;

  it('give one network a sixteenth, the next one less, and leave the rest to others', async () => {
    const counter = randomId();
    const shares: number[] = [];
    for (const network of ['one', 'two', 'three'])
      shares.push(free(await times(100, () => take(counter, network))));
    expect(shares).toEqual([10, 8, 7]);
  });

  it('leave something to a network that comes after fifty others took all they could', async () => {
    const counter = randomId();
    const pace = { ...PACE, free: 400 };
    for (let network = 0; network < 50; network += 1)
      await times(30, () => take(counter, `flood ${network}`, pace));
    expect(await take(counter, 'home', pace)).toEqual({ outcome: 'free' });
  });

  it('make those wait that are beyond their share: one in turn for all, twice as long apart', async () => {
    const counter = randomId();
    const key = bench.keyspace.record('Attempts', bench.stores.keyring.mac('Attempts', counter));
    await times(10, () => take(counter, 'flood'));
    for (const delay of DELAYS) {
      expect(await take(counter, 'flood')).toEqual({ outcome: 'in-turn' });
      const wait = await take(counter, 'flood');
      expect(wait).toMatchObject({ outcome: 'wait', milliseconds: expect.any(Number) });
      expect((wait as { milliseconds: number }).milliseconds).toBeGreaterThan(delay / 2);
      await bench.redis.hset(key, 'until', 0);
    }
    expect(await take(counter, 'home')).toEqual({ outcome: 'free' });
  });

  it('never let more through than are free and in turn, whatever networks come at once', async () => {
    const counter = randomId();
    const leaves = await times(500, (index) => take(counter, `network ${index}`));
    expect(free(leaves)).toBe(170);
    expect(leaves.filter(({ outcome }) => outcome === 'in-turn')).toHaveLength(1);
  });

  it('get back what was right: neither another one, nor the delay that another one began', async () => {
    const counter = randomId();
    const { attempts } = bench.stores;
    await times(10, () => take(counter, 'flood'));
    expect(await take(counter, 'flood')).toEqual({ outcome: 'in-turn' });
    await attempts.giveBackShare(counter, 'flood', { outcome: 'free' });
    expect(await take(counter, 'flood')).toEqual({ outcome: 'free' });
    expect(await take(counter, 'flood')).toMatchObject({ outcome: 'wait' });
    await attempts.giveBackShare(counter, 'flood', { outcome: 'in-turn' });
    expect(await take(counter, 'flood')).toEqual({ outcome: 'in-turn' });
    await attempts.giveBackShare('a counter that nobody has taken from', 'flood', { outcome: 'free' });
    expect(free(await times(50, () => take('a counter that nobody has taken from', 'flood')))).toBe(10);
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
