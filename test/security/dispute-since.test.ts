/** “It wasn’t me” where things have moved on since: the owner’s own doings stay, and a thief’s do not come back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Disputes } from '../../src/alerts/dispute.ts';
import { DisputeTickets } from '../../src/alerts/dispute-tickets.ts';
import { TakingBack } from '../../src/alerts/take-back.ts';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { SOMEONE } from '../accounts/account-world.ts';
import { eventually } from '../support/eventually.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD } from '../support/whole-server.ts';
import { allowApp, changeEmail, closing, voiceCode } from './dispute-acts.ts';
import { MAKE } from './dispute-events.ts';
import { DisputeWorld, type Victim } from './dispute-world.ts';

let world: DisputeWorld;
beforeAll(async () => {
  world = await DisputeWorld.start();
});
afterAll(() => world.close());

async function press(link: string): Promise<string> {
  const pages = world.server.visitor();
  const { status, text } = await pages.submit(link, link, {});
  expect(status).toBe(200);
  return text;
}

const emailOf = async ({ accountId }: Victim) =>
  (await world.server.stores.accounts.find(accountId))?.profile.email;

/** The owner signs in again, after everything has ended. */
const again = async (victim: Victim) => ({ ...victim, thief: await world.signIn(victim) });

describe('an email that a thief has changed', () => {
  it('comes back by the mail to the former one, which the server really sends; the one about that has no button', async () => {
    const victim = await world.victim();
    await changeEmail(world, victim, `first-${victim.email}`);
    const told = await mailTo(victim.email, /email of your account was changed/);
    const link = /\/not-me\/\S+/.exec(told)?.[0] ?? '';
    expect(await press(link)).toContain('has its email back');
    expect(await emailOf(victim)).toBe(victim.email);
    expect(await mailTo(`first-${victim.email}`, /email of your account was changed/)).not.toContain(
      '/not-me/',
    );
    expect((await world.server.visitor().get(link)).status).toBe(404);
  });

  it('comes back however often the thief changes it, and no mail about a later change undoes that', async () => {
    const victim = await world.victim();
    const [one, two] = [`one-${victim.email}`, `two-${victim.email}`];
    await changeEmail(world, victim, one);
    const owners = await world.button(victim.accountId, 'email-changed', 'former');
    const [thief] = [await world.server.stores.browsers.resume(victim.thief.sessionId)];
    if (!thief) throw new Error('the thief is signed out');
    await changeEmail(world, { ...victim, thief }, two);
    const thiefs = await world.button(victim.accountId, 'email-changed', 'former');
    await press(owners);
    expect(await emailOf(victim)).toBe(victim.email);
    expect(await press(thiefs)).not.toContain('email back');
    expect(await emailOf(victim)).toBe(victim.email);
    for (const gone of [one, two])
      expect(await world.server.stores.accounts.findByEmail(gone)).toBeUndefined();
  });

  it('does not come back by the mail to the new one or the page of recent activity: these end everything', async () => {
    const victim = await world.victim();
    await changeEmail(world, victim, `mine-${victim.email}`);
    expect(await press(await world.button(victim.accountId, 'email-changed'))).not.toContain('email back');
    expect(await emailOf(victim)).toBe(`mine-${victim.email}`);
    expect(await press(await world.button(victim.accountId, 'email-changed', 'former'))).toContain(
      'email back',
    );
    expect(await emailOf(victim)).toBe(victim.email);
  });

  it('stays where another account has the former one by now; everything ends, and the page says no more than that', async () => {
    const victim = await world.victim();
    await changeEmail(world, victim, `new-${victim.email}`);
    const { accounts } = world.server.stores;
    const profile = { name: 'Bea', email: victim.email, emailVerified: true, createdAt: 1 };
    const other = randomId() as Victim['accountId'];
    expect(await accounts.create(other, profile, { passwordHash: 'none' })).toBe(true);
    const link = await world.button(victim.accountId, 'email-changed', 'former');
    expect(await press(link)).not.toContain('email back');
    expect((await accounts.findByEmail(victim.email))?.id).toBe(other);
    expect((await accounts.find(victim.accountId))?.epoch).toBe(2);
  });
});

describe('the button on the page of recent activity, in the hands of who stole a cookie and knows the password', () => {
  it('takes no second step away, as the mail about it does; it ends everything, that browser as well', async () => {
    const victim = await world.victim();
    await MAKE['factor-added'](world, victim);
    const stolen = world.pagesOf(victim.thief, victim.network);
    const { text } = await stolen.get('/account/activity');
    const path =
      /href="(\/not-me\/[^"]+)"[^>]*>It wasn’t me<span[^>]*>: <bdi>[^<]*was added/.exec(text)?.[1] ?? '';
    const asked = await stolen.get(path);
    expect(asked.text).not.toContain('removed from two-step verification');
    await stolen.post(path, { csrf: asked.field('csrf') });
    expect(await world.services.twoStep.list(victim.accountId)).toHaveLength(1);
    expect((await stolen.get('/account')).location).toMatch(/^\/sign-in/);
    expect(await press(await world.button(victim.accountId, 'factor-added'))).toContain(
      'removed from two-step verification',
    );
    expect(await world.services.twoStep.list(victim.accountId)).toEqual([]);
  });
});

describe('what the owner has done since', () => {
  it('stays: new backup codes in place of the thief’s', async () => {
    const victim = await world.victim();
    await world.addApp(victim);
    await world.services.twoStep.makeBackupCodes(victim.thief, victim.place);
    const link = await world.button(victim.accountId, 'factor-added');
    await world.services.twoStep.makeBackupCodes(victim.thief, victim.place);
    await press(link);
    const factors = await world.services.twoStep.list(victim.accountId);
    expect(factors.map(({ kind }) => kind)).toEqual(['totp', 'backup-codes']);
  });

  it('stays: a new password after the thief’s', async () => {
    const victim = await world.victim();
    await MAKE['password-reset'](world, victim);
    const link = await world.button(victim.accountId, 'password-reset');
    const { accounts } = world.server.stores;
    const account = await accounts.find(victim.accountId);
    const passwordHash = await world.passwords.hash(PASSWORD, SOMEONE);
    if (account)
      await accounts.changePassword(account, { passwordHash }, { kind: 'password-reset', by: 'owner' });
    await press(link);
    expect((await again(victim)).thief.accountId).toBe(victim.accountId);
  });

  it('stays: another voice code, an app that was allowed again, and closing the account after all', async () => {
    const victim = await world.victim();
    await voiceCode(world).set(victim.thief, '4071', victim.place);
    const voice = await world.button(victim.accountId, 'voice-code-set');
    await allowApp(world, victim);
    const app = await world.button(victim.accountId, 'app-allowed');
    await closing(world).ask(victim.thief, victim.place);
    const close = await world.button(victim.accountId, 'closing-asked');
    await closing(world).keep(victim.thief, victim.place);
    await press(await world.button(victim.accountId, 'closing-taken-back'));
    const owner = await again(victim);
    await voiceCode(world).set(owner.thief, '5082', victim.place);
    await allowApp(world, owner);
    await closing(world).ask(owner.thief, victim.place);
    const { consents, closings, voiceCodes } = world.server.stores;
    await press(app);
    expect(await consents.list(owner.thief)).toHaveLength(1);
    await press(voice);
    await press(close);
    expect(await voiceCodes.state(victim.accountId)).toBeDefined();
    expect(await closings.closesAt(victim.accountId)).toBeDefined();
  });
});

describe('a ticket', () => {
  it('works on where the server died in the middle, and takes back the same where two press at once', async () => {
    const victim = await world.victim();
    await MAKE['factor-added'](world, victim);
    const { stores } = world.server;
    const [entry] = await stores.activity.list(victim.accountId, { most: 1 });
    const tickets = new DisputeTickets(stores.keyring);
    const ticket = tickets.issue({ accountId: victim.accountId, entryId: entry?.id ?? '' });
    const dies = async () => {
      throw new StoreUnavailable('endWaiting', new Error('killed'));
    };
    const cut = Object.assign(Object.create(stores.takeBacks), {
      endWaiting: dies,
      endEverything: stores.takeBacks.endEverything.bind(stores.takeBacks),
    }) as typeof stores.takeBacks;
    const used = stores.usedTickets;
    const shared = { ...stores, tickets, used, now: Date.now };
    const dying = new Disputes({ ...shared, takingBack: new TakingBack({ ...stores, takeBacks: cut }) });
    await expect(dying.use(ticket, victim.place)).rejects.toThrow(StoreUnavailable);
    expect(await stores.factors.list(victim.accountId)).toEqual([]);
    const alive = new Disputes({ ...shared, takingBack: new TakingBack(stores) });
    const both = await Promise.all([alive.use(ticket, victim.place), alive.use(ticket, victim.place)]);
    expect(both.filter(({ outcome }) => outcome === 'done')).not.toEqual([]);
    expect(await alive.use(ticket, victim.place)).toEqual({ outcome: 'gone' });
  });
});

async function mailTo(email: string, subject: RegExp): Promise<string> {
  const { text } = await eventually(`a mail ${subject}`, () =>
    world.server.mails.find((one) => one.to === email && subject.test(one.subject)),
  );
  return text;
}
