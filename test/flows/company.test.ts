/**
 * A company’s owner from the first sign-in to the last: they come by the company’s provider and have no password here, in a
 * real browser without scripts. The maker’s backend hears by webhooks, the app by back-channel logout.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { basicOf, SECRET } from '../admin/admin-world.ts';
import { TestApp } from '../support/app.ts';
import { playSite, press, words } from '../support/app-world.ts';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { LogoutReceiver } from '../support/logout-receiver.ts';
import { APP } from '../support/logout-world.ts';
import { UpstreamWorld } from '../support/upstream-world.ts';
import { WebhookListener } from '../support/webhook-listener.ts';

const SITE = 'https://notes.example.com/signed-in';
const INSIDE = { 'x-forwarded-for': '203.0.113.9' };
/** What a maker’s backend may lag behind, in milliseconds: less than the pause before a second try. */
const SOON = 4000;
const lags: number[] = [];

let backend: WebhookListener;
let logouts: LogoutReceiver;
let world: UpstreamWorld;
let chromium: Browser;
beforeAll(async () => {
  [backend, logouts] = await Promise.all([WebhookListener.start(), LogoutReceiver.start()]);
  const notes = {
    ...APP,
    client_id: 'notes',
    client_name: 'Notes',
    backchannel_logout_uri: logouts.uri('notes'),
  };
  const directory = (issuer: string) => ({
    client_id: 'directory',
    client_name: 'Directory',
    grant_types: ['client_credentials'],
    own_access: { [`${issuer}/admin/v1`]: ['sessions:end'] },
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: SECRET,
  });
  world = await UpstreamWorld.start({
    environment: { ADMIN: 'api', ADMIN_NETWORKS: '203.0.113.0/24' },
    clients: (issuer) => [{ client_id: 'tv', client_name: 'Telly' }, notes, directory(issuer)],
    webhooks: [backend.receiver('maker', { events: ['device.*', 'account.*'], clients: ['tv'] })],
  });
  chromium = await launchBrowser();
});
afterAll(async () => {
  await chromium?.close();
  await world?.close();
  await Promise.all([backend?.close(), logouts?.close()]);
});

const open = (page: Page, path: string) => page.goto(world.server.issuer + path);

/** Creates the account by the provider, with the code of the mail. */
async function arrive(page: Page): Promise<void> {
  await open(page, '/sign-in');
  await press(page, 'Continue with Corp');
  await page.getByRole('link', { name: 'Create account' }).click();
  await press(page, 'Create account');
  const code = /\b\d{6}\b/.exec(await world.server.mailTo('ada@there.example'))?.[0] ?? '';
  await page.getByLabel('Code').fill(code);
  await press(page, 'Continue');
  await page.waitForURL(/\/account$/);
}

/** As if the owner had proved who they are an hour ago. */
async function ageProof(page: Page): Promise<void> {
  const { browsers } = world.server.stores;
  const cookies = await page.context().cookies();
  const browser = await browsers.resume(cookies.find(({ name }) => name === 'latchkey_session')?.value ?? '');
  if (!browser) throw new Error('nobody is signed in');
  await browsers.save({ ...browser, authTime: Math.floor(Date.now() / 1000) - 3600 });
}

/** @returns the tokens, once the owner has approved the code and proved at their provider that it is them */
async function link(page: Page, tv: DeviceClient, name: string): Promise<Tokens> {
  const codes = codesOf(await tv.authorize({ device_name: name, device_type: 'tv' }));
  await open(page, '/device');
  await page.getByLabel('Code').fill(codes.userCode);
  await press(page, 'Continue');
  await press(page, 'Link TV');
  expect(await words(page)).toContain('Before a device is linked to your account');
  expect(await page.locator('input[type=password]').count()).toBe(0);
  // The page that says so waits for the device.
  const approved = page.waitForRequest(/\/device\/waiting/);
  await page.getByRole('button', { name: 'Continue with Corp' }).click({ noWaitAfter: true });
  await approved;
  expect(world.provider.requested.get('prompt')).toBe('login');
  const tokens = tokensOf(await tv.poll(codes.deviceCode));
  // Where the owner goes next is not overtaken by the page that waited.
  await page.locator('.link-answer').waitFor();
  return tokens;
}

/** What the maker’s backend hears of this kind first, and soon. */
async function heard(type: string) {
  for (let seen = 1; ; seen += 1) {
    const found = (await backend.taken('maker', seen)).find((one) => one.type === type);
    if (!found) continue;
    lags.push(found.lag);
    return found.data;
  }
}

/** The company’s directory says that the owner has left. */
async function revoke(subject: string): Promise<number> {
  const { origin, issuer } = world.server;
  const asked = await request(`${origin}/token`, {
    method: 'POST',
    headers: { ...INSIDE, authorization: basicOf('directory') },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'sessions:end' }),
  });
  const { access_token: token } = (await asked.json()) as Tokens;
  const told = await request(`${issuer}/global-token-revocation`, {
    method: 'POST',
    headers: { ...INSIDE, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: world.provider.issuer, sub: subject } }),
  });
  return told.status;
}

describe('a company’s owner, who has no password here', () => {
  it('links a television after a step-up, removes it, and is out of everything once the directory says so', async () => {
    const page = await newWindow(chromium);
    await playSite(page, SITE);
    await arrive(page);
    await ageProof(page);
    const tv = new DeviceClient(world.server.issuer);
    const first = await link(page, tv, 'Bedroom TV');
    const linked = await heard('device.linked');
    expect(linked).toMatchObject({ device: { client_id: 'tv' } });

    await ageProof(page);
    await open(page, '/account/devices');
    await page
      .getByRole('link', { name: /Bedroom TV/ })
      .first()
      .click();
    await page.getByRole('link', { name: 'Remove' }).click();
    await press(page, 'Remove');
    expect(await heard('device.deregistered')).toMatchObject({ device: linked['device'] });
    expect(errorOf(await tv.refresh(first.refresh_token))).toBe('invalid_grant');

    await ageProof(page);
    const second = await link(page, tv, 'Kitchen TV');
    const notes = await TestApp.notes(world.server);
    const attempt = await notes.begin({ scope: 'openid profile email offline_access', prompt: 'consent' });
    await page.goto(attempt.url.href);
    await press(page, 'Allow');
    await page.waitForURL(`${SITE}**`);
    const tokens = await notes.redeem(new URL(page.url()), attempt);

    expect(await revoke('ada-there')).toBe(204);
    expect(await heard('account.signed_out_everything')).toMatchObject({ by: 'operator' });
    const [notice] = await logouts.taken('notes', 1);
    expect(notice?.claims).toMatchObject({ sub: tokens.claims()?.sub });
    expect(errorOf(await tv.refresh(second.refresh_token))).toBe('invalid_grant');
    await expect(notes.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    await open(page, '/account');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    // A machine that is busy for a moment is no backend that is told late.
    expect(lags.sort((one, other) => one - other)[1]).toBeLessThan(SOON);
  });
});
