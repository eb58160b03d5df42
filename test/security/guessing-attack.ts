/**
 * RFC 8628 section 5.1 on a large scale: 1,000 accounts, each with a network and as many sessions of its own,
 * guess as fast as they can while 10,000 codes live their one life. Real counters on a real store; the time is
 * faked, and begins in the middle of a span of the counters, so that the guesses fall into two.
 */
import type { SeededRandom } from '../../checks/check.ts';
import type { Session } from '../../src/accounts/session.ts';
import { codeBudget } from '../../src/limits/code-budget.ts';
import { CodeLimits } from '../../src/web/code-limits.ts';
import { FakedTime } from '../support/faked-time.ts';
import { testLimiter } from '../support/test-limits.ts';
import { newBrowser, randomId, type TestStores } from '../support/test-stores.ts';

const LIFETIME = 10 * 60_000;
const ACCOUNTS = 1000;
/** More, and a store under load would not answer in time. */
const AT_ONCE = 200;
export const LIVE = 10_000;
export const ODDS = 250;
/** So that there are hits to count, the attackers know of all codes but these that they are not live. */
export const SUSPECTED = 400_000;
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

export interface AttackReport {
  /** Wrong codes that the formula allows while a code lives. */
  readonly allowed: number;
  tried: number;
  /** Neither refused nor right. */
  wrong: number;
  hits: number;
  /** Owners who type their code rightly at once, and those who mistype it before. */
  readonly honest: { sure: string[]; unsure: string[] };
}

/** @param rounds of 1,000 guesses, spread over the life of the codes */
export async function guessingAttack(
  stores: TestStores,
  { rounds, random }: { rounds: number; random: SeededRandom },
): Promise<AttackReport> {
  const budget = codeBudget({ liveCodes: LIVE, lifetime: LIFETIME, odds: ODDS });
  if (!budget) throw new Error('no guesses at all');
  const time = new FakedTime(stores, Math.ceil(Date.now() / LIFETIME) * LIFETIME + LIFETIME / 2);
  const limits = new CodeLimits(testLimiter(stores, budget.limits, time.now));
  const accounts = Array.from({ length: ACCOUNTS }, () => randomId());
  const honest = { sure: [], unsure: [] };
  const report: AttackReport = { allowed: budget.guesses, tried: 0, wrong: 0, hits: 0, honest };
  const guess = (account: string, address: string, code: string) =>
    limits.guess(newBrowser(account as never, 1) as Session, address, () => pending(stores, code));

  await issueCodes(stores);
  for (let round = 0; round < rounds; round += 1) {
    for (let first = 0; first < ACCOUNTS; first += AT_ONCE) {
      const now = accounts.slice(first, first + AT_ONCE);
      const codes = now.map(() => codeNumbered(random.whole(0, SUSPECTED - 1)));
      const attack = (account: string, n: number) => guess(account, networkOf(first + n), codes[n] ?? '');
      for (const { outcome } of await Promise.all(now.map(attack))) {
        report.tried += 1;
        if (outcome === 'wrong') report.wrong += 1;
        if (outcome === 'right') report.hits += 1;
      }
    }
    if (round % (rounds / 10) === 0) await visitHonestly(report, guess, round);
    await time.pass(LIFETIME / rounds);
  }
  return report;
}

/** The unsure one shares the network of an attacker. */
async function visitHonestly(
  { honest }: AttackReport,
  guess: (account: string, address: string, code: string) => Promise<{ outcome: string }>,
  round: number,
): Promise<void> {
  const [sure, unsure] = [randomId(), randomId()];
  honest.sure.push((await guess(sure, '192.0.2.7', liveCode(round))).outcome);
  for (const code of ['ZZZZZZZZ', liveCode(round)])
    honest.unsure.push((await guess(unsure, networkOf(round), code)).outcome);
}

async function issueCodes({ deviceCodes }: TestStores): Promise<void> {
  const issue = (index: number) =>
    deviceCodes.create({
      deviceCode: randomId(),
      userCode: liveCode(index),
      clientId: 'tv',
      lifetime: LIFETIME,
      network: `net ${index}`,
      payload: {},
    });
  for (let first = 0; first < LIVE; first += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => issue(first + index)));
}

async function pending({ deviceCodes }: TestStores, code: string) {
  const found = await deviceCodes.findByUserCode(code);
  return found?.state === 'pending' ? found : undefined;
}

const networkOf = (index: number) => `100.${64 + (index >> 8)}.${index & 255}.1`;
const liveCode = (index: number) => codeNumbered(index * (SUSPECTED / LIVE));

function codeNumbered(index: number): string {
  const digits = index.toString(LETTERS.length).padStart(8, '0');
  return digits.replace(/./g, (digit) => LETTERS.charAt(Number.parseInt(digit, LETTERS.length)));
}
