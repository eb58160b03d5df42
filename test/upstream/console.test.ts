/** An operator who has no password here and comes by another provider: what opens the console to them, and what does not. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import { followed, giveRole, INSIDE, SETTINGS } from '../admin/console-world.ts';
import { TestApp } from '../support/authenticator-app.ts';
import { randomId } from '../support/test-stores.ts';
import { UpstreamWorld } from '../support/upstream-world.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const OPENED = 'What needs a hand';

let world: UpstreamWorld;
beforeAll(async () => {
  world = await UpstreamWorld.start({
    environment: SETTINGS,
    entry: { two_step: { acr_values: ['strong'] } },
  });
});
afterAll(() => world.close());

let people = 0;

/** Linked with the provider, without a password, with an authenticator app. */
async function operator(): Promise<{ pages: PageClient; app: TestApp }> {
  const { stores } = world.server;
  people += 1;
  world.provider.honest();
  world.provider.person = { sub: `operator-${people}` };
  const { email, pages } = await world.owner();
  await world.link(pages);
  const account = await stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  await stores.accounts.replaceCredentials(account, {});
  const app = new TestApp(newSeed());
  const factor = { kind: 'totp', id: randomId(), name: 'Phone', createdAt: 1 } as const;
  const owner = { accountId: account.id, epoch: account.epoch };
  const added = { kind: 'factor-added', by: 'owner' } as const;
  await stores.factors.add(owner, { ...factor, seed: app.seed, lastStep: 0 }, added);
  await giveRole(stores, account.id, 'owner');
  return { pages: world.server.visitor(INSIDE), app };
}

/** Asks for the console, and shows the provider who it is. @returns the page that follows */
async function provedThere(pages: PageClient): Promise<Page> {
  const asked = await followed(pages, await pages.submit('/admin/sign-in', '/admin/sign-in', {}));
  expect(asked.text).not.toContain('type="password"');
  const fields = { csrf: asked.field('csrf'), held: asked.field('held') };
  const begun = await pages.postAlone('/account/prove/upstream/corp', fields);
  const back = await world.signInThere((await pages.get(begun.location)).onward);
  return followed(pages, await pages.get(back));
}

const saysStrong = () => world.provider.forgeIdToken((claims) => ({ ...claims, acr: 'strong' }));

it('the provider alone opens nothing: the code of the app is asked for, and opens it', async () => {
  const { pages, app } = await operator();
  saysStrong();
  expect((await world.signIn(pages)).location).toBe('/account');
  world.provider.honest();
  const second = await provedThere(pages);
  expect(second.text).not.toContain(OPENED);
  expect((await pages.get('/admin')).location).toBe('/admin/sign-in');
  const form = {
    csrf: second.field('csrf'),
    held: second.field('held'),
    with: 'totp',
    code: await app.code(),
  };
  const opened = await followed(pages, await pages.postAlone('/account/prove/second', form));
  expect(opened.text).toContain(OPENED);
});

it('a provider opens it whose two steps are named in the file, and which says for this very proof that it asked for both', async () => {
  const { pages } = await operator();
  saysStrong();
  await world.signIn(pages);
  expect((await provedThere(pages)).text).toContain(OPENED);
});
