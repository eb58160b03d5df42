import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AccountWorld,
  accountWorld,
  count,
  ELSEWHERE,
  guessLimits,
  PASSWORD,
  visit,
} from '../accounts/account-world.ts';

const DAY = 86_400_000;
/** Addresses of as many networks. */
const networks = (many: number) => Array.from({ length: many }, (_, n) => `203.0.${n}.1`);

describe('a hundred wrong passwords in a row', () => {
  const inARow = { free: 8, firstDelay: DAY, highestDelay: DAY, memory: DAY };
  let botnet: AccountWorld;
  beforeAll(async () => {
    botnet = await accountWorld(guessLimits({ PASSWORD_IN_A_ROW: inARow }));
  });
  afterAll(() => botnet.close());

  async function attacked() {
    const email = botnet.email();
    const { knownBrowser } = await botnet.create(email);
    for (const address of networks(8)) await botnet.guess(email, 'wrong', { address });
    return { email, knownBrowser };
  }

  async function ticketOf(email: string, password: string, address = ELSEWHERE): Promise<string> {
    const outcome = await botnet.guess(email, password, { address });
    if (outcome.outcome !== 'confirm-by-mail') throw new Error(outcome.outcome);
    return outcome.ticket;
  }

  const confirm = (ticket: string, code: string) =>
    botnet.signInByMail.confirm(ticket, code, visit({ address: ELSEWHERE }));

  it('let no owner in by password alone from an unknown browser; with the mailed code the owner comes in', async () => {
    const { email } = await attacked();
    const ticket = await ticketOf(email, PASSWORD);
    const done = await confirm(ticket, await botnet.codeFor(email));
    expect(done).toMatchObject({
      outcome: 'signed-in',
      returnTo: '/account',
      browser: { amr: ['pwd', 'otp'] },
    });
    expect((await botnet.guess(email, PASSWORD, { address: '192.0.2.77' })).outcome).toBe('signed-in');
  });

  it('do not touch the owner’s known browser', async () => {
    const { email, knownBrowser } = await attacked();
    expect((await botnet.guess(email, PASSWORD, { knownBrowser })).outcome).toBe('signed-in');
  });

  it('answer the same to a right and a wrong password, and mail only after the right one', async () => {
    const { email } = await attacked();
    await botnet.settled();
    const before = botnet.mails.length;
    const wrong = await ticketOf(email, 'not the password', '192.0.2.1');
    await botnet.settled();
    expect(botnet.mails).toHaveLength(before);
    const right = await ticketOf(email, PASSWORD, '198.18.0.1');
    expect(wrong).toHaveLength(right.length);
    const code = await botnet.codeFor(email);
    const bad = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    for (const outcome of ['wrong', 'wrong', 'wrong', 'wrong', 'too-many-tries']) {
      expect(await confirm(wrong, bad)).toEqual({ outcome });
      expect(await confirm(right, bad)).toEqual({ outcome });
    }
    expect(await confirm(right, code)).toEqual({ outcome: 'too-many-tries' });
  });

  it('slow guesses with the right password down as those with a wrong one', async () => {
    const { email } = await attacked();
    const outcomes: string[][] = [];
    for (const [password, address] of [
      [PASSWORD, '192.0.2.1'],
      ['not the password', '198.18.0.1'],
    ] as const) {
      const seen: string[] = [];
      for (let i = 0; i < 7; i += 1) seen.push((await botnet.guess(email, password, { address })).outcome);
      outcomes.push(seen);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]?.slice(-1)).toEqual(['wait']);
  });

  it('are the same for an email without an account', async () => {
    const email = botnet.email();
    for (const address of networks(8)) await botnet.guess(email, 'wrong', { address });
    expect((await botnet.guess(email, PASSWORD, { address: ELSEWHERE })).outcome).toBe('confirm-by-mail');
  });

  it('send the owner no flood of codes', async () => {
    const { email } = await attacked();
    await botnet.settled();
    const before = botnet.mails.length;
    for (const address of networks(12)) await ticketOf(email, PASSWORD, address.replace('203', '198'));
    await botnet.settled();
    expect(botnet.mails.length - before).toBe(5);
  });

  it('and a code that was mailed before a sign-out of everything is worth nothing after it', async () => {
    const { email } = await attacked();
    const ticket = await ticketOf(email, PASSWORD);
    const code = await botnet.codeFor(email);
    const account = await botnet.stores.accounts.findByEmail(email);
    if (account) await botnet.stores.accounts.signOutEverything(account.id);
    expect(await confirm(ticket, code)).toEqual({ outcome: 'wrong' });
  });

  it('and a code works once, however many send it at once', async () => {
    const { email } = await attacked();
    const ticket = await ticketOf(email, PASSWORD);
    const code = await botnet.codeFor(email);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => confirm(ticket, code)));
    expect(count(outcomes, ({ outcome }) => outcome === 'signed-in')).toBe(1);
  });
});
