/**
 * A stranger who guesses at one password for a month, from ever new networks, as slowly or as fast as suits them: at most
 * 100 are evaluated within any 30 days (NIST SP 800-63B-4, 3.2.2).
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIMIT_SETTINGS, maxInMonthOf, parseLimit, readLimits } from '../../src/limits/limits.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const HOUR = 3_600_000;
const MONTH = 720 * HOUR;

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** Makes the counter of this email as old as if so much time had passed. */
async function pass(email: string, milliseconds: number): Promise<void> {
  const { connection, prefix, keyring } = stores;
  const { redis } = connection;
  const counter = keyring.mac('Attempts', `PASSWORD_IN_A_ROW:${email}`);
  const key = new Keyspace(prefix).record('Attempts', counter);
  const [left, until, end] = await Promise.all([
    redis.pttl(key),
    redis.hget(key, 'until'),
    redis.hget(key, 'end'),
  ]);
  const stays = left - milliseconds;
  if (stays <= 0) {
    await redis.unlink(key);
    return;
  }
  const earlier = { until: Number(until) - milliseconds, end: Number(end) - milliseconds };
  await Promise.all([redis.hset(key, earlier), redis.pexpire(key, stays)]);
}

/** Waits so long before each guess, and says when each was that was evaluated, hours since the first. */
async function evaluated(waits: Iterable<number>): Promise<number[]> {
  const limiter = testLimiter(stores);
  const email = `${randomId()}@example.org`;
  const times: number[] = [];
  let at = 0;
  for (const hours of waits) {
    if (hours > 0) await pass(email, hours * HOUR);
    at += hours;
    if ((await limiter.take([['PASSWORD_IN_A_ROW', email]])).outcome === 'evaluate') times.push(at);
  }
  return times;
}

const mostWithinMonth = (times: readonly number[]) =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + MONTH / HOUR).length));

const repeat = (count: number, hours: number) => Array<number>(count).fill(hours);

describe('a stranger who guesses at one password for a month', () => {
  it('all at once: 25 are evaluated, and no more for 30 days', async () => {
    expect(await evaluated([...repeat(60, 0), ...repeat(71, 10)])).toHaveLength(25);
  });

  it('as slowly as goes unnoticed, and then all at once: no more than 100', async () => {
    const times = await evaluated([...repeat(120, 9.61), ...repeat(60, 0)]);
    const most = mostWithinMonth(times);
    expect(most).toBeGreaterThan(95);
    expect(most).toBeLessThanOrEqual(100);
  });

  it('in whatever rhythm: no more than 100', async () => {
    const rhythm = fc.array(
      fc.oneof(fc.constantFrom(0, 9.5, 9.61, 240, 721), fc.integer({ min: 0, max: 60 })),
      {
        minLength: 60,
        maxLength: 120,
      },
    );
    await fc.assert(
      fc.asyncProperty(rhythm, async (waits) => {
        expect(mostWithinMonth(await evaluated(waits))).toBeLessThanOrEqual(100);
      }),
      { numRuns: 8 },
    );
  });

  it('no setting lets more than 100 through', () => {
    for (const name of ['PASSWORD_IN_A_ROW', 'SECOND_STEP_IN_A_ROW'] as const) {
      const { preset, span } = LIMIT_SETTINGS[name];
      const pace = parseLimit(preset);
      if (typeof pace === 'string') throw new Error(pace);
      expect(maxInMonthOf(pace, span === 'draining')).toBe(100);
    }
    const refused = (limits: Record<string, string>) => {
      const faults: string[] = [];
      readLimits(limits, faults);
      return faults.length > 0;
    };
    expect(refused({ LIMIT_PASSWORD_IN_A_ROW: '50/30d 30d..30d' })).toBe(false);
    for (const given of ['100/30d 30d..30d', '26/10d 30d..30d', '25/9d 30d..30d', '25/10d 1d..30d'])
      expect([given, refused({ LIMIT_PASSWORD_IN_A_ROW: given })]).toEqual([given, true]);
    expect(refused({ LIMIT_SECOND_STEP_IN_A_ROW: '50/29d 30d..30d' })).toBe(false);
    for (const given of ['101/30d 30d..30d', '100/29d 30d..30d', '100/30d 1h..1h'])
      expect([given, refused({ LIMIT_SECOND_STEP_IN_A_ROW: given })]).toEqual([given, true]);
  });
});
