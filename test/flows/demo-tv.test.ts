/** A newcomer without a TV: one in the browser asks for a code, and a phone beside it says yes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Session } from '../../src/accounts/session.ts';
import { findingsOn, loadAxe } from '../support/axe.ts';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { productionSettings } from '../support/production-settings.ts';
import { judged, styleOf } from '../support/television.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const CLIENTS = [
  { client_id: 'living-room-tv', client_name: 'Riverside Player' },
  { client_id: 'demo-device', client_name: 'Riverside Home' },
];

const PHONE = 'http://192.0.2.23:3000';

let server: WholeServer;
let browser: Browser;
let tv: Page;
let rosa: PageClient & { browser: Session };
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startWholeServer({ TRUSTED_PROXIES: 'none' }, undefined, {
      clients: CLIENTS,
      outbox: true,
      phoneAddress: PHONE,
    }),
    launchBrowser(),
  ]);
  tv = await switchedOn('/demo/tv?name=Bedroom+TV');
  rosa = await server.owner('Rosa');
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function switchedOn(path: string, size = { width: 1920, height: 1080 }): Promise<Page> {
  const page = await newWindow(browser, { javaScriptEnabled: true, viewport: size });
  await page.goto(server.issuer + path);
  return page;
}

const titled = (page: Page, title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor();
const codeOn = (page: Page) => page.locator('.set-code').innerText();

async function decide(page: Page, decision: 'approve' | 'deny') {
  const confirm = await rosa.submit('/device', '/device', { user_code: await codeOn(page) });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await rosa.postAlone('/device/confirm', { csrf, ticket, decision });
  return confirm;
}

describe('the television of development', () => {
  it('shows the address, a code of 72 pixels or more, a picture of both, and until when', async () => {
    await titled(tv, 'Sign in to Latchkey');
    const words = await tv.locator('.set').innerText();
    expect(words).toContain(`${new URL(server.issuer).host}/device`);
    expect(words).toMatch(/[A-Z]{4}-[A-Z]{4}/);
    expect(words).toMatch(/New code in (9:\d\d|10:00)/);
    expect(parseFloat(await styleOf(tv, '.set-code', 'font-size'))).toBeGreaterThanOrEqual(72);
    await tv.waitForFunction(`document.querySelector('.set-qr img').naturalWidth > 0`);
    const qr = await rosa.get(`/demo/tv/qr?user_code=${await codeOn(tv)}`);
    expect([qr.status, qr.text.startsWith('<svg xmlns')]).toEqual([200, true]);
    expect((await rosa.get('/demo/tv/qr?user_code=%3Cscript%3E')).status).toBe(404);
  });

  it('has no picture to scan where no phone reaches the address, and says so', async () => {
    await using alone = await startWholeServer({ TRUSTED_PROXIES: 'none' }, undefined, { clients: CLIENTS });
    const set = await newWindow(browser, {
      javaScriptEnabled: true,
      viewport: { width: 1920, height: 1080 },
    });
    await set.goto(`${alone.issuer}/demo/tv`);
    await titled(set, 'Sign in to Latchkey');
    const words = await set.locator('.set').innerText();
    expect(words).toContain('On this computer, open');
    expect(words).toContain('This address works on this computer only');
    expect(words).not.toMatch(/phone|scan/i);
    expect(await set.locator('.set-qr').count()).toBe(0);
    expect(await judged(set)).toEqual([]);
    await set.close();
  });

  it('is read from a sofa: text of 24 pixels, contrasts of 7, nothing within 5 % of the edge, and axe finds nothing', async () => {
    expect(await judged(tv)).toEqual([]);
    await loadAxe(tv);
    expect(await findingsOn(tv)).toEqual([]);
  });

  it('is linked as a device of the same home, by a click, and greets its owner', async () => {
    const confirm = await decide(tv, 'approve');
    expect(confirm.text).toContain('Bedroom TV');
    expect(confirm.text).toContain('It asked from your network');
    expect(confirm.text).not.toContain('name="user_code"');
    await titled(tv, 'Hello, Rosa');
    expect(await judged(tv)).toEqual([]);
    await tv.reload();
    await titled(tv, 'Hello, Rosa');
  });

  it('works with the arrows of a remote control, and always shows where one is', async () => {
    const at = () => tv.locator(':focus').innerText();
    const ring = () => styleOf(tv, ':focus', 'outline-width');
    expect(await at()).toBe('Sign out of this TV');
    await tv.keyboard.press('ArrowRight');
    expect([await at(), parseFloat(await ring()) >= 3]).toEqual(['Requests', true]);
    await tv.keyboard.press('Enter');
    await tv.keyboard.press('ArrowRight');
    expect([await tv.locator(':focus').getAttribute('id'), parseFloat(await ring()) >= 3]).toEqual([
      'log',
      true,
    ]);
    await tv.keyboard.press('ArrowLeft');
    expect(await at()).toBe('Requests');
  });

  it('lists what was asked and answered, and nothing that opens anything', async () => {
    const log = await tv.locator('#log').innerText();
    expect(log).toContain('GET /me');
    expect(log).toMatch(/Authorization: Bearer .{4}…/);
    const kept = JSON.parse((await tv.evaluate('Object.values(sessionStorage)[0]')) as string) as Record<
      string,
      string
    >;
    for (const secret of [kept['accessToken'], kept['refreshToken']]) expect(log).not.toContain(secret);
    await tv.keyboard.press('Escape');
    expect(await tv.locator('#drawer').isVisible()).toBe(false);
  });

  it.each([
    [1280, 720],
    [1100, 700],
  ])('is seen whole at %i × %i while its requests are listed', async (width, height) => {
    const set = await switchedOn('/demo/tv?name=Small', { width, height });
    await titled(set, 'Sign in to Latchkey');
    await set.getByRole('button', { name: 'Requests' }).click();
    const [seen, drawer] = await Promise.all(
      ['.set', '#drawer'].map((part) => set.locator(part).boundingBox()),
    );
    expect(seen && seen.x + seen.width).toBeLessThanOrEqual(width);
    const isBeside = seen && drawer && drawer.x >= seen.x + seen.width;
    const isBelow = seen && drawer && drawer.y >= seen.y + seen.height;
    expect(isBeside || isBelow).toBe(true);
    await set.close();
  });

  it('says soon that it was removed, and asks for a new code when its owner wants one', async () => {
    const [device] = await server.stores.linkedDevices.list({ accountId: rosa.browser.accountId, epoch: 1 });
    const at = `/account/devices/${device?.id}/remove`;
    await rosa.submit(at, at, {});
    await titled(tv, 'You were signed out');
    expect(await judged(tv)).toEqual([]);
    await tv.keyboard.press('Enter');
    await titled(tv, 'Sign in to Latchkey');
  });

  it('says that it is not allowed where its owner refuses', async () => {
    await decide(tv, 'deny');
    await titled(tv, 'Not allowed');
    expect(await judged(tv)).toEqual([]);
    await tv.close();
  });

  it('plays other devices, and obeys a server that wants it slower', async () => {
    const speaker = await newWindow(browser, {
      javaScriptEnabled: true,
      viewport: { width: 1280, height: 720 },
    });
    const waits: number[] = [];
    let polled = 0;
    await speaker.clock.install();
    await speaker.route('**/token', async (route) => {
      const now = (await speaker.evaluate('Date.now()')) as number;
      waits.push(now - polled);
      polled = now;
      const error = waits.length === 1 ? 'slow_down' : 'authorization_pending';
      await route.fulfill({ status: 400, json: { error } });
    });
    await speaker.goto(`${server.issuer}/demo/tv?type=speaker&name=Kitchen`);
    await titled(speaker, 'Sign in to Latchkey');
    while (waits.length < 3) await speaker.clock.runFor(1000);
    // The first poll comes after 5 seconds, those that follow after 10, as finely as the clock is moved on.
    for (const wait of waits.slice(1)) expect(Math.round(wait / 1000)).toBeGreaterThanOrEqual(10);
    await speaker.clock.resume();
    const confirm = await rosa.submit('/device', '/device', { user_code: await codeOn(speaker) });
    expect(confirm.text).toContain('Link speaker');
    expect(confirm.text).toContain('Kitchen');
    await speaker.close();
  });

  it('is linked by a phone that knows the server by another address, where mails are read and their links lead on', async () => {
    // Not what the server calls itself; on a phone it would be an address of the network.
    const other = server.issuer.replace('127.0.0.1', 'localhost');
    const [set, phone] = [await switchedOn('/demo/tv'), await newWindow(browser)];
    const nora = { ...newOwner('Nora'), email: `nora.${Date.now()}@example.org` };
    await createAccount(phone, other, nora);
    await phone.waitForURL(`${other}/account`);
    await titled(set, 'Sign in to Latchkey');
    await phone.goto(`${other}/device?user_code=${await codeOn(set)}`);
    await phone.getByRole('button', { name: 'Link TV' }).click();
    await titled(set, 'Hello, Nora');
    await eventually('a mail about it', async () => {
      await phone.goto(`${other}/dev/outbox`);
      return (await phone.locator('main li').filter({ hasText: nora.email }).count()) > 1;
    });
    await phone.locator('main li a').first().click();
    const mail = phone.frameLocator('.mail-frame');
    const { headers } = await request(`${phone.url().replace('localhost', '127.0.0.1')}/html`);
    expect([headers.get('content-security-policy'), headers.get('x-frame-options')]).toEqual([
      expect.stringMatching(/^default-src 'none'; style-src 'unsafe-inline'.*; sandbox allow-top-/),
      'SAMEORIGIN',
    ]);
    expect(await mail.locator('h1').innerText()).toContain('device was linked');
    await mail.getByRole('link', { name: 'It wasn’t me' }).click();
    await phone.waitForURL(`${other}/not-me**`);
    await Promise.all([set.close(), phone.close()]);
  });

  it('is offered by the start page of development', async () => {
    expect((await server.visitor().get('/')).text).toContain('href="/demo/tv"');
  });

  it('is not there in production, nor is anything that leads to it', async () => {
    await using production = await startWholeServer(productionSettings());
    const visitor = production.visitor();
    const found = ['/demo/tv', '/demo/tv?type=speaker', '/demo/tv/qr?user_code=WDJB-MJHT', '/dev/outbox'];
    expect(await Promise.all(found.map(async (path) => (await visitor.get(path)).status))).toEqual([
      404, 404, 404, 404,
    ]);
    expect((await visitor.get('/')).text).not.toContain('/demo/');
  });
});
