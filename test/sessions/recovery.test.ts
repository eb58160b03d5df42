import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AccountWorld,
  accountWorld,
  count,
  disable,
  PASSWORD,
  visit,
} from '../accounts/account-world.ts';
import { app, type FactorOwner, factorOwner, firstStep, secondStep, wrongCode } from '../mfa/factor-owner.ts';
import { otherCode } from '../support/other-code.ts';
import { StoredState } from '../support/stored-state.ts';

const HOUR = 3_600_000;
const WAIT = 72 * HOUR;

let world: AccountWorld;
beforeAll(async () => {
  world = await accountWorld();
});
afterAll(() => world.close());

/** After the right password. */
async function pendingOf(owner: FactorOwner) {
  const pending = await world.secondStep.find(await firstStep(world, owner));
  if (!pending) throw new Error('the first step was not right');
  return pending;
}

const pass = ({ accountId }: FactorOwner, ms: number) =>
  new StoredState(world.stores).passSinceRecovery(accountId, ms);
const events = async ({ accountId }: FactorOwner) =>
  (await world.stores.activity.list(accountId, { most: 10 })).map(({ event }) => event.kind);

/** An owner who asked three days ago and is mailed the code. */
async function waited(wanted?: Parameters<typeof factorOwner>[1]) {
  const owner = await factorOwner(world, wanted);
  await world.recovery.ask(await pendingOf(owner), visit());
  await pass(owner, WAIT);
  const pending = await pendingOf(owner);
  expect(await world.recovery.sendCode(pending)).toEqual({ outcome: 'mailed' });
  return { owner, pending, code: await world.codeFor(owner.email) };
}

describe('an owner who has lost the second step', () => {
  it('asks after the right password, waits 72 hours, and removes it with a code from the mail', async () => {
    const owner = await factorOwner(world, { backupCodes: true });
    const first = await pendingOf(owner);
    expect(await world.recovery.state(first)).toEqual({ state: 'none' });
    expect(await world.recovery.ask(first, visit())).toBe(true);
    expect((await events(owner))[0]).toBe('recovery-asked');
    expect((await world.recovery.state(first)).state).toBe('waits');
    expect(await world.recovery.sendCode(first)).toEqual({ outcome: 'gone' });
    await pass(owner, WAIT - 10_000);
    expect((await world.recovery.state(await pendingOf(owner))).state).toBe('waits');
    await pass(owner, 10_000);
    const pending = await pendingOf(owner);
    expect((await world.recovery.state(pending)).state).toBe('open');
    expect(await world.recovery.sendCode(pending)).toEqual({ outcome: 'mailed' });
    const done = await world.recovery.finish(pending, await world.codeFor(owner.email), visit());
    if (done.outcome !== 'done') throw new Error(done.outcome);
    const signedIn = await world.stores.browsers.resume(done.browser.sessionId);
    expect(signedIn).toMatchObject({ epoch: done.browser.epoch, amr: ['pwd', 'otp'] });
    expect(await world.twoStep.list(owner.accountId)).toEqual([]);
    expect((await events(owner))[0]).toBe('recovery-done');
    expect((await world.guess(owner.email, PASSWORD)).outcome).toBe('signed-in');
  });

  it('signs everything out by it, the browsers that are trusted included', async () => {
    const owner = await factorOwner(world);
    const entered = await secondStep(world, await firstStep(world, owner), app(owner.code()), {}, true);
    if (entered.outcome !== 'signed-in') throw new Error(entered.outcome);
    await world.recovery.ask(await pendingOf(owner), visit());
    await pass(owner, WAIT);
    const pending = await pendingOf(owner);
    await world.recovery.sendCode(pending);
    const done = await world.recovery.finish(pending, await world.codeFor(owner.email), visit());
    expect(done.outcome).toBe('done');
    expect(await world.stores.browsers.resume(entered.browser.sessionId)).toBeUndefined();
    expect(await world.trustedBrowsers.list(owner.accountId)).toEqual([]);
  });

  it('is told once for one request, however often it is asked for', async () => {
    const owner = await factorOwner(world);
    const pending = await pendingOf(owner);
    for (let round = 0; round < 3; round += 1) await world.recovery.ask(pending, visit());
    expect(count(await events(owner), (kind) => kind === 'recovery-asked')).toBe(1);
  });

  it('needs the code that was mailed for this very sign-in, within five tries', async () => {
    const { owner, pending, code } = await waited();
    const other = await pendingOf(owner);
    expect(await world.recovery.finish(other, code, visit())).toEqual({ outcome: 'wrong' });
    const tries = [];
    for (let round = 0; round < 5; round += 1)
      tries.push((await world.recovery.finish(pending, otherCode(code), visit())).outcome);
    expect(tries).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'too-many-tries']);
    expect((await world.recovery.finish(pending, code, visit())).outcome).not.toBe('done');
    expect(await world.twoStep.list(owner.accountId)).toHaveLength(1);
  });

  it('with one code sent 20 times at once is signed in once', async () => {
    const { pending, code } = await waited();
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => world.recovery.finish(pending, code, visit())),
    );
    expect(count(tries, ({ outcome }) => outcome === 'done')).toBe(1);
  });
});

describe('a stranger who knows the password and asks', () => {
  it.each([
    [
      'signs in with the second step',
      async (owner: FactorOwner) => {
        const entered = await secondStep(world, await firstStep(world, owner), app(owner.code()));
        expect(entered.outcome).toBe('signed-in');
        expect((await events(owner)).slice(0, 2)).toEqual(['recovery-cancelled', 'signed-in']);
      },
    ],
    [
      'signs out of everything, as “It wasn’t me” in the mail does',
      async (owner: FactorOwner) => {
        await world.stores.accounts.signOutEverything(owner.accountId);
      },
    ],
  ])('gets nothing once the owner %s, not even with a code in hand', async (_what, stops) => {
    const { owner, pending, code } = await waited();
    await stops(owner);
    expect(await world.recovery.finish(pending, code, visit())).toEqual({ outcome: 'gone' });
    expect((await world.recovery.state(pending)).state).toBe('none');
    expect(await world.twoStep.list(owner.accountId)).toHaveLength(1);
  });

  it('does not stop it by a wrong second step, and cannot keep the owner waiting for longer by asking again', async () => {
    const owner = await factorOwner(world);
    await world.recovery.ask(await pendingOf(owner), visit());
    await pass(owner, WAIT - 60_000);
    expect((await secondStep(world, await firstStep(world, owner), app(wrongCode(owner)))).outcome).toBe(
      'wrong',
    );
    await world.recovery.ask(await pendingOf(owner), visit());
    await pass(owner, 60_000);
    expect((await world.recovery.state(await pendingOf(owner))).state).toBe('open');
  });

  it('gets nothing from a disabled account', async () => {
    const { owner, pending, code } = await waited();
    await disable(world, owner.email);
    expect(await world.recovery.finish(pending, code, visit())).toEqual({ outcome: 'gone' });
  });
});
