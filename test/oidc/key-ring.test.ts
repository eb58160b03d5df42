import { describe, expect, it } from '@jest/globals';
import { type KeyRing, publishedKeys, statusOf, successorDue, tidied } from '../../src/oidc/key-ring.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TIMES = { age: 90 * DAY, lead: DAY, keep: 2 * DAY };
const START = Date.UTC(2026, 0, 1);

const key = (kid: string, signs: number | undefined, alg = 'ES256') => ({
  kty: 'EC',
  kid,
  alg,
  ...(signs === undefined ? {} : { made: START, signs }),
});
const ring = (...keys: ReturnType<typeof key>[]): KeyRing => ({ keys });
const states = (of: KeyRing, now: number) =>
  statusOf(of, now, TIMES).map(({ key: { kid }, state }) => `${kid} ${state}`);
const published = (of: KeyRing, now: number) => publishedKeys(of, now, TIMES).keys.map(({ kid }) => kid);

describe('a signing key', () => {
  const two = ring(key('old', START), key('new', START + 10 * DAY));
  const turn = START + 10 * DAY;

  it('waits, published behind the one that signs, until its time has come', () => {
    expect(states(two, turn - 1)).toEqual(['old signing', 'new waiting']);
    expect(published(two, turn - 1)).toEqual(['old', 'new']);
  });

  it('then signs, and the former one stays published for what it signed', () => {
    expect(states(two, turn)).toEqual(['new signing', 'old retired']);
    expect(published(two, turn + TIMES.keep - 1)).toEqual(['new', 'old']);
  });

  it('is published no longer after that, whether or not a server has erased it', () => {
    expect(states(two, turn + TIMES.keep)).toEqual(['new signing', 'old ended']);
    expect(published(two, turn + TIMES.keep)).toEqual(['new']);
    expect(tidied(two, turn + TIMES.keep, TIMES).keys.map(({ kid }) => kid)).toEqual(['new']);
  });

  it('is one of its algorithm: those of others neither end it nor wait for it', () => {
    const both = ring(key('es', START), key('rs', START, 'RS256'), key('es new', turn));
    expect(states(both, turn - 1)).toEqual(['es signing', 'rs signing', 'es new waiting']);
    expect(states(both, turn + TIMES.keep)).toEqual(['es new signing', 'rs signing', 'es ended']);
  });

  it('is published without what the ring says of its times', () => {
    expect(publishedKeys(two, turn, TIMES).keys[0]).toEqual({ kty: 'EC', kid: 'new', alg: 'ES256' });
  });

  it('made before there was a rotation signs, and is replaced like one of age', () => {
    const old = ring(key('old', undefined));
    expect(states(old, START)).toEqual(['old signing']);
    expect(successorDue(old, 'ES256', START, TIMES)).toBe(START + DAY);
  });
});

describe('the successor of a signing key', () => {
  const one = ring(key('old', START));

  it('is made so early that it has been published for long enough when the key is of age', () => {
    const early = START + TIMES.age - TIMES.lead;
    expect(successorDue(one, 'ES256', early - 1, TIMES)).toBeUndefined();
    expect(successorDue(one, 'ES256', early, TIMES)).toBe(START + TIMES.age);
  });

  it('made too late, since no server ran, is published for as long as any', () => {
    const late = START + 400 * DAY;
    expect(successorDue(one, 'ES256', late, TIMES)).toBe(late + TIMES.lead);
  });

  it('is made once: one that waits is of no age yet', () => {
    const due = START + TIMES.age;
    expect(successorDue(ring(key('old', START), key('new', due)), 'ES256', due - 1, TIMES)).toBeUndefined();
  });

  it('is never made by itself where KEY_DAYS is 0', () => {
    expect(successorDue(one, 'ES256', START + 4000 * DAY, { ...TIMES, age: 0 })).toBeUndefined();
  });
});

describe('a clock of the store that is wrong', () => {
  it('behind all keys, after a failover: the oldest signs, which every app knows', () => {
    const two = ring(key('new', START + DAY), key('old', START));
    expect(states(two, START - DAY)).toEqual(['old signing', 'new waiting']);
  });

  it('was a year ahead when a key was made: that key signs a lead from now, and not in a year', () => {
    const ahead = ring(key('old', START), key('new', START + 365 * DAY));
    expect(tidied(ahead, START, TIMES).keys.map(({ signs }) => signs)).toEqual([START, START + TIMES.lead]);
  });

  it('that is right changes no time', () => {
    const waiting = ring(key('old', START), key('new', START + TIMES.lead));
    expect(tidied(waiting, START, TIMES)).toEqual(waiting);
  });
});
