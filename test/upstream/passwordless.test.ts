/** An owner who has no password here: the provider by which they sign in is asked in its place. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ageProof } from '../support/aged-proof.ts';
import { DeviceClient } from '../support/device-client.ts';
import { CORP, LINKS, UpstreamWorld } from '../support/upstream-world.ts';
import { PASSWORD } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

let world: UpstreamWorld;
let email: string;
let pages: PageClient;
beforeAll(async () => {
  world = await UpstreamWorld.start();
});
afterAll(() => world.close());

let people = 0;
beforeEach(async () => {
  people += 1;
  world.provider.honest();
  world.provider.person = { sub: `person-${people}` };
  const owner = await world.owner();
  email = owner.email;
  await world.link(owner.pages);
  const account = await accountNow();
  expect(await world.server.stores.accounts.replaceCredentials(account, {})).toBe(true);
  pages = world.server.visitor();
  await world.signIn(pages);
  await ageProof(world.server.stores, pages, 6);
});

async function accountNow() {
  const account = await world.server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('no account');
  return account;
}

/** Asks for something that needs a fresh proof. @returns the page that asks for it */
async function asked(path: string, from = '/account/data'): Promise<Page> {
  const page = await pages.get(from);
  const answer = await pages.postAlone(path, { csrf: page.field('csrf') });
  return pages.get(answer.location);
}

/** Presses the button of the provider there, and comes back. */
async function proves(page: Page): Promise<Page> {
  const fields = { csrf: page.field('csrf'), held: page.field('held') };
  const begun = await pages.postAlone('/account/prove/upstream/corp', fields);
  return pages.get(await world.signInThere((await pages.get(begun.location)).onward));
}

describe('an owner without a password', () => {
  it('is asked by the provider once more, and what waited for it goes on', async () => {
    const page = await asked('/account/data/download');
    expect(page.text).toContain('Before your data can be downloaded, show that it is you.');
    expect(page.text).not.toContain('type="password"');
    const file = await proves(page);
    expect([world.provider.requested.get('prompt'), world.provider.requested.get('max_age')]).toEqual([
      'login',
      '0',
    ]);
    expect(file.headers['content-disposition']).toContain('latchkey-account.json');
    expect(file.text).toContain(`person-${people}`);
  });

  it('links a television, and removes it', async () => {
    const device = new DeviceClient(world.server.issuer);
    const { body } = await device.authorize({ device_name: 'Kitchen radio' });
    const entered = await pages.submit('/device', '/device', { user_code: String(body['user_code']) });
    const [csrf, ticket] = [entered.field('csrf'), entered.field('ticket')];
    const fields = { csrf, ticket, user_code: String(body['user_code']), decision: 'approve' };
    const answer = await pages.postAlone('/device/confirm', fields);
    const prove = await pages.get(answer.location);
    expect(prove.text).toContain('Before a device is linked to your account');
    expect((await proves(prove)).location).toMatch(/^\/device/);
    const tokens = await device.poll(String(body['device_code']));
    expect(tokens.status).toBe(200);
    const account = await accountNow();
    const [linked] = await world.server.stores.linkedDevices.list({
      accountId: account.id,
      epoch: account.epoch,
    });
    await pages.submit(`/account/devices/${linked?.id}/remove`, `/account/devices/${linked?.id}/remove`, {});
    expect((await device.refresh(String(tokens.body['refresh_token']))).status).toBe(400);
  });

  it.each([
    [
      'says it asked before',
      (claims: Claims) => ({ ...claims, auth_time: Number(claims['auth_time']) - 31 }),
    ],
    ['does not say when it asked', ({ auth_time: _, ...claims }: Claims) => claims],
    ['says it in a text', (claims: Claims) => ({ ...claims, auth_time: `${String(claims['auth_time'])}` })],
  ])('is not believed where the provider %s', async (_, change) => {
    const page = await ofPassword();
    world.provider.forgeIdToken((claims) => change({ auth_time: Math.floor(Date.now() / 1000), ...claims }));
    const answer = await proves(page);
    const told = await pages.get(answer.location);
    expect([told.status, told.text]).toEqual([
      400,
      expect.stringMatching(/Corp did not (ask you again|sign you in)/),
    ]);
    expect((await ofPassword()).text).toContain('Before your password can be changed');
  });

  it('is believed where the provider’s clock is half a minute behind', async () => {
    const page = await ofPassword();
    world.provider.forgeIdToken((claims) => ({ ...claims, auth_time: Math.floor(Date.now() / 1000) - 28 }));
    expect((await proves(page)).location).toBe('/account/security/password/code');
  });

  it('is not proved by another person who has an account there', async () => {
    const page = await asked('/account/data/download');
    world.provider.person = { sub: 'somebody else' };
    const told = await pages.get((await proves(page)).location);
    expect([told.status, told.text]).toEqual([400, expect.stringContaining('Corp did not sign you in')]);
  });

  it('does not come in by any password, and keeps the only way in', async () => {
    const stranger = world.server.visitor();
    for (const password of [PASSWORD, 'undefined', ''])
      expect((await stranger.submit('/sign-in', '/sign-in', { email, password })).status).toBe(400);
    const unlink = await asked(`${LINKS}/corp/unlink`, LINKS);
    const told = await pages.get((await proves(unlink)).location);
    expect([told.status, told.text]).toEqual([
      409,
      expect.stringContaining('It is the only way in to your account'),
    ]);
    expect((await pages.get('/account/security')).text).toMatch(/Password.*?None.*?Set/s);
  });

  it('sets a password, after a proof and a code by mail, and may unlink then', async () => {
    expect((await proves(await ofPassword())).location).toBe('/account/security/password/code');
    const page = await pages.get('/account/security/password/code');
    const code = /\b\d{6}\b/.exec(await world.server.mailTo(email))?.[0] ?? '';
    const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), code };
    const right = await pages.postAlone('/account/security/password/code', fields);
    const fresh = await pages.get(right.location);
    const chosen = {
      csrf: fresh.field('csrf'),
      pass: fresh.field('pass'),
      password: 'seven quiet violet lanterns',
    };
    await pages.postAlone('/account/security/password/new', chosen);
    expect((await accountNow()).credentials.passwordHash).toMatch(/^\$argon2id/);
    await ageProof(world.server.stores, pages, 6);
    const again = await asked(`${LINKS}/corp/unlink`, LINKS);
    await proves(again);
    expect(await world.server.stores.upstreamLinks.list((await accountNow()).id)).toEqual([]);
  });

  it('is told by the mail of a forgotten password how they usually sign in', async () => {
    await world.server.visitor().submit('/forgot-password', '/forgot-password', { email });
    expect(await world.server.mailTo(email)).toContain('You usually sign in with Corp.');
  });
});

type Claims = Record<string, unknown>;

const ofPassword = () => pages.get('/account/security/password');

describe('an owner with a password and a link', () => {
  it('may prove it by either', async () => {
    const owner = await world.owner();
    world.provider.person = { sub: `both-${people}` };
    await world.link(owner.pages);
    const page = await owner.pages.get('/account/security/password');
    expect(page.text).toContain('enter your password');
    expect(page.text).toContain('Continue with Corp');
    expect(page.text).not.toContain(`action="${CORP}"`);
  });
});
