/** PASSWORD_SIGN_IN=off: who is invited creates the account by a provider, and no other visitor does. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Invitation, Invitations } from '../../src/accounts/invitations.ts';
import { CORP, UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';

const OTHER = '/sign-in/upstream/other';

let world: UpstreamWorld;
beforeAll(async () => {
  const environment = { PASSWORD_SIGN_IN: 'off', SIGN_UP: 'invite' };
  world = await UpstreamWorld.start({ environment, entry: { sign_up: 'closed' } });
});
afterAll(() => world.close());

const issue = (invitation: Invitation) => new Invitations(world.server.stores.records).issue(invitation);
const pathOf = (token: string) => `/sign-up?invitation=${token}`;

/** Opens the link, presses the button of a provider, and comes back as a stranger. */
async function arrives(pages: PageClient, token: string, sub: string, by = OTHER): Promise<void> {
  const provider = by === OTHER ? world.other : world.provider;
  provider.person = { sub, email: `${sub}@there.example`, name: 'Grace There' };
  const page = await pages.get(pathOf(token));
  const begun = await pages.postAlone(by, { csrf: page.field('csrf'), invitation: token });
  const back = await pages.get(await world.signInThere((await pages.get(begun.location)).onward));
  expect((await pages.get(back.location)).text.includes('Create account')).toBe(by === OTHER);
}

/** @returns enters the code of the mail, and says where it leads */
async function begins(pages: PageClient, email: string, typed = email): Promise<() => Promise<string>> {
  const sent = await pages.submit(`${OTHER}/new`, `${OTHER}/new`, { name: 'Grace', email: typed });
  const code = /\b\d{6}\b/.exec(await world.server.mailTo(email))?.[0] ?? '';
  const fields = { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code };
  return async () => (await pages.postAlone('/sign-up/confirm', fields)).location;
}

describe('a person who is invited where no passwords are taken', () => {
  it('is asked for no password, and creates the account by a provider; once', async () => {
    const token = await issue({ for: 'sign-up' });
    const pages = world.server.visitor();
    const page = await pages.get(pathOf(token));
    expect(page.text).toContain('Continue with Other');
    expect(page.text).not.toMatch(/type="password"|Continue with Corp/);
    await arrives(pages, token, 'grace');
    const late = world.server.visitor();
    await arrives(late, token, 'late');
    const both = [await begins(pages, 'grace@there.example'), await begins(late, 'late@there.example')];
    expect([await both[0]?.(), await both[1]?.()]).toEqual(['/account', '/sign-up']);
    expect((await world.server.visitor().get(pathOf(token))).text).toContain('This invitation has ended');
    const again = world.server.visitor();
    world.other.person = { sub: 'grace' };
    await world.signIn(again, OTHER);
    expect((await again.get('/account')).text).toContain('grace@there.example');
  });

  it('gets the account of the email that the operator has named, whatever is typed', async () => {
    const token = await issue({ for: 'account', email: 'alan@example.org', name: 'Alan' });
    const pages = world.server.visitor();
    await arrives(pages, token, 'alan');
    expect((await pages.get(`${OTHER}/new`)).text).toContain('alan@example.org');
    const confirm = await begins(pages, 'alan@example.org', 'eve@example.org');
    expect(await confirm()).toBe('/account');
    expect(await world.server.stores.accounts.findByEmail('eve@example.org')).toBeUndefined();
  });

  it('creates none by a provider whose people may not', async () => {
    const pages = world.server.visitor();
    await arrives(pages, await issue({ for: 'sign-up' }), 'ada', CORP);
    expect((await pages.get(`${CORP}/new`)).location).toBe('/sign-in');
  });
});

describe('an attacker who is not invited', () => {
  it.each(['x'.repeat(43), '', '../../admin'])('creates no account with the invitation %j', async (token) => {
    const pages = world.server.visitor();
    world.other.person = { sub: 'eve', email: 'eve@there.example', name: 'Eve' };
    const page = await pages.get('/sign-in');
    const begun = await pages.postAlone(OTHER, { csrf: page.field('csrf'), invitation: token });
    const back = await pages.get(await world.signInThere((await pages.get(begun.location)).onward));
    expect((await pages.get(back.location)).text).not.toContain('Create account');
    const csrf = page.field('csrf');
    const forged = { csrf, name: 'Eve', email: 'eve@there.example', invitation: token };
    expect((await pages.postAlone(`${OTHER}/new`, forged)).location).toBe('/sign-in');
  });
});
