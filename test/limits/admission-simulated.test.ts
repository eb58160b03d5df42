import { describe, expect, it } from '@jest/globals';
import { percentile, SeededRandom } from '../../checks/check.ts';
import { SimulatedThread, type Work } from './simulated-thread.ts';

/** Milliseconds of the thread as they were measured; an attacker asks for what costs most. */
const PAGE: Work = { pieces: [0.6, 0.4, 0.4, 3], store: 0.6 };
const DEVICE_CODE: Work = { pieces: [1.2, 0.6, 0.5], store: 0.6 };
const REFUSED_CODE: Work = { pieces: [2], store: 0 };
const HONEST: Work = { pieces: [0.6, 0.4, 0.4, 0.4, 0.4, 1], store: 0.6 };
/** Linking a device: one after the other. */
const REQUESTS_OF_AN_ACT = 6;
/** Milliseconds between two acts of an owner. */
const PAUSE = 6000;
/** By then it is known who asks often. */
const SETTLED = 5000;
const END = 30_000;

interface Scene {
  readonly attack?: Work;
  readonly connections?: number;
  /** Of the attacker. */
  readonly networks?: number;
  /** Owners come with browsers that are known for their accounts. */
  readonly isKnown?: boolean;
}

/** How long the acts of twenty owners take: median and 99th percentile, and how many requests the attacker got through. */
function measure(hasLine: boolean, { attack, connections = 12, networks = 50, isKnown = false }: Scene) {
  const thread = new SimulatedThread(hasLine);
  const random = new SeededRandom(2);
  const acts: number[] = [];
  let attacks = 0;
  const flood = (work: Work) => {
    attacks += 1;
    thread.send({ network: `attacker’s ${random.whole(1, networks)}` }, work, () => flood(work));
  };
  const act = (owner: number, began: number, left: number): void => {
    if (left > 0)
      return thread.send({ network: `home ${owner}`, isKnown }, HONEST, () => act(owner, began, left - 1));
    if (began > SETTLED) acts.push(thread.now - began);
    thread.after(PAUSE, () => act(owner, thread.now, REQUESTS_OF_AN_ACT));
  };
  for (let owner = 0; owner < 20; owner += 1)
    thread.after((PAUSE / 20) * owner, () => act(owner, thread.now, REQUESTS_OF_AN_ACT));
  if (attack) for (let connection = 0; connection < connections; connection += 1) flood(attack);
  thread.run(END);
  return { median: percentile(acts, 0.5), p99: percentile(acts, 0.99), attacks, refused: thread.refused };
}

describe('beside an attacker who has 12 connections and 50 networks, and always asks', () => {
  const alone = measure(true, {});

  it.each([
    ['pages', PAGE],
    ['device codes', DEVICE_CODE],
    ['device codes that are refused', REFUSED_CODE],
  ])('an act takes an owner less than twice as long as alone: %s', (_name, attack) => {
    const [without, beside] = [false, true].map((hasLine) => measure(hasLine, { attack }));
    expect(without?.median).toBeGreaterThan(7 * alone.median);
    expect(beside?.median).toBeLessThan(1.7 * alone.median);
    expect(beside?.p99).toBeLessThan(2 * alone.median);
    // While owners are there less is in work at once, and the thread waits for the store now and then: that is the price.
    expect(beside?.attacks).toBeGreaterThan(0.8 * (without?.attacks ?? 0));
  });

  it('an owner waits no longer beside a hundred connections than beside twelve', () => {
    const [twelve, hundred] = [12, 100].map((connections) => measure(true, { attack: PAGE, connections }));
    expect(hundred?.median).toBeLessThan(1.2 * (twelve?.median ?? 0));
    const without = measure(false, { attack: PAGE, connections: 100 });
    expect(hundred?.p99).toBeLessThan(without.p99 / 10);
  });

  it('what waits for a hash, or for a slow sender, takes no place: the owner is as fast as alone', () => {
    const waiting: Work = { pieces: [0.3, 0.3], store: 400 };
    expect(measure(true, { attack: waiting }).p99).toBeLessThan(1.5 * alone.p99);
    expect(measure(true, { attack: waiting, connections: 200 }).p99).toBeLessThan(2.5 * alone.p99);
  });

  it('a store that has become slow makes nothing slower than it is by itself', () => {
    const slow: Work = { ...PAGE, store: 60 };
    const [without, beside] = [false, true].map((hasLine) => measure(hasLine, { attack: slow }));
    expect(beside?.attacks).toBeGreaterThan(0.95 * (without?.attacks ?? 0));
  });

  it.each([50, 500, 5000, 1_000_000])(
    'it takes an owner in a known browser less than twice as long, beside %d networks',
    (networks) => {
      const beside = measure(true, { attack: PAGE, networks, isKnown: true });
      expect(beside.median).toBeLessThan(1.7 * alone.median);
      expect(beside.p99).toBeLessThan(2 * alone.median);
    },
  );

  it.each([500, 5000, 1_000_000])(
    'an owner who is known by nothing waits no longer than without the line: beside %d networks',
    (networks) => {
      const [without, beside] = [false, true].map((hasLine) => measure(hasLine, { attack: PAGE, networks }));
      expect(beside?.median).toBeLessThan(1.1 * (without?.median ?? 0));
      expect(beside?.p99).toBeLessThan(1.5 * (without?.p99 ?? 0));
    },
  );
});
