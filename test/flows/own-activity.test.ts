/** An owner looks at what happened in their account, and a newcomer at the mails of development, on a phone without scripts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, mailedCode, newOwner, newWindow } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';

const NAME = 'The speaker on the shelf in the kitchen';
let server: TestServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  const environment = { CLIENTS_FILE: clients, REDIS_PREFIX: `t${randomId()}:` };
  [server, browser] = await Promise.all([startServer(environment), launchBrowser()]);
  page = await newWindow(browser, { viewport: { width: 390, height: 844 } });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

describe('a newcomer who reads the mailed code in the outbox', () => {
  it('comes back by a link to the page that waits for it, from the list and from the mail', async () => {
    const owner = newOwner();
    await page.goto(`${server.issuer}/sign-up`);
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await press('Create account');
    const waits = page.url();
    const back = page.getByRole('link', { name: 'Back to the page that waits for the code' });
    await page.getByRole('link', { name: 'Read it in the outbox' }).click();
    await back.click();
    expect(page.url()).toBe(waits);
    const code = await mailedCode(page, server.issuer, owner.email);
    await page.getByRole('link', { name: 'Read it in the outbox' }).click();
    await page.locator('main a', { hasText: owner.email }).click();
    await page.getByRole('link', { name: 'Outbox', exact: true }).click();
    await page.locator('main a', { hasText: owner.email }).click();
    await back.click();
    await page.getByLabel('Code').fill(code);
    await press('Continue');
    await page.waitForURL(/\/account$/);
  });
});

describe('an owner with a speaker', () => {
  it('sees “New” beside its name however long that is, its own picture, and takes it back once', async () => {
    const device = new DeviceClient(server.issuer);
    const { body } = await device.authorize({ device_name: NAME, device_type: 'speaker' });
    await page.goto(String(body['verification_uri_complete']));
    await press('Link speaker');
    expect((await device.poll(String(body['device_code']))).body).toHaveProperty('access_token');
    await page.goto(`${server.issuer}/account/devices`);
    const [name, badge] = [page.locator('.access-name strong').first(), page.locator('.badge').first()];
    const [named, marked] = [await name.boundingBox(), await badge.boundingBox()];
    expect(marked?.x).toBeGreaterThanOrEqual((named?.x ?? 0) + (named?.width ?? 0));
    await page.goto(`${server.issuer}/account/activity?show=devices`);
    const linked = page.locator('.activity-item', { hasText: NAME });
    expect(await linked.locator('.activity-sign use').getAttribute('href')).toMatch(/#speaker$/);
    await linked.locator('.activity-not-me').click();
    await press('It wasn’t me: take it back');
    await page.goto(`${server.issuer}/account/activity`);
    const taken = page.locator('.activity-item', { hasText: NAME }).filter({ hasText: 'was linked' });
    expect(await taken.count()).toBe(1);
    expect(await taken.locator('.activity-not-me').count()).toBe(0);
  });
});
