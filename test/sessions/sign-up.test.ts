import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import type { StartOutcome } from '../../src/sessions/sign-up-outcome.ts';
import {
  type AccountWorld,
  accountWorld,
  count,
  ELSEWHERE,
  HOME,
  PASSWORD,
  visit,
} from '../accounts/account-world.ts';

let world: AccountWorld;
beforeAll(async () => {
  world = await accountWorld();
});
afterAll(() => world.close());

async function start(email: string, of: AccountWorld = world, address = HOME): Promise<StartOutcome> {
  return of.signUp.start({ name: ' Ada  L. ', email, password: PASSWORD }, '/device', address);
}

async function ticketFor(email: string, of: AccountWorld = world): Promise<string> {
  const outcome = await start(email, of);
  if (outcome.outcome !== 'mailed') throw new Error(outcome.outcome);
  return outcome.ticket;
}

/** A code that is not the one that was mailed. */
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('creating an account', () => {
  it('mails a code, and the right code makes the account and signs the browser in', async () => {
    const email = world.email();
    const ticket = await ticketFor(email.toUpperCase());
    expect(await world.stores.accounts.findByEmail(email)).toBeUndefined();
    const done = await world.signUp.confirm(ticket, await world.codeFor(email), visit());
    if (done.outcome !== 'signed-in') throw new Error(done.outcome);
    expect(done.returnTo).toBe('/device');
    const account = await world.stores.accounts.findByEmail(email);
    expect(account?.profile).toMatchObject({ name: 'Ada L.', email, emailVerified: true });
    const browser = await world.stores.browsers.resume(done.browser.sessionId);
    expect(browser).toMatchObject({ accountId: account?.id, epoch: 1, amr: ['pwd'] });
    expect(browser?.uid).toMatch(/^[\w-]{22}\.[\w-]{22}$/);
    expect((await world.guess(email, PASSWORD)).outcome).toBe('signed-in');
  });

  it('answers the same for an email that has an account, and tells its owner by mail', async () => {
    const email = world.email();
    await world.create(email);
    const [again, fresh] = [await start(email), await start(world.email())];
    expect(Object.keys(again)).toEqual(Object.keys(fresh));
    expect(again.outcome).toBe('mailed');
    expect(await world.codeFor(email)).toBe('');
    expect(world.mails.findLast(({ to }) => to === email)?.subject).toBe('You have an account already');
    if (again.outcome !== 'mailed') throw new Error(again.outcome);
    expect(await world.signUp.confirm(again.ticket, '123456', visit())).toEqual({ outcome: 'wrong' });
    expect(await world.signUp.resend(again.ticket, HOME)).toEqual({ outcome: 'mailed' });
  });

  it('does not wait for the mail', async () => {
    const { promise: atLast, resolve } = Promise.withResolvers<void>();
    const late = new OutgoingMail({ send: () => atLast }, () => undefined);
    await using slow = await accountWorld({ mail: late });
    expect((await start(slow.email(), slow)).outcome).toBe('mailed');
    resolve();
    await late.settled();
  });

  it.each(['invite', 'closed'] as const)('is refused when sign-up is %s', async (mode) => {
    await using shut = await accountWorld({ signUp: mode });
    expect(await start(shut.email(), shut)).toEqual({ outcome: 'closed' });
    expect(await shut.signUp.confirm('x', '123456', visit())).toEqual({ outcome: 'gone' });
    expect(shut.mails).toHaveLength(0);
  });

  it('makes one account when one email is confirmed by many at once', async () => {
    const email = world.email();
    const pending: { ticket: string; code: string }[] = [];
    for (let i = 0; i < 4; i += 1) {
      const ticket = await ticketFor(email);
      pending.push({ ticket, code: await world.codeFor(email) });
    }
    const outcomes = await Promise.all(
      pending.map(({ ticket, code }) => world.signUp.confirm(ticket, code, visit())),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['signed-in', 'taken', 'taken', 'taken']);
  });
});

describe('the code', () => {
  it('works once, however many send it at once', async () => {
    const email = world.email();
    const ticket = await ticketFor(email);
    const code = await world.codeFor(email);
    const all = Array.from({ length: 50 }, () => world.signUp.confirm(ticket, code, visit()));
    const outcomes = await Promise.all(all);
    expect(count(outcomes, ({ outcome }) => outcome === 'signed-in')).toBe(1);
    expect(count(outcomes, ({ outcome }) => outcome === 'wrong')).toBe(49);
    expect(await world.signUp.resend(ticket, HOME)).toEqual({ outcome: 'gone' });
  });

  it('takes five tries, then not even the right one; a new code helps', async () => {
    const email = world.email();
    const ticket = await ticketFor(email);
    const code = await world.codeFor(email);
    const outcomes: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      outcomes.push((await world.signUp.confirm(ticket, other(code), visit())).outcome);
    }
    expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'too-many-tries']);
    expect((await world.signUp.confirm(ticket, code, visit())).outcome).toBe('too-many-tries');
    expect(await world.signUp.resend(ticket, HOME)).toEqual({ outcome: 'mailed' });
    const done = await world.signUp.confirm(ticket, await world.codeFor(email), visit());
    expect(done.outcome).toBe('signed-in');
  });

  it('is worth nothing with the ticket of another visitor, or without one', async () => {
    const [mine, yours] = [world.email(), world.email()];
    await ticketFor(mine);
    const theirs = await ticketFor(yours);
    const code = await world.codeFor(mine);
    if (code !== (await world.codeFor(yours))) {
      expect(await world.signUp.confirm(theirs, code, visit())).toEqual({ outcome: 'wrong' });
    }
    expect(await world.signUp.confirm('made up', code, visit())).toEqual({ outcome: 'gone' });
    expect(await world.signUp.resend('made up', HOME)).toEqual({ outcome: 'gone' });
  });

  it('dies when a new one is sent', async () => {
    const email = world.email();
    const ticket = await ticketFor(email);
    const first = await world.codeFor(email);
    await world.signUp.resend(ticket, HOME);
    if (first !== (await world.codeFor(email))) {
      expect((await world.signUp.confirm(ticket, first, visit())).outcome).toBe('wrong');
    }
  });
});

describe('limits on mail', () => {
  it('send one email five mails, then fewer and fewer, whichever network asks', async () => {
    const email = world.email();
    const ticket = await ticketFor(email);
    for (let i = 0; i < 4; i += 1) await world.signUp.resend(ticket, HOME);
    const wait = await world.signUp.resend(ticket, ELSEWHERE);
    expect(wait).toMatchObject({ outcome: 'wait' });
    expect((await start(email, world, ELSEWHERE)).outcome).toBe('wait');
    await world.settled();
    expect(count(world.mails, ({ to }) => to === email)).toBe(5);
  });

  it('slow a network down that asks for one account after the other, and no other network', async () => {
    const network = { free: 3, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };
    await using small = await accountWorld({ limits: { SIGN_UP_MAIL_NETWORK: network } });
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i += 1) outcomes.push((await start(small.email(), small)).outcome);
    expect(outcomes).toEqual(['mailed', 'mailed', 'mailed', 'wait']);
    expect((await start(small.email(), small, ELSEWHERE)).outcome).toBe('mailed');
  });
});
