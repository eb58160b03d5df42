import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Passwords } from '../../src/accounts/passwords.ts';
import type { NewSession } from '../../src/accounts/session.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import { type AccountWorld, accountWorld, disable, PASSWORD, PEPPER } from '../accounts/account-world.ts';
import { CHEAP } from '../support/cheap-hashing.ts';

let world: AccountWorld;
beforeAll(async () => {
  world = await accountWorld();
});
afterAll(() => world.close());

async function signedIn(email: string, sessionId?: string, of: AccountWorld = world) {
  const outcome = await of.guess(email, PASSWORD, { sessionId });
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome);
  return outcome.browser;
}

/** A store of browsers that does something between the password check and the insert. */
function pausing(browsers: SessionStore, pause: (browser: NewSession) => Promise<unknown>): SessionStore {
  return {
    insert: async (browser, time) => {
      await pause(browser);
      return browsers.insert(browser, time);
    },
    resume: (id) => browsers.resume(id),
    resumeByUid: (uid) => browsers.resumeByUid(uid),
    save: (browser) => browsers.save(browser),
    end: (id) => browsers.end(id),
    endByUid: (uid) => browsers.endByUid(uid),
  };
}

const PLACE = { address: '127.0.0.1', userAgent: 'test' };

describe('signing in', () => {
  it('works with email and password, however the email is written', async () => {
    const email = world.email();
    await world.create(email);
    expect((await world.guess(` ${email.toUpperCase()} `, PASSWORD)).outcome).toBe('signed-in');
  });

  it('has one outcome for an unknown email, a wrong password and a disabled account', async () => {
    const [known, disabled] = [world.email(), world.email()];
    await world.create(known);
    await world.create(disabled);
    await disable(world, disabled);
    const wrong = { outcome: 'wrong' };
    expect(await world.guess(known, 'not the password')).toEqual(wrong);
    expect(await world.guess(world.email(), PASSWORD)).toEqual(wrong);
    expect(await world.guess(disabled, PASSWORD)).toEqual(wrong);
    expect(await world.guess('no email at all', PASSWORD)).toEqual(wrong);
    expect(await world.guess(known, 'x'.repeat(100_000))).toEqual(wrong);
    expect(await world.guess('', '')).toEqual(wrong);
  });

  it('gives a new session id each time, and ends the one the browser had', async () => {
    const email = world.email();
    const { sessionId } = await world.create(email);
    const again = await signedIn(email, sessionId);
    expect(again.sessionId).not.toBe(sessionId);
    expect(Buffer.from(again.sessionId, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(await world.stores.browsers.resume(sessionId)).toBeUndefined();
    expect(await world.stores.browsers.resume(again.sessionId)).toMatchObject({ uid: again.uid });
  });

  it('does not end the session of a browser when the password is wrong, or of a disabled account', async () => {
    const [email, disabled] = [world.email(), world.email()];
    const { sessionId } = await world.create(email);
    await world.create(disabled);
    await disable(world, disabled);
    await world.guess(email, 'not the password', { sessionId });
    await world.guess(disabled, PASSWORD, { sessionId });
    expect(await world.stores.browsers.resume(sessionId)).toBeDefined();
  });

  it('leaves the owner’s other browsers signed in; signing out ends this one, once', async () => {
    const email = world.email();
    const { sessionId } = await world.create(email);
    const other = await signedIn(email);
    expect(await world.signOut.signOut(other, PLACE)).toBe(true);
    expect(await world.signOut.signOut(other, PLACE)).toBe(false);
    expect(await world.stores.browsers.resume(other.sessionId)).toBeUndefined();
    expect(await world.stores.browsers.resume(sessionId)).toBeDefined();
  });

  it('ends by itself when the browser is idle, and in any case after a while', async () => {
    const { sessionId: stays } = await world.create(world.email());
    await using short = await accountWorld({ browserTimes: { idle: 1, absolute: 86_400_000 } });
    const { sessionId } = await short.create(short.email());
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await short.stores.browsers.resume(sessionId)).toBeUndefined();
    expect(await world.stores.browsers.resume(stays)).toBeDefined();
  });
});

describe('a sign-in that was under way', () => {
  it('is dead when the owner signs out of everything after the password was checked', async () => {
    let atInsert = async (_: NewSession): Promise<unknown> => undefined;
    const { browsers, ...rest } = world.stores;
    await using paused = await accountWorld({
      ...rest,
      browsers: pausing(browsers, (browser) => atInsert(browser)),
    });
    const email = world.email();
    await world.create(email);
    let session = '';
    atInsert = ({ accountId, sessionId }) => {
      session = sessionId;
      return rest.accounts.signOutEverything(accountId);
    };
    expect(await paused.guess(email, PASSWORD)).toEqual({ outcome: 'wrong' });
    expect(await browsers.resume(session)).toBeUndefined();
    atInsert = async () => undefined;
    expect((await paused.guess(email, PASSWORD)).outcome).toBe('signed-in');
  });

  it('is dead when the account is disabled after the password was checked', async () => {
    const { browsers, ...rest } = world.stores;
    const email = world.email();
    await world.create(email);
    const stopped = pausing(browsers, () => disable(world, email));
    await using paused = await accountWorld({ ...rest, browsers: stopped });
    expect(await paused.guess(email, PASSWORD)).toEqual({ outcome: 'wrong' });
  });
});

describe('when the cost of hashing has changed', () => {
  it('the first sign-in hashes the password anew, and only a right one does', async () => {
    const dearer = { ...CHEAP, timeCost: 2 };
    const passwords = await Passwords.create(PEPPER, { cost: dearer });
    const { browsers, accounts, mailedCodes } = world.stores;
    await using later = await accountWorld({ browsers, accounts, mailedCodes, passwords });
    const email = world.email();
    await world.create(email);
    const hashNow = async () => (await accounts.findByEmail(email))?.credentials.passwordHash ?? '';
    const before = await hashNow();
    await later.guess(email, 'not the password');
    expect(await hashNow()).toBe(before);
    expect((await later.guess(email, PASSWORD)).outcome).toBe('signed-in');
    expect(await hashNow()).toContain('t=2');
    expect((await later.guess(email, PASSWORD)).outcome).toBe('signed-in');
  });
});
