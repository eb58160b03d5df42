/** Who knows the password, or the email, uses up nothing that the owner needs to get in with. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LIMIT_SETTINGS, parseLimit } from '../../src/limits/limits.ts';
import { type AccountWorld, accountWorld, PASSWORD, visit } from '../accounts/account-world.ts';
import {
  app,
  backupCode,
  type FactorOwner,
  factorOwner,
  firstStep,
  PHONE,
  secondStep,
  textedCode,
  wrongCode,
} from '../mfa/factor-owner.ts';

/** An address of another network for each number. */
const from = (network: number) => ({ address: `203.0.${network}.1` });
const AT_HOME = { address: '198.51.100.99' };
const NEW = 'a second password that is quite long';

let world: AccountWorld;
beforeEach(async () => {
  const wide = { free: 1e6, firstDelay: 1, highestDelay: 1, memory: 3_600_000 };
  world = await accountWorld({ limits: { SIGN_UP_MAIL_NETWORK: wide, FORGOTTEN_MAIL_NETWORK: wide } });
});
afterEach(() => world.close());

/** A stranger who knows the password gives wrong app codes and wrong backup codes until nothing is evaluated any more. */
async function strangerGuesses(owner: FactorOwner): Promise<void> {
  for (let guess = 0; guess < 12; guess += 1) {
    const place = from(guess);
    const ticket = await firstStep(world, owner, place);
    const wrong = await secondStep(world, ticket, app(wrongCode(owner)), place);
    expect(wrong.outcome).toBe(guess < 10 ? 'wrong' : 'wait');
    await secondStep(world, ticket, backupCode('AAAA-AAAA-AAAA'), place);
  }
}

/** The link of a forgotten password. */
async function resetTicket(owner: FactorOwner, password: string, place: { address: string }) {
  const before = world.mails.length;
  expect(await world.passwordReset.ask(owner.email, visit(place))).toEqual({ outcome: 'mailed' });
  await world.settled();
  const text = world.mails.slice(before).findLast(({ to }) => to === owner.email)?.text ?? '';
  const token = /\/link\/([\w-]{43})/.exec(text)?.[1] ?? '';
  const outcome = await world.passwordReset.finish(token, password, visit(place));
  if (outcome.outcome !== 'changed' || outcome.creation.outcome !== 'second-step')
    throw new Error(outcome.outcome);
  return outcome.creation.ticket;
}

describe('wrong second steps of a stranger who knows the password', () => {
  it('leave the owner’s backup codes as they are: in a new browser, a right one signs in', async () => {
    const owner = await factorOwner(world, { backupCodes: true });
    await strangerGuesses(owner);
    const ticket = await firstStep(world, owner, AT_HOME);
    expect((await secondStep(world, ticket, backupCode(owner.backupCodes[0] ?? ''), AT_HOME)).outcome).toBe(
      'signed-in',
    );
  });

  it('hold up app codes in new browsers, until the owner has set a new password by mail: there and from then on', async () => {
    const owner = await factorOwner(world);
    await strangerGuesses(owner);
    const held = await secondStep(world, await firstStep(world, owner, AT_HOME), app(owner.code()), AT_HOME);
    expect(held).toMatchObject({ outcome: 'wait', limit: 'SECOND_STEP_STRANGER' });
    const ticket = await resetTicket(owner, NEW, AT_HOME);
    expect((await secondStep(world, ticket, app(owner.code()), AT_HOME)).outcome).toBe('signed-in');
    const elsewhere = await world.guess(owner.email, NEW, from(200));
    const next = elsewhere.outcome === 'second-step' ? elsewhere.ticket : '';
    expect((await secondStep(world, next, app(owner.code(1)), from(200))).outcome).toBe('signed-in');
  });

  it('do not reach a browser that the owner is known by, nor one that is signed in', async () => {
    const owner = await factorOwner(world);
    const { knownBrowser } = owner;
    const entered = await secondStep(
      world,
      await firstStep(world, owner, { knownBrowser }),
      app(owner.code()),
      { knownBrowser },
    );
    if (entered.outcome !== 'signed-in') throw new Error(entered.outcome);
    await strangerGuesses(owner);
    const proved = await world.proveAgain.prove(entered.browser, app(owner.code(1)), visit(AT_HOME));
    expect(proved.outcome).toBe('proved');
  });

  it('who reads the mailbox, and nothing else, does not guess on by setting one password after another', async () => {
    const owner = await factorOwner(world);
    let evaluated = 0;
    for (let round = 0; round < 3; round += 1) {
      const ticket = await resetTicket(owner, `${NEW} ${round}`, from(round));
      for (let guess = 0; guess < 7; guess += 1) {
        const { outcome } = await secondStep(world, ticket, app(wrongCode(owner)), from(round));
        if (outcome === 'wrong') evaluated += 1;
      }
    }
    expect(evaluated).toBe(10);
  });
});

describe('links for a forgotten password', () => {
  it('come to the owner however often a stranger elsewhere asks for them', async () => {
    const { email } = await factorOwner(world);
    for (let time = 0; time < 12; time += 1) await world.passwordReset.ask(email, visit(from(1)));
    expect(await world.passwordReset.ask(email, visit(from(1)))).toMatchObject({
      outcome: 'wait',
      limit: 'FORGOTTEN_MAIL_VISITOR',
    });
    expect(await world.passwordReset.ask(email, visit(AT_HOME))).toEqual({ outcome: 'mailed' });
  });

  it('come to a browser that the owner is known by even where the stranger has many networks', async () => {
    const { email, knownBrowser } = await factorOwner(world);
    for (let network = 0; network < 20; network += 1)
      await world.passwordReset.ask(email, visit(from(network)));
    expect(await world.passwordReset.ask(email, visit(AT_HOME))).toMatchObject({
      outcome: 'wait',
      limit: 'FORGOTTEN_MAIL_ACCOUNT',
    });
    expect(await world.passwordReset.ask(email, visit({ ...AT_HOME, knownBrowser }))).toEqual({
      outcome: 'mailed',
    });
  });

  it('lie in the owner’s mailbox at any time where a stranger uses them up: the longest wait is shorter than a link lives', async () => {
    const pace = parseLimit(LIMIT_SETTINGS.FORGOTTEN_MAIL_ACCOUNT.preset);
    expect(typeof pace === 'string' ? pace : pace.highestDelay).toBeLessThan(10 * 60_000);
    const owner = await factorOwner(world);
    for (let network = 0; network < 20; network += 1)
      await world.passwordReset.ask(owner.email, visit(from(network)));
    await world.settled();
    const text = world.mails.findLast(({ to }) => to === owner.email)?.text ?? '';
    const token = /\/link\/([\w-]{43})/.exec(text)?.[1] ?? '';
    expect((await world.passwordReset.finish(token, NEW, visit(AT_HOME))).outcome).toBe('changed');
  });
});

describe('text messages', () => {
  it('come to the owner’s known browser, and behind a link by mail, after a stranger has used up their own', async () => {
    const owner = await factorOwner(world, { phone: true });
    const ask = async (ticket: string, of: Parameters<typeof visit>[0]) => {
      const pending = await world.secondStep.find(ticket);
      return pending && (await world.secondStep.sendText(pending, visit(of))).outcome;
    };
    const strangers = [];
    for (let network = 0; network < 8; network += 1)
      strangers.push(await ask(await firstStep(world, owner, from(network)), from(network)));
    expect(strangers.at(-1)).toBe('wait');
    const known = { ...AT_HOME, knownBrowser: owner.knownBrowser };
    expect(await ask(await firstStep(world, owner, known), known)).toBe('sent');
    const ticket = await resetTicket(owner, NEW, AT_HOME);
    expect(await ask(ticket, AT_HOME)).toBe('sent');
    const code = textedCode(world.texts);
    const entered = await secondStep(world, ticket, { kind: 'phone', code, ticket: '' }, AT_HOME);
    expect(entered.outcome).toBe('signed-in');
  });

  it('are not used up by others who give the owner’s number as their own', async () => {
    const owner = await factorOwner(world, { phone: true });
    for (let stranger = 0; stranger < 6; stranger += 1) {
      const email = world.email();
      const { sessionId } = await world.create(email);
      const browser = await world.stores.browsers.resume(sessionId);
      if (browser) await world.addPhone?.begin(browser, PHONE, from(stranger).address);
    }
    const pending = await world.secondStep.find(await firstStep(world, owner, AT_HOME));
    expect(pending && (await world.secondStep.sendText(pending, visit(AT_HOME))).outcome).toBe('sent');
  });
});

it('sign-ups of strangers with an email do not keep its owner from moving an account to it', async () => {
  const { sessionId } = await world.create(world.email());
  const email = world.email();
  const form = { name: 'Mallory', email, password: PASSWORD };
  for (let time = 0; time < 8; time += 1) await world.signUp.start(form, '/', from(time).address);
  const browser = await world.stores.browsers.resume(sessionId);
  expect(browser && (await world.emailChange.begin(browser, email)).outcome).toBe('mailed');
  expect(browser && (await world.emailChange.begin(browser, email)).outcome).toBe('mailed');
});
