import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { readConfig } from '../../src/config/config.ts';
import { codeBudget } from '../../src/limits/code-budget.ts';
import { USER_CODES } from '../../src/limits/user-code-space.ts';
import { type TestStores, testStores } from '../support/test-stores.ts';
import { type AttackReport, guessingAttack, LIVE, ODDS, SUSPECTED } from './guessing-attack.ts';

/** 10,000 guesses; `npm run check:guessing` makes 100,000. */
describe('guessing user codes on a large scale', () => {
  let stores: TestStores;
  let report: AttackReport;
  beforeAll(async () => {
    stores = await testStores();
    report = await guessingAttack(stores, { rounds: 10, random: new SeededRandom(8628) });
  });
  afterAll(() => stores.connection.close());

  it('evaluates no more guesses than the formula allows, whatever is tried', () => {
    expect(report.tried).toBe(10_000);
    expect(report.wrong).toBeLessThanOrEqual(report.allowed);
    expect((report.allowed * LIVE) / USER_CODES).toBeLessThanOrEqual(1 / ODDS);
    // The attack is worth something.
    expect(report.wrong).toBeGreaterThan(1000);
  });

  it('lets no more hits through than follow from that', () => {
    const chance = LIVE / SUSPECTED;
    const bound = (report.allowed * chance) / (1 - chance);
    expect(report.hits).toBeLessThanOrEqual(bound + 4 * Math.sqrt(bound));
  });

  it('does not hold up an owner who types the code rightly, or mistypes it once', () => {
    expect(report.honest.sure).toEqual(Array(10).fill('right'));
    expect(report.honest.unsure).toEqual(Array(10).fill(['wrong', 'right']).flat());
  });
});

describe('how many wrong codes everybody together may try', () => {
  it.each([
    [10_000, 250],
    [1000, 250],
    [100_000, 250],
    [100_000, 1000],
    [37, 100],
  ])('follows from %i live codes and odds of 1 in %i', (liveCodes, odds) => {
    const { guesses = 0, limits } = codeBudget({ liveCodes, lifetime: 600_000, odds }) ?? {};
    const exact = USER_CODES / (liveCodes * odds);
    expect(guesses).toBeLessThanOrEqual(exact);
    expect(guesses).toBeGreaterThan(exact * 0.8);
    // What the counters let through in two spans of one lifetime each.
    const through = [limits?.CODE_ALL_FIRST, limits?.CODE_ALL_FURTHER].map(
      (pace) => (pace?.free ?? 0) + 1 + Math.floor((pace?.memory ?? 0) / (pace?.firstDelay ?? 1)),
    );
    expect(2 * through.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(guesses);
  });

  it('is refused as a setting when nothing is left, and warned of when little is', () => {
    const few = { LIVE_CODES: '1000000', CODE_GUESS_ODDS: '250' };
    expect(readConfig(few).config.warnings).toEqual([expect.objectContaining({ kind: 'few-guesses' })]);
    expect(readConfig({}).config.warnings).toEqual([]);
    const none = { LIVE_CODES: '10000000', CODE_GUESS_ODDS: '1000000' };
    expect(() => readConfig(none)).toThrow(/CODE_GUESS_ODDS: with so many LIVE_CODES/);
  });
});
