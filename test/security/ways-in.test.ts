/**
 * Every way to a signed-in browser, whole, against every state of factors and account: who is signed in, and what
 * `amr` says of it. The first steps alone are in test/sessions/ways-in.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import type { NewFactor, Passkey } from '../../src/mfa/factor.ts';
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
import { newApp, newCodes, newPhone } from '../redis/contract/factors.ts';
import { StoredState } from '../support/stored-state.ts';
import { TestPasskey } from '../support/test-passkey.ts';
import { LinkedOwner } from '../upstream/linked-owner.ts';
import { mailedByProvider } from '../upstream/vouched-owner.ts';

const DAY = 86_400_000;
const EVENT = { kind: 'factor-added', by: 'owner' } as const;
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const ISSUER = 'http://localhost:3000';
const passkey = new TestPasskey();
const realApp = (): NewFactor => ({ ...newApp(), seed: SEED, lastStep: 0 });

const FACTORS = {
  'no factor': () => [],
  'an app': () => [realApp()],
  'a passkey': () => [passkey.factor()],
  'an app and backup codes': () => [realApp(), newCodes('a')],
  'an app and a phone': () => [realApp(), newPhone()],
} as const satisfies Record<string, () => readonly NewFactor[]>;
type Factors = keyof typeof FACTORS;

type Owner = Awaited<ReturnType<typeof ownerWith>>;

/** What happens between the first and the last step. */
const STATES = {
  active: async () => undefined,
  locked: async ({ email }: Owner) => {
    for (const password of ['wrong', 'wrong again'])
      await world.guess(email, password, { address: ELSEWHERE });
  },
  disabled: ({ email }: Owner) => disable(world, email),
  'signed out of everything': ({ accountId }: Owner) => world.stores.accounts.signOutEverything(accountId),
} as const satisfies Record<string, (owner: Owner) => Promise<unknown>>;
type State = keyof typeof STATES;

/** The session that the last step gives, if it gives one. */
type Finish = () => Promise<string | undefined>;

interface Way {
  begin(owner: Owner): Promise<Finish>;
  /** What `amr` says; `undefined`: no browser is signed in. */
  expected(factors: Factors, state: State): readonly string[] | undefined;
}

const sessionOf = (outcome: { outcome: string; browser?: { sessionId: string } }) =>
  outcome.browser?.sessionId;
const ticketOf = (outcome: { outcome: string; ticket?: string }) =>
  outcome.outcome === 'second-step' ? outcome.ticket : undefined;
const only = (wanted: boolean, ...amr: string[]) => (wanted ? amr : undefined);
const begunBefore = (state: State) => state === 'active' || state === 'locked';

function recovery(waited: number): Way['begin'] {
  return async ({ email, accountId }) => {
    const first = await world.secondStep.find(ticketOf(await world.guess(email, PASSWORD)));
    if (first) await world.recovery.ask(first, visit());
    await new StoredState(world.stores).passSinceRecovery(accountId, waited);
    if (first) await world.recovery.sendCode(first);
    const code = await world.codeFor(email);
    return async () => (first ? sessionOf(await world.recovery.finish(first, code, visit())) : undefined);
  };
}

function bothSteps(between: (linked: LinkedOwner) => Promise<unknown>): Way['begin'] {
  return async (owner) => {
    const linked = await LinkedOwner.of(world, owner);
    const ticket = owner.hasFactors ? ticketOf(await linked.comes()) : undefined;
    const answer = app(generateSync({ secret: SEED, epoch: Math.floor(Date.now() / 1000) }));
    await between(linked);
    return async () => (ticket ? sessionOf(await secondStep(world, ticket, answer)) : undefined);
  };
}

const WAYS: Readonly<Record<string, Way>> = {
  'the password alone': {
    begin:
      async ({ email }) =>
      async () =>
        sessionOf(await world.guess(email, PASSWORD)),
    expected: (factors, state) =>
      only(factors === 'no factor' && state !== 'locked' && state !== 'disabled', 'pwd'),
  },
  'the password and a code of the app': {
    begin: async ({ email }) => {
      const ticket = ticketOf(await world.guess(email, PASSWORD));
      const answer = app(generateSync({ secret: SEED, epoch: Math.floor(Date.now() / 1000) }));
      return async () => (ticket ? sessionOf(await secondStep(world, ticket, answer)) : undefined);
    },
    expected: (factors, state) =>
      only(factors.startsWith('an app') && begunBefore(state), 'pwd', 'otp', 'mfa'),
  },
  'the password and a passkey': {
    begin: async ({ email, accountId }) => {
      const ticket = ticketOf(await world.guess(email, PASSWORD));
      const factors = await world.stores.factors.list(accountId);
      const passkeys = factors.filter((factor): factor is Passkey => factor.kind === 'passkey');
      const asked = await world.passkeyCheck.ask({ id: accountId, passkeys });
      const answer = asked && passkey.answer(asked, ISSUER, accountId);
      return async () => (ticket && answer ? sessionOf(await secondStep(world, ticket, answer)) : undefined);
    },
    expected: (factors, state) =>
      only(factors === 'a passkey' && begunBefore(state), 'pwd', 'hwk', 'user', 'mfa'),
  },
  // Both steps in one, proved at that moment: wrong passwords do not lock it, and it is signed in anew.
  'a passkey alone': {
    begin: async ({ accountId }) => {
      const asked = await world.passkeySignIn.begin();
      const answer = asked && passkey.answer(asked, ISSUER, accountId);
      return async () =>
        answer && sessionOf(await world.passkeySignIn.finish(answer.response, answer.challenge, visit()));
    },
    expected: (factors, state) => only(factors === 'a passkey' && state !== 'disabled', 'hwk', 'user', 'mfa'),
  },
  'the password in a browser that is trusted': {
    begin: async (owner) => {
      const [{ id: factor } = { id: '' }] = await world.stores.factors.list(owner.accountId);
      const trustedBrowser = await world.trustedBrowsers.trust({ ...owner, factor, uid: '' }, visit());
      return async () => sessionOf(await world.guess(owner.email, PASSWORD, { trustedBrowser }));
    },
    expected: (factors, state) =>
      only(state === 'active' || (factors === 'no factor' && state === 'signed out of everything'), 'pwd'),
  },
  // Proved at that moment, and read afresh: as a passkey alone.
  'an account at another provider': {
    begin: async (owner) => {
      const linked = await LinkedOwner.of(world, owner);
      return async () => sessionOf(await linked.comes());
    },
    expected: (factors, state) => only(factors === 'no factor' && state !== 'disabled', 'upstream'),
  },
  'an account at another provider, whose two steps count': {
    begin: async (owner) => {
      const linked = await LinkedOwner.of(world, owner);
      return async () => sessionOf(await linked.comes(true));
    },
    expected: (_factors, state) => only(state !== 'disabled', 'upstream', 'mfa'),
  },
  'an account at another provider, unlinked meanwhile': {
    begin: async (owner) => {
      const linked = await LinkedOwner.of(world, owner);
      await linked.unlink();
      return async () => sessionOf(await linked.comes(true));
    },
    expected: () => undefined,
  },
  'an account at another provider and a code of the app': {
    begin: bothSteps(async () => undefined),
    expected: (factors, state) =>
      only(factors.startsWith('an app') && begunBefore(state), 'upstream', 'otp', 'mfa'),
  },
  'an account at another provider and a code of the app, unlinked between the two': {
    begin: bothSteps((linked) => linked.unlink()),
    expected: () => undefined,
  },
  'an email for which another provider speaks': {
    begin: async ({ email }) => {
      const confirm = await mailedByProvider(world, email);
      return async () => sessionOf(await confirm());
    },
    expected: (factors, state) => only(factors === 'no factor' && begunBefore(state), 'otp'),
  },
  'a browser that was signed in before': {
    begin:
      async ({ sessionId }) =>
      async () =>
        sessionId,
    expected: (_factors, state) => only(begunBefore(state), 'pwd'),
  },
  'a sign-up with the address of the account': {
    begin: async ({ email }) => {
      const started = await world.signUp.start(
        { name: 'Eve', email, password: PASSWORD },
        '/account',
        ELSEWHERE,
      );
      if (started.outcome !== 'mailed') throw new Error(started.outcome);
      // The owner of the address is mailed that there is an account, and no code.
      const code = (await world.codeFor(email)) || '123456';
      return async () => sessionOf(await world.signUp.confirm(started.ticket, code, visit()));
    },
    expected: () => undefined,
  },
  'recovery, an hour too early': { begin: recovery(3 * DAY - 3_600_000), expected: () => undefined },
  'recovery, after 72 hours': {
    begin: recovery(3 * DAY),
    expected: (factors, state) => only(factors !== 'no factor' && begunBefore(state), 'pwd', 'otp'),
  },
};

let world: AccountWorld;
beforeAll(async () => {
  // Two wrong passwords lock the ways that begin with one in an unknown browser.
  const inARow = { free: 1, firstDelay: DAY, highestDelay: DAY, memory: DAY };
  const wide = { free: 100_000, firstDelay: 1, highestDelay: 1, memory: DAY };
  const mails = { SIGN_UP_MAIL_NETWORK: wide, SIGN_UP_MAIL_ALL: wide };
  world = await accountWorld(guessLimits({ PASSWORD_IN_A_ROW: inARow, ...mails }));
});
afterAll(() => world.close());

async function ownerWith(factors: readonly NewFactor[]) {
  const email = world.email();
  const { sessionId } = await world.create(email);
  const browser = await world.stores.browsers.resume(sessionId);
  if (!browser) throw new Error('not signed in');
  const { accountId, epoch } = browser;
  const owner = { accountId, epoch, email, sessionId, hasFactors: factors.length > 0 };
  for (const factor of factors) expect(await world.stores.factors.add(owner, factor, EVENT)).toBe('added');
  return owner;
}

const cases = Object.keys(WAYS).flatMap((way) =>
  (Object.keys(FACTORS) as Factors[]).flatMap((factors) =>
    (Object.keys(STATES) as State[]).map((state) => [way, factors, state] as const),
  ),
);

describe('no way in is weaker than the strongest factor set', () => {
  it.each(cases)('%s, of an account with %s, %s', async (name, factors, state) => {
    const way = WAYS[name];
    const owner = await ownerWith(FACTORS[factors]());
    const finish = await way?.begin(owner);
    await STATES[state](owner);
    const sessionId = await finish?.();
    const browser = sessionId === undefined ? undefined : await world.stores.browsers.resume(sessionId);
    expect(browser?.amr).toEqual(way?.expected(factors, state));
  });
});
