import { describe, expect, it } from '@jest/globals';
import { type Invitation, Invitations, invitationLink } from '../../src/accounts/invitations.ts';
import type { SignUpMode } from '../../src/sessions/sign-up.ts';
import { startWholeServer } from '../support/whole-server.ts';
import { codeFor, newEmail } from './account-pages.ts';
import { type AccountWorld, accountWorld, count, HOME, PASSWORD, visit } from './account-world.ts';

const invite = (world: Pick<AccountWorld, 'stores'>, invitation: Invitation) =>
  new Invitations(world.stores.records).issue(invitation);

const start = (world: AccountWorld, email: string, token?: string) =>
  world.signUp.start({ name: 'Ada', email, password: PASSWORD }, '/account', HOME, token);

/** What becomes of a visitor who comes with this token, to the end. */
async function comeWith(world: AccountWorld, email: string, token?: string): Promise<string> {
  const started = await start(world, email, token);
  if (started.outcome !== 'mailed') return started.outcome;
  return (await world.signUp.confirm(started.ticket, await world.codeFor(started.email), visit())).outcome;
}

describe('an invitation', () => {
  it.each<[SignUpMode, Invitation['for'], string]>([
    ['open', 'sign-up', 'signed-in'],
    ['invite', 'sign-up', 'signed-in'],
    ['closed', 'sign-up', 'closed'],
    ['open', 'account', 'signed-in'],
    ['invite', 'account', 'signed-in'],
    ['closed', 'account', 'signed-in'],
  ])('where sign-up is %s, one for %s: %s', async (mode, wanted, outcome) => {
    await using world = await accountWorld({ signUp: mode });
    const token = await invite(world, { for: wanted });
    expect(await comeWith(world, world.email(), token)).toBe(outcome);
  });

  it('lets one person in, of 8 who come with it at once', async () => {
    await using world = await accountWorld({ signUp: 'invite' });
    const token = await invite(world, { for: 'sign-up' });
    const begun = await Promise.all(Array.from({ length: 8 }, () => start(world, world.email(), token)));
    const codes = await Promise.all(
      begun.map(async (one) => (one.outcome === 'mailed' ? world.codeFor(one.email) : '')),
    );
    const ended = await Promise.all(
      begun.map((one, index) =>
        one.outcome === 'mailed' ? world.signUp.confirm(one.ticket, codes[index] ?? '', visit()) : one,
      ),
    );
    expect(count(ended, ({ outcome }) => outcome === 'signed-in')).toBe(1);
    expect(count(ended, ({ outcome }) => outcome === 'closed')).toBe(7);
    expect(await comeWith(world, world.email(), token)).toBe('closed');
  });

  it('for an email makes an account with that email, whatever was typed', async () => {
    await using world = await accountWorld({ signUp: 'closed' });
    const [wanted, typed] = [world.email(), world.email()];
    const token = await invite(world, { for: 'account', email: wanted });
    expect(await comeWith(world, typed, token)).toBe('signed-in');
    expect(await world.stores.accounts.findByEmail(typed)).toBeUndefined();
    expect((await world.stores.accounts.findByEmail(wanted))?.profile.email).toBe(wanted);
  });

  it('ends after seven days, and is kept nowhere in clear', async () => {
    await using world = await accountWorld({ signUp: 'invite' });
    const token = await invite(world, { for: 'sign-up' });
    const { redis } = world.stores.connection;
    const [key = ''] = await redis.keys(`${world.stores.prefix}Invitation:*`);
    expect(await redis.pttl(key)).toBeGreaterThan(7 * 86_400_000 - 60_000);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(7 * 86_400_000);
    expect(JSON.stringify([key, await redis.hgetall(key)])).not.toContain(token);
    await redis.del(key);
    expect(await comeWith(world, world.email(), token)).toBe('closed');
  });

  it('that was made up lets no visitor in', async () => {
    await using world = await accountWorld({ signUp: 'invite' });
    expect(await comeWith(world, world.email(), 'made-up')).toBe('closed');
    expect(await comeWith(world, world.email())).toBe('closed');
  });
});

describe('the page of an invitation', () => {
  it('carries it through the form, with the email that it is for, and a GET spends nothing', async () => {
    await using pages = await startWholeServer({ SIGN_UP: 'invite' }, undefined, { outbox: true });
    const email = newEmail();
    const token = await invite(pages, { for: 'account', email, name: 'Ada' });
    const path = invitationLink('', token);
    const browser = pages.visitor();
    for (let scan = 0; scan < 3; scan += 1) expect((await browser.get(path)).text).toContain('readonly');
    const page = await browser.get(path);
    expect(page.field('invitation')).toBe(token);
    expect(page.text).toMatch(new RegExp(`name="email"[^>]*value="${email}"[^>]* readonly`));
    const sent = await browser.submit(path, '/sign-up', {
      name: 'Ada',
      invitation: token,
      password: PASSWORD,
    });
    const fields = { csrf: sent.field('csrf'), ticket: sent.field('ticket') };
    const done = await browser.post('/sign-up/confirm', { ...fields, code: await codeFor(pages, email) });
    expect(done.status).toBe(303);
    expect((await browser.get('/account/settings')).text).toContain(email);
    const later = await pages.visitor().get(path);
    expect(later.text).toContain('This invitation has ended');
    expect(pages.logged()).not.toContain(token);
  });

  it('without one says that accounts are by invitation', async () => {
    await using pages = await startWholeServer({ SIGN_UP: 'invite' }, undefined, { outbox: true });
    expect((await pages.visitor().get('/sign-up')).text).toContain('New accounts are by invitation');
    const refused = await pages.visitor().submit('/sign-up', '/sign-up', { name: 'Ada' });
    expect(refused.status).toBe(403);
  });
});
