/** What neighbours behind one address, and strangers elsewhere, can use up of what an owner needs to guess once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { codeBudget } from '../../src/limits/code-budget.ts';
import { LIMIT_SETTINGS, type LimitName } from '../../src/limits/limits.ts';
import { CodeLimits } from '../../src/web/code-limits.ts';
import { DeviceClient } from '../support/device-client.ts';
import { testLimiter } from '../support/test-limits.ts';
import { newBrowser, randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer } from '../support/whole-server.ts';

const LIFETIME = 600_000;
/** One moment, so that no span of the counters ends in the middle of a test. */
const NOW = Date.now();
const NAT = '100.64.7.1';

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** Fifty at a time, so that no command waits for its turn longer than a store may take on a busy machine. */
async function times<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let first = 0; first < count; first += 50) {
    const next = Array.from({ length: Math.min(50, count - first) }, (_, n) => make(first + n));
    made.push(...(await Promise.all(next)));
  }
  return made;
}
const someone = () => newBrowser(randomId() as AccountId, 1) as Session;
const wrong = async () => undefined;
const right = async () => 'a device';
const outcomesOf = (guesses: { outcome: string }[]) => new Set(guesses.map(({ outcome }) => outcome));
const wrongOnes = (guesses: { outcome: string }[]) =>
  guesses.filter(({ outcome }) => outcome === 'wrong').length;

/** Counters of their own, since the whole is one for all; what goes in turn goes once, whatever the machine's speed. */
async function freshLimits(liveCodes = 10_000) {
  const own = await testStores();
  const budget = codeBudget({ liveCodes, lifetime: LIFETIME, odds: 250 });
  if (!budget) throw new Error('no guesses at all');
  const slow = { firstDelay: LIFETIME, highestDelay: LIFETIME };
  const CODE_ALL_FIRST = { ...budget.limits.CODE_ALL_FIRST, ...slow };
  const limits = new CodeLimits(testLimiter(own, { ...budget.limits, CODE_ALL_FIRST }, () => NOW));
  return { limits, budget, [Symbol.asyncDispose]: () => own.connection.close() };
}

describe('an owner whose neighbours behind the same address guess user codes', () => {
  it('enters the right code at once, though nine accounts beside them have guessed all they may', async () => {
    await using world = await freshLimits();
    const { limits } = world;
    for (let account = 0; account < 9; account += 1) {
      const neighbour = someone();
      for (let guess = 0; guess < 8; guess += 1) await limits.guess(neighbour, NAT, wrong);
    }
    const honest = await times(49, () => limits.guess(someone(), NAT, right));
    expect(outcomesOf(honest)).toEqual(new Set(['right']));
  });

  it('may mistype once beside them', async () => {
    await using world = await freshLimits();
    const { limits } = world;
    for (let account = 0; account < 9; account += 1) {
      const neighbour = someone();
      for (let guess = 0; guess < 8; guess += 1) await limits.guess(neighbour, NAT, wrong);
    }
    const owner = someone();
    expect((await limits.guess(owner, NAT, wrong)).outcome).toBe('wrong');
    expect((await limits.guess(owner, NAT, right)).outcome).toBe('right');
  });

  it('sees the page of the device, not 429', async () => {
    const server = await startWholeServer(BEHIND_HTTPS);
    try {
      const behindNat = async () => {
        const client = await server.owner();
        client.headers = { ...client.headers, 'x-forwarded-for': NAT };
        return client;
      };
      for (let account = 0; account < 9; account += 1) {
        const neighbour = await behindNat();
        for (const last of 'BCDFG')
          await neighbour.submit('/device', '/device', { user_code: `BBBB-BBB${last}` });
      }
      const { body } = await new DeviceClient(server.origin).authorize();
      const owner = await behindNat();
      const page = await owner.submit('/device', '/device', { user_code: String(body['user_code']) });
      expect(page.status).toBe(200);
      expect(page.text).toContain('Link');
      expect(page.text).not.toContain('Too many tries');
    } finally {
      await server.close();
    }
  });
});

describe('an owner elsewhere', () => {
  it('is not held up by a network where a thousand fresh accounts guess: it has a 16th of the whole', async () => {
    await using world = await freshLimits();
    const { limits, budget } = world;
    const attack = await times(1000, () => limits.guess(someone(), NAT, wrong));
    const { free } = budget.limits.CODE_ALL_FIRST;
    expect(wrongOnes(attack)).toBeLessThanOrEqual(free / 16 + 1);
    expect(wrongOnes(attack)).toBeGreaterThan(free / 20);
    const honest = await times(20, (n) => limits.guess(someone(), `203.0.${n}.7`, right));
    expect(outcomesOf(honest)).toEqual(new Set(['right']));
  });

  it('nor by fifty such networks, whose shares shrink; and no more is evaluated than the bound', async () => {
    await using world = await freshLimits(40_000);
    const { limits, budget } = world;
    let evaluated = 0;
    for (let network = 0; network < 50; network += 1)
      evaluated += wrongOnes(await times(60, () => limits.guess(someone(), `100.64.${network}.1`, wrong)));
    const honest = await times(10, (n) => limits.guess(someone(), `203.0.${n}.7`, right));
    expect(outcomesOf(honest)).toEqual(new Set(['right']));
    // In one of the two spans that a code's life touches.
    expect(evaluated).toBeLessThanOrEqual(budget.guesses / 2);
    expect(evaluated).toBeGreaterThan(budget.limits.CODE_ALL_FIRST.free / 2);
  });
});

const SHARED = (Object.keys(LIMIT_SETTINGS) as LimitName[]).filter((name) => name.endsWith('_ALL'));

describe('a limit that counts all', () => {
  it.each(SHARED)('LIMIT_%s: one network, whatever it does, leaves the rest to others', async (name) => {
    const pace = { free: 170, firstDelay: 60_000, highestDelay: 60_000, memory: LIFETIME };
    const limiter = testLimiter(stores, { [name]: pace }, () => NOW);
    const flood = await times(200, () => limiter.take([[name, NAT]]));
    // Ten are free, one is in turn.
    expect(flood.filter(({ outcome }) => outcome === 'evaluate')).toHaveLength(11);
    const others = await times(8, (n) => limiter.take([[name, `203.0.${n}.7`]]));
    expect(outcomesOf(others)).toEqual(new Set(['evaluate']));
  });
});
