import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewFactor, Standing } from '../../src/mfa/factor.ts';
import {
  type AccountWorld,
  accountWorld,
  disable,
  ELSEWHERE,
  guessLimits,
  PASSWORD,
  visit,
} from '../accounts/account-world.ts';
import { app, secondStep } from '../mfa/factor-owner.ts';
import { newApp, newCodes, newPasskey, newPhone } from '../redis/contract/factors.ts';
import { StoredState } from '../support/stored-state.ts';
import { LinkedOwner } from '../upstream/linked-owner.ts';

const DAY = 86_400_000;
const EVENT = { kind: 'factor-added', by: 'owner' } as const;
const NEW_PASSWORD = 'seven quiet violet lanterns';

interface Owner extends Standing {
  email: string;
  knownBrowser: string;
}

/** What came of the first step: signed in, asked for the second one, or nothing. */
type Came = { came: 'in' } | { came: 'second-step'; ticket: string } | { came: 'nowhere' };

/** A way in, as two parts: what can be begun before something happens to the account, and the rest. */
type Way = (world: AccountWorld, owner: Owner) => Promise<() => Promise<Came>>;

function cameOf(outcome: { outcome: string; ticket?: string }): Came {
  if (outcome.outcome === 'signed-in') return { came: 'in' };
  const { ticket } = outcome;
  return outcome.outcome === 'second-step' && ticket !== undefined
    ? { came: 'second-step', ticket }
    : { came: 'nowhere' };
}

const WAYS: Readonly<Record<string, Way>> = {
  'an account at another provider': async (world, owner) => {
    const linked = await LinkedOwner.of(world, owner);
    return async () => cameOf(await linked.comes());
  },
  password:
    async (world, { email }) =>
    async () =>
      cameOf(await world.guess(email, PASSWORD)),
  'password in a browser that is known':
    async (world, { email, knownBrowser }) =>
    async () =>
      cameOf(await world.guess(email, PASSWORD, { knownBrowser })),
  'password and mailed code, after many wrong ones': async (world, { email }) => {
    await world.guess(email, 'wrong', { address: ELSEWHERE });
    const asked = await world.guess(email, PASSWORD, { address: ELSEWHERE });
    if (asked.outcome !== 'confirm-by-mail') throw new Error(asked.outcome);
    const code = await world.codeFor(email);
    return async () =>
      cameOf(await world.signInByMail.confirm(asked.ticket, code, visit({ address: ELSEWHERE })));
  },
  'the link of a forgotten password': async (world, { email }) => {
    await world.passwordReset.ask(email, visit({ address: ELSEWHERE }));
    await world.settled();
    const text = world.mails.findLast(({ to }) => to === email)?.text ?? '';
    const token = /\/link\/([\w-]+)/.exec(text)?.[1] ?? '';
    return async () => {
      const done = await world.passwordReset.finish(token, NEW_PASSWORD, visit());
      return done.outcome === 'changed' ? cameOf(done.creation) : { came: 'nowhere' };
    };
  },
};

const FACTORS: Readonly<Record<string, () => readonly NewFactor[]>> = {
  'no factor': () => [],
  'an app': () => [newApp()],
  'a passkey': () => [newPasskey(0)],
  'an app and backup codes': () => [newApp(), newCodes('a')],
  'an app, a passkey and a phone': () => [newApp(), newPasskey(0), newPhone()],
};

let world: AccountWorld;
beforeAll(async () => {
  // One wrong password is enough for the mailed code.
  const inARow = { free: 1, firstDelay: DAY, highestDelay: DAY, memory: DAY };
  const wide = { free: 10_000, firstDelay: 1, highestDelay: 1, memory: DAY };
  const mails = { SIGN_UP_MAIL_NETWORK: wide, FORGOTTEN_MAIL_NETWORK: wide };
  world = await accountWorld(guessLimits({ PASSWORD_IN_A_ROW: inARow, ...mails }));
});
afterAll(() => world.close());

async function ownerWith(factors: readonly NewFactor[]): Promise<Owner> {
  const email = world.email();
  const { sessionId, knownBrowser } = await world.create(email);
  const browser = await world.stores.browsers.resume(sessionId);
  if (!browser) throw new Error('not signed in');
  const owner = { accountId: browser.accountId, epoch: browser.epoch, email, knownBrowser };
  for (const factor of factors) expect(await world.stores.factors.add(owner, factor, EVENT)).toBe('added');
  await world.stores.browsers.end(sessionId);
  return owner;
}

const signedIn = ({ accountId }: Owner) => new StoredState(world.stores).browsers(accountId);
const cases = Object.keys(WAYS).flatMap((way) =>
  Object.keys(FACTORS).map((factors) => [way, factors] as const),
);

describe('no way in is weaker than the strongest factor set (ASVS 6.3.4)', () => {
  it.each(cases)('%s, of an account with %s', async (name, factors) => {
    const owner = await ownerWith(FACTORS[factors]?.() ?? []);
    const finish = await WAYS[name]?.(world, owner);
    const came = await finish?.();
    expect(came?.came).toBe(factors === 'no factor' ? 'in' : 'second-step');
    expect(await signedIn(owner)).toBe(factors === 'no factor' ? 1 : 0);
  });

  it.each(cases)('%s, of a disabled account with %s: no browser comes in', async (name, factors) => {
    const owner = await ownerWith(FACTORS[factors]?.() ?? []);
    const finish = await WAYS[name]?.(world, owner);
    await disable(world, owner.email);
    expect((await finish?.())?.came).toBe('nowhere');
    expect(await signedIn(owner)).toBe(0);
  });

  it.each(cases)(
    '%s, of an account with %s, begun before a sign-out of everything',
    async (name, factors) => {
      const owner = await ownerWith(FACTORS[factors]?.() ?? []);
      const finish = await WAYS[name]?.(world, owner);
      await world.stores.accounts.signOutEverything(owner.accountId);
      const came = await finish?.();
      // A password, and what a provider has just proved, is read afresh; what was mailed before is dead.
      const isFresh = /^(password|an account)/.test(name) && !name.includes('mailed');
      expect(came?.came).toBe(!isFresh ? 'nowhere' : factors === 'no factor' ? 'in' : 'second-step');
      if (!isFresh) expect(await signedIn(owner)).toBe(0);
    },
  );

  it.each(cases.filter(([, factors]) => factors !== 'no factor'))(
    '%s, of an account with %s: a sign-out of everything, or disabling, ends what waits for the second step',
    async (name, factors) => {
      for (const end of [
        (owner: Owner) => world.stores.accounts.signOutEverything(owner.accountId),
        (owner: Owner) => disable(world, owner.email),
      ]) {
        const owner = await ownerWith(FACTORS[factors]?.() ?? []);
        const came = await (await WAYS[name]?.(world, owner))?.();
        if (came?.came !== 'second-step') throw new Error(came?.came);
        await end(owner);
        expect(await secondStep(world, came.ticket, app('123456'))).toEqual({ outcome: 'gone' });
        expect(await signedIn(owner)).toBe(0);
      }
    },
  );
});
