/**
 * Setting a device up from its maker's phone app, in a real browser and at the pages, and what a stranger gains who sends
 * such links to owners. Addresses come through a trusted proxy, as on a real installation.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { playSite, press, words } from '../support/app-world.ts';
import { launchBrowser, newWindow, signIn } from '../support/browser.ts';
import { CompanionDevice, MAKERS_APP, RADIO } from '../support/companion-device.ts';
import { eventually } from '../support/eventually.ts';
import { errorOf, tokensOf } from '../support/linked-device.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { disputeLinkIn, isTo, MAILED_OWNER_PASSWORD, mailedOwner } from '../support/mailed-owner.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { type Page as Answer, PageClient } from '../web/page-client.ts';

const [ABROAD, HOME, NEXT_DOOR] = ['192.0.2.66', '198.51.100.7', '198.51.77.7'];
const MAX_DEVICES = 3;
const API = { client_id: 'api', client_name: 'API', grant_types: [], client_secret: 'a'.repeat(40) };

let sink: MailSink;
let server: TestServer;
let chromium: Browser;
beforeAll(async () => {
  [sink, chromium] = await Promise.all([startMailSink(), launchBrowser()]);
  const file = join(await mkdtemp(join(tmpdir(), 'latchkey-clients-')), 'clients.json');
  await writeFile(file, JSON.stringify([RADIO, API]));
  server = await startServer({
    SMTP_URL: sink.url,
    CLIENTS_FILE: file,
    TRUSTED_PROXIES: '127.0.0.1',
    APPROVALS_BEFORE_PROOF: '3',
    APPROVALS_BEFORE_REFUSAL: '40',
    DEVICES_PER_ACCOUNT: String(MAX_DEVICES),
    LIMIT_SIGN_UP_MAIL_NETWORK: '1000/1h 1s..1m',
    GEOIP_FILE: join(import.meta.dirname, '../fixtures/countries.mmdb'),
  });
});
afterAll(async () => {
  await chromium.close();
  await server.stop();
  await sink.close();
});

const by = (address: string) => ({ 'x-forwarded-for': address });
const radioAt = (address: string) => new CompanionDevice(server.issuer, by(address));
const ownerAt = (address: string) => mailedOwner(server.issuer, sink, address);
const pathOf = ({ pathname, search }: URL) => pathname + search;

/** The owner's browser has opened the link; the confirm page stands there. */
async function confirmPage(browser: PageClient, radio: CompanionDevice, changes = {}, headers = {}) {
  const { location } = await browser.get(pathOf(await radio.link(changes, headers)));
  return { path: location, page: await browser.get(location) };
}

async function decide(browser: PageClient, asked: { path: string; page: Answer }, decision: string) {
  const form = { csrf: asked.page.field('csrf'), decision };
  return shown(browser, await browser.post(asked.path, form));
}

/** The page at which an answer is told. */
async function shown(browser: PageClient, answer: Answer): Promise<Answer> {
  return answer.location.startsWith('/') ? shown(browser, await browser.get(answer.location)) : answer;
}

/** The password, where it is asked for. */
async function prove(browser: PageClient, page: Answer, password = MAILED_OWNER_PASSWORD): Promise<Answer> {
  const form = { csrf: page.field('csrf'), held: page.field('held'), password };
  return shown(browser, await browser.post('/account/prove', form));
}

/** Where the page of ours leads on to: the app. */
async function heard(browser: PageClient, { onward }: Answer): Promise<URL> {
  return new URL((await browser.get(onward)).location);
}

const codeIn = (answer: URL) => answer.searchParams.get('code') ?? '';

/** The owner does all that they are asked for. */
async function setUp(browser: PageClient, radio: CompanionDevice, changes = {}) {
  const answer = await decide(browser, await confirmPage(browser, radio, changes), 'approve');
  const done = answer.field('held') === '' ? answer : await prove(browser, answer);
  return radio.redeem(codeIn(await heard(browser, done)));
}

describe('an owner who adds a device in its maker’s app', () => {
  it('signs in, sees the device in its own words, confirms it, and finds it among their devices, where the next one is added, and in their mail', async () => {
    const { email } = await ownerAt(HOME);
    const radio = radioAt(HOME);
    const page = await newWindow(chromium, { extraHTTPHeaders: by(HOME) });
    await playSite(page, MAKERS_APP);
    await page.goto((await radio.link()).href);
    await signIn(page, { email, password: MAILED_OWNER_PASSWORD, name: 'Ada' });
    await page.getByRole('heading', { name: 'Link this speaker?' }).waitFor();
    const sayings = ['Kitchen radio', 'R1', 'Riverside Radio', 'maker’s app', 'from your network'];
    for (const said of sayings) expect(await words(page)).toContain(said);
    await page.getByText('More about this request').click();
    for (const said of [HOME, 'Seems to be in Portugal']) expect(await words(page)).toContain(said);
    expect(await page.getByLabel('Code').count()).toBe(0);
    await press(page, 'Link speaker');
    await page.waitForURL((url) => url.href.startsWith(MAKERS_APP));
    const answer = new URL(page.url());
    expect(answer.searchParams.get('state')).toBe(radio.state);
    expect(answer.searchParams.get('iss')).toBe(server.issuer);
    const redeemed = await radio.redeem(codeIn(answer));
    expect(redeemed.status).toBe(200);

    await page.goto(`${server.issuer}/account/devices`);
    await page.getByRole('link', { name: 'Kitchen radio' }).click();
    expect(await words(page)).toMatch(/Set up with\s+Riverside Radio/);
    await page.goto(`${server.issuer}/account/devices`);
    await page.getByRole('main').getByRole('link', { name: 'Link a device' }).click();
    expect(await words(page)).toMatch(/Devices with such an app: Riverside Radio/);
    await page.getByRole('link', { name: /It shows or says a code/ }).click();
    await page.getByRole('heading', { name: 'Which code does your device show?' }).waitFor();
    await page.goto(`${server.issuer}/account/apps`);
    expect(await words(page)).not.toContain('Riverside Radio');
    const mail = await sink.arrives(isTo(email, /was linked/));
    expect(mail.text).toContain('Kitchen radio');
    await page.context().close();
  });

  it('denies it, and nothing is linked', async () => {
    const { browser } = await ownerAt(HOME);
    const radio = radioAt(HOME);
    const answer = await heard(browser, await decide(browser, await confirmPage(browser, radio), 'deny'));
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect((await browser.get('/account/devices')).text).toContain('No device is linked');
    await logged('device-denied');
  });

  it('neither links nor goes on by an answer that the page does not have', async () => {
    const { browser } = await ownerAt(HOME);
    const asked = await confirmPage(browser, radioAt(HOME));
    for (const decision of ['allow', 'maybe', ''])
      expect((await decide(browser, asked, decision)).status).toBe(400);
    expect((await browser.post(asked.path, { decision: 'approve' })).status).toBe(403);
  });

  it('is told when there is no room, makes some, and goes on with the same request', async () => {
    const { browser } = await ownerAt(HOME);
    for (let linked = 0; linked < MAX_DEVICES; linked += 1)
      expect((await setUp(browser, radioAt(HOME))).status).toBe(200);
    const radio = radioAt(HOME);
    const asked = await confirmPage(browser, radio);
    const full = await decide(browser, asked, 'approve');
    expect(full.text).toContain('No room for another device');
    expect(full.text).toContain(`href="${asked.path}"`);
    const devices = await browser.get('/account/devices');
    const [row = ''] = /\/account\/devices\/[\w-]{22}/.exec(devices.text) ?? [];
    await browser.submit(`${row}/remove`, `${row}/remove`, {});
    const again = { path: asked.path, page: await browser.get(asked.path) };
    const answer = await heard(browser, await decide(browser, again, 'approve'));
    expect((await radio.redeem(codeIn(answer))).status).toBe(200);
  });

  it('signs in anew when they have signed out of everything before they confirmed', async () => {
    const { email, browser } = await ownerAt(HOME);
    const asked = await confirmPage(browser, radioAt(HOME));
    const other = new PageClient(server.issuer);
    other.headers = { ...other.headers, ...by(HOME) };
    const signedIn = await other.submit('/sign-in', '/sign-in', { email, password: MAILED_OWNER_PASSWORD });
    expect(signedIn.status).toBe(303);
    const path = '/account/security/compromised';
    const ended = await other.submit(path, path, {});
    expect(ended.status).toBe(303);
    expect((await decide(browser, asked, 'approve')).status).toBe(403);
    expect((await browser.get(asked.path)).location).toMatch(/^\/sign-in/);
  });
});

/** The log comes by a pipe: a line may be later than the answer that it is about. */
const logged = (event: string) => eventually(event, () => server.output().includes(`"event":"${event}"`));

describe('a stranger who sends an owner the link of their own device', () => {
  it('from another network or country: the owner sees where it is, and proves who they are for it, however fresh the last proof', async () => {
    for (const [address, said] of [
      [NEXT_DOOR, ['different network']],
      [ABROAD, ['different network', 'another country', 'Norway']],
    ] as const) {
      const { browser } = await ownerAt(HOME);
      const radio = radioAt(address);
      const asked = await confirmPage(browser, radio);
      for (const words of [address, ...said]) expect(asked.page.text).toContain(words);
      const answer = await decide(browser, asked, 'approve');
      expect(answer.text).toContain('Before a device is linked to your account');
      expect((await browser.get('/account/devices')).text).toContain('No device is linked');
      expect((await prove(browser, answer, 'a guess')).status).toBe(400);
      const done = await heard(browser, await prove(browser, answer));
      expect((await radio.redeem(codeIn(done))).status).toBe(200);
    }
    await logged('link-pushed');
  });

  it('gets nothing: the code goes to the maker’s app on the owner’s phone, which knows no such state', async () => {
    const { browser } = await ownerAt(HOME);
    const [strangers, owners] = [radioAt(ABROAD), radioAt(HOME)];
    const answer = await decide(browser, await confirmPage(browser, strangers), 'approve');
    const brought = await heard(browser, await prove(browser, answer));
    expect(brought.origin + brought.pathname).toBe(MAKERS_APP);
    expect(brought.searchParams.get('state')).not.toBe(owners.state);
    // An app that does not look hands it to the owner's device: it does not fit.
    expect(errorOf(await owners.redeem(codeIn(brought)))).toBe('invalid_grant');
    expect(errorOf(await strangers.redeem(''))).toBe('invalid_request');
    expect((await browser.get('/account/devices')).text).toContain('No device is linked');
  });

  it('and talks them out of the address that their app was opened with, links one; its mail has a button that ends it', async () => {
    const { email, browser } = await ownerAt(HOME);
    const radio = radioAt(ABROAD);
    const tokens = tokensOf(await setUp(browser, radio, { device_name: 'Security check' }));
    expect((await radio.userinfo(tokens.access_token)).status).toBe(200);
    const mail = await sink.arrives(isTo(email, /was linked/));
    const link = disputeLinkIn(mail, 'Security check');
    await new PageClient(server.issuer).submit(link, link, {});
    expect(errorOf(await radio.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect((await radio.userinfo(tokens.access_token)).status).toBe(401);
  });

  it('by a website in the owner’s own browser, is asked for a proof at home as well', async () => {
    const { browser } = await ownerAt(HOME);
    const origin = { origin: new URL(MAKERS_APP).origin };
    const asked = await confirmPage(browser, radioAt(HOME), {}, origin);
    expect(asked.page.text).toContain('A web page asked for this.');
    expect((await decide(browser, asked, 'approve')).text).toContain('name="held"');
  });

  it('to many owners is refused, with no button that links and none that a forged form replaces', async () => {
    const from = '203.0.113.9';
    for (let approved = 0; approved < 3; approved += 1)
      expect((await setUp((await ownerAt(HOME)).browser, radioAt(from))).status).toBe(200);
    const { browser } = await ownerAt(HOME);
    const asked = await confirmPage(browser, radioAt(from));
    expect(asked.page.text).toContain('This speaker was not linked');
    expect(asked.page.text).not.toContain('value="approve"');
    expect((await decide(browser, asked, 'approve')).text).toContain('This speaker was not linked');
    expect((await browser.get('/account/devices')).text).toContain('No device is linked');
    await logged('device-refused');
  });
});
