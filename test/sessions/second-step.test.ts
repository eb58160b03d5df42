import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AccountWorld,
  accountWorld,
  count,
  disable,
  PASSWORD,
  visit,
} from '../accounts/account-world.ts';
import {
  app,
  backupCode,
  factorOwner,
  firstStep,
  PHONE,
  secondStep,
  texted,
  textedCode,
  wrongCode,
} from '../mfa/factor-owner.ts';
import { otherCode } from '../support/other-code.ts';

describe('signing in to an account with a second factor', () => {
  let world: AccountWorld;
  beforeAll(async () => {
    world = await accountWorld();
  });
  afterAll(() => world.close());

  describe('the second step', () => {
    it('is asked for after the right password, which signs no browser in by itself', async () => {
      const owner = await factorOwner(world);
      expect(await world.guess(owner.email, 'wrong')).toEqual({ outcome: 'wrong' });
      const outcome = await world.guess(owner.email, PASSWORD);
      expect(outcome).toEqual({ outcome: 'second-step', ticket: expect.any(String) });
      const entered = await secondStep(world, await firstStep(world, owner), app(owner.code()));
      expect(entered).toMatchObject({
        outcome: 'signed-in',
        returnTo: '/account',
        trustedBrowser: undefined,
      });
      const { browser } = entered as Extract<typeof entered, { outcome: 'signed-in' }>;
      expect(await world.stores.browsers.resume(browser.sessionId)).toMatchObject({
        amr: ['pwd', 'otp', 'mfa'],
      });
    });

    it('takes a code of the app for one of 50 at once, whichever ticket they hold', async () => {
      const owner = await factorOwner(world);
      const tickets = await Promise.all([1, 2].map(() => firstStep(world, owner)));
      const code = owner.code();
      const tries = await Promise.all(
        Array.from({ length: 50 }, (_, index) => secondStep(world, tickets[index % 2] ?? '', app(code))),
      );
      expect(count(tries, ({ outcome }) => outcome === 'signed-in')).toBe(1);
      expect((await secondStep(world, tickets[0] ?? '', app(code))).outcome).not.toBe('signed-in');
    });

    it('takes a backup code for one of 50 at once, in any spelling, and shows how many are left', async () => {
      const owner = await factorOwner(world, { backupCodes: true });
      expect(owner.backupCodes).toHaveLength(10);
      const ticket = await firstStep(world, owner);
      const [code = '', other = ''] = owner.backupCodes;
      const tries = await Promise.all(
        Array.from({ length: 50 }, () => secondStep(world, ticket, backupCode(code))),
      );
      expect(count(tries, ({ outcome }) => outcome === 'signed-in')).toBe(1);
      const spelled = other.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect(await secondStep(world, ticket, backupCode(spelled))).toMatchObject({ outcome: 'signed-in' });
      const factors = await world.twoStep.list(owner.accountId);
      expect(factors.find(({ kind }) => kind === 'backup-codes')).toMatchObject({ left: 8 });
      const told = await world.stores.activity.list(owner.accountId, { most: 5 });
      expect(told.map(({ event }) => event.kind)).toContain('backup-code-used');
    });

    it('takes a code that was sent to the phone, once, and for this sign-in alone', async () => {
      const owner = await factorOwner(world, { phone: true });
      const [ticket, other] = [await firstStep(world, owner), await firstStep(world, owner)];
      const pending = await world.secondStep.find(ticket);
      expect(pending && (await world.secondStep.sendText(pending, visit({ address: '192.0.2.1' })))).toEqual({
        outcome: 'sent',
      });
      const code = textedCode(world.texts);
      expect(world.texts.at(-1)?.to).toBe(PHONE);
      expect((await secondStep(world, other, texted(code))).outcome).toBe('wrong');
      const tries = await Promise.all(
        Array.from({ length: 20 }, () => secondStep(world, ticket, texted(code))),
      );
      expect(count(tries, ({ outcome }) => outcome === 'signed-in')).toBe(1);
      const entered = tries.find(({ outcome }) => outcome === 'signed-in');
      expect(entered).toMatchObject({ browser: { amr: ['pwd', 'sms', 'mfa'] } });
    });

    it('is refused without a factor of that kind, and what cannot be a code costs nothing', async () => {
      const owner = await factorOwner(world);
      const ticket = await firstStep(world, owner);
      expect((await secondStep(world, ticket, backupCode('7K2M-94XD-QB5T'))).outcome).toBe('wrong');
      expect((await secondStep(world, ticket, texted('123456'))).outcome).toBe('wrong');
      for (let round = 0; round < 20; round += 1)
        expect((await secondStep(world, ticket, app('12 34'))).outcome).toBe('malformed');
      expect((await secondStep(world, ticket, app(owner.code()))).outcome).toBe('signed-in');
    });
  });

  describe('between the two steps', () => {
    it('a sign-out of everything, a disabled account or ten minutes end what the password has begun', async () => {
      const [first, second] = [await factorOwner(world), await factorOwner(world)];
      const signedOut = await firstStep(world, first);
      await world.stores.accounts.signOutEverything(first.accountId);
      expect(await secondStep(world, signedOut, app(first.code()))).toEqual({ outcome: 'gone' });
      const disabled = await firstStep(world, second);
      await disable(world, second.email);
      expect(await secondStep(world, disabled, app(second.code()))).toEqual({ outcome: 'gone' });
      expect(await secondStep(world, 'made up', app(second.code()))).toEqual({ outcome: 'gone' });
      let now = Date.now();
      await using late = await accountWorld({ now: () => now });
      const owner = await factorOwner(late);
      const ticket = await firstStep(late, owner);
      now += 10 * 60_000;
      expect(await secondStep(late, ticket, app(owner.code()))).toEqual({ outcome: 'gone' });
    });

    it('a factor that was removed meanwhile proves nothing', async () => {
      const owner = await factorOwner(world);
      const ticket = await firstStep(world, owner);
      const standing = { accountId: owner.accountId, epoch: 1 };
      const [factor] = await world.twoStep.list(owner.accountId);
      await world.twoStep.remove(standing, factor?.id ?? '', { address: '', userAgent: '' });
      expect((await secondStep(world, ticket, app(owner.code()))).outcome).toBe('wrong');
      expect((await world.guess(owner.email, PASSWORD)).outcome).toBe('signed-in');
    });
  });

  describe('guessing', () => {
    it('of 1,000 wrong guesses at once, ten are evaluated; then even the right code has to wait', async () => {
      const owner = await factorOwner(world);
      const ticket = await firstStep(world, owner);
      const wrong = app(wrongCode(owner));
      const tries = await Promise.all(Array.from({ length: 1000 }, () => secondStep(world, ticket, wrong)));
      expect(count(tries, ({ outcome }) => outcome === 'wrong')).toBe(10);
      expect(count(tries, ({ outcome }) => outcome === 'wait')).toBe(990);
      const right = await secondStep(world, ticket, app(owner.code()));
      expect(right).toMatchObject({ outcome: 'wait', limit: 'SECOND_STEP_STRANGER' });
      const told = await world.stores.activity.list(owner.accountId, { most: 100 });
      expect(count(told, ({ event }) => event.kind === 'second-step-refused')).toBe(10);
    });

    it('by a stranger who knows the password, from many networks, does not keep the owner out', async () => {
      const owner = await factorOwner(world, { backupCodes: true });
      const wrong = app(wrongCode(owner));
      for (let guess = 0; guess < 12; guess += 1) {
        const address = `203.0.${guess}.1`;
        const outcome = await secondStep(world, await firstStep(world, owner, { address }), wrong, {
          address,
        });
        expect(outcome.outcome).toBe(guess < 10 ? 'wrong' : 'wait');
      }
      const { knownBrowser } = owner;
      const ticket = await firstStep(world, owner, { knownBrowser });
      expect((await secondStep(world, ticket, app(owner.code()), { knownBrowser })).outcome).toBe(
        'signed-in',
      );
      const unknown = await firstStep(world, owner);
      expect((await secondStep(world, unknown, backupCode(owner.backupCodes[0] ?? ''))).outcome).toBe(
        'signed-in',
      );
    });

    it('a code by text message is tried five times, and text messages are few', async () => {
      const owner = await factorOwner(world, { phone: true });
      const ticket = await firstStep(world, owner);
      const pending = await world.secondStep.find(ticket);
      if (!pending) throw new Error('gone');
      await world.secondStep.sendText(pending, visit({ address: '192.0.2.2' }));
      const code = textedCode(world.texts);
      const wrong = otherCode(code);
      const tries = [];
      for (let guess = 0; guess < 5; guess += 1) tries.push(await secondStep(world, ticket, texted(wrong)));
      expect(tries.map(({ outcome }) => outcome)).toEqual([
        ...Array<string>(4).fill('wrong'),
        'too-many-tries',
      ]);
      expect((await secondStep(world, ticket, texted(code))).outcome).toBe('too-many-tries');
      const sent = [];
      for (let time = 0; time < 8; time += 1)
        sent.push(await world.secondStep.sendText(pending, visit({ address: '192.0.2.2' })));
      expect(sent.at(-1)).toMatchObject({ outcome: 'wait', limit: 'TEXT_NUMBER' });
    });
  });

  describe('"Don’t ask again on this browser"', () => {
    const trusted = async () => {
      const owner = await factorOwner(world, { backupCodes: true });
      const entered = await secondStep(world, await firstStep(world, owner), app(owner.code()), {}, true);
      if (entered.outcome !== 'signed-in') throw new Error(entered.outcome);
      return { owner, trustedBrowser: entered.trustedBrowser, browser: entered.browser };
    };

    it('the password is enough there, says how it was proved, and nowhere else', async () => {
      const { owner, trustedBrowser } = await trusted();
      const entered = await world.guess(owner.email, PASSWORD, { trustedBrowser });
      expect(entered).toMatchObject({ outcome: 'signed-in', browser: { amr: ['pwd'] } });
      expect((await world.guess(owner.email, PASSWORD)).outcome).toBe('second-step');
      const other = await factorOwner(world);
      expect((await world.guess(other.email, PASSWORD, { trustedBrowser })).outcome).toBe('second-step');
    });

    it('ends one by one, and with a sign-out of everything or a change of factors', async () => {
      const [one, signedOut, changed] = [await trusted(), await trusted(), await trusted()];
      const outcome = async ({ owner, trustedBrowser }: typeof one) =>
        (await world.guess(owner.email, PASSWORD, { trustedBrowser })).outcome;
      const [listed] = await world.trustedBrowsers.list(one.owner.accountId);
      const visit = { address: '', userAgent: '', knownBrowser: undefined, sessionId: undefined };
      await world.trustedBrowsers.end(one.owner.accountId, listed?.name ?? '', visit);
      await world.stores.accounts.signOutEverything(signedOut.owner.accountId);
      await world.twoStep.makeBackupCodes(changed.browser, { address: '', userAgent: '' });
      expect([await outcome(one), await outcome(signedOut), await outcome(changed)]).toEqual([
        'second-step',
        'second-step',
        'second-step',
      ]);
    });

    it('several accounts share a browser', async () => {
      const first = await trusted();
      const second = await factorOwner(world);
      const ticket = await firstStep(world, second);
      const { trustedBrowser } = first;
      const entered = await secondStep(world, ticket, app(second.code()), { trustedBrowser }, true);
      const both = entered.outcome === 'signed-in' ? entered.trustedBrowser : undefined;
      for (const { email } of [first.owner, second])
        expect((await world.guess(email, PASSWORD, { trustedBrowser: both })).outcome).toBe('signed-in');
    });
  });
});
