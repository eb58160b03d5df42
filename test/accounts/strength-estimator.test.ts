import { describe, expect, it } from '@jest/globals';
import { PasswordRules } from '../../src/accounts/password-rules.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { StrengthEstimator } from '../../src/accounts/strength-estimator.ts';
import { Busy } from '../../src/errors/server-busy.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { PEPPER, SOMEONE } from './account-world.ts';

const PASSWORD = 'a long and quiet river in the north';

describe('a stranger who is the first to sign up', () => {
  it('keeps nobody who signs in waiting until the word lists are read', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: CHEAP, atOnce: 1 });
    const hash = await passwords.hash(PASSWORD, SOMEONE);
    const order: string[] = [];
    const rules = new PasswordRules([], (caller, work) => {
      order.push('the stranger’s turn');
      return passwords.inTurn(caller, work);
    });
    const stranger = { name: 'Eve', email: 'eve@example.org' };
    // The common passwords are read, and no estimate is made yet.
    expect(await rules.judge('short', stranger, 'alone', SOMEONE)).toMatchObject({ score: 0 });
    const judged = rules.judge(PASSWORD, stranger, 'alone', SOMEONE);
    expect(await passwords.verify(hash, PASSWORD, SOMEONE)).toBe(true);
    order.push('the owner is in');
    await judged;
    expect(order).toEqual(['the owner is in', 'the stranger’s turn']);
  });
});

describe('a stranger who signs up over and over', () => {
  it('does not keep the thread busy that answers everybody else', async () => {
    const estimator = new StrengthEstimator();
    await estimator.of(PASSWORD, []);
    const all = process.cpuUsage();
    const ours = process.threadCpuUsage();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => estimator.of(`${PASSWORD} ${n}`, [])),
    );
    expect(answers.map(({ score }) => score)).toEqual(Array(40).fill(4));
    const [spent, spentHere] = [process.cpuUsage(all), process.threadCpuUsage(ours)];
    expect(spentHere.user).toBeLessThan(spent.user / 4);
  });
});

describe('an estimate', () => {
  it('answers each with what they asked', async () => {
    const estimator = new StrengthEstimator();
    const [weak, strong] = await Promise.all([
      estimator.of('passwordpassword', []),
      estimator.of(PASSWORD, []),
    ]);
    expect([weak.score, strong.score]).toEqual([0, 4]);
  });

  it('whose thread has ended is told as busy, and the next has another thread', async () => {
    const estimator = new StrengthEstimator(
      new URL('data:text/javascript,setTimeout(() => process.exit(), 10)'),
    );
    await expect(estimator.of(PASSWORD, [])).rejects.toBeInstanceOf(Busy);
    await expect(estimator.of(PASSWORD, [])).rejects.toBeInstanceOf(Busy);
  });
});
