/** An owner who goes back after they have linked a device, or answers twice, in a phone's browser. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';

let server: TestServer;
let browser: Browser;
let device: DeviceClient;
let page: Page;
beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  const environment = { CLIENTS_FILE: clients, REDIS_PREFIX: `t${randomId()}:` };
  [server, browser] = await Promise.all([startServer(environment), launchBrowser()]);
  device = new DeviceClient(server.issuer);
  page = await newWindow(browser, { viewport: { width: 390, height: 844 } });
  await createAccount(page, server.issuer, newOwner());
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

let code: { deviceCode: string; userCode: string };
beforeEach(async () => {
  const { body } = await device.authorize({ device_name: 'Kitchen', device_type: 'tv' });
  code = { deviceCode: String(body['device_code']), userCode: String(body['user_code']) };
});

const words = async (window: Page) => (await window.locator('main').innerText()).replace(/\s+/g, ' ');
const press = (window: Page, name: string) => window.getByRole('button', { name, exact: true }).click();

async function type(window: Page, typed: string): Promise<void> {
  await window.getByLabel('Code').fill(typed);
  await press(window, 'Continue');
}

async function enter(window: Page): Promise<void> {
  await window.goto(`${server.issuer}/device`);
  await type(window, code.userCode);
  await window.getByRole('heading', { name: 'Link this TV?' }).waitFor();
}

describe('an owner who goes back from the page that says their device is connected', () => {
  it('reads that they linked it, with the way to it, and not that their answer changed nothing', async () => {
    await enter(page);
    await press(page, 'Link TV');
    expect((await device.poll(code.deviceCode)).body).toHaveProperty('access_token');
    await page.getByRole('heading', { name: 'Kitchen is connected' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'You linked Kitchen' }).waitFor();
    expect(await words(page)).not.toMatch(/no longer works|changed nothing/);
    await page.getByRole('link', { name: 'See what came of it' }).click();
    await page.getByRole('heading', { name: 'Kitchen is connected' }).waitFor();
  });

  it('reads so too while the device has not come yet, and can still take it back', async () => {
    await enter(page);
    await press(page, 'Link TV');
    await page.getByRole('heading', { name: 'Waiting for Kitchen…' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'See what came of it' }).click();
    await page.getByRole('button', { name: 'Don’t link it after all' }).first().click();
    await page.getByRole('heading', { name: 'Nothing was linked' }).waitFor();
    expect((await device.poll(code.deviceCode)).body['error']).toBe('access_denied');
  });
});

describe('an owner who refused a device', () => {
  it('and goes back reads that they refused it', async () => {
    await enter(page);
    await press(page, 'Don’t link');
    await page.getByRole('heading', { name: 'Nothing was linked' }).waitFor();
    await page.goBack();
    expect(await words(page)).toContain('You said no, and the code no longer works.');
    expect(await words(page)).not.toMatch(/expired|changed nothing/);
  });
});

describe('an owner who has the same device in two tabs', () => {
  it.each([
    ['Link TV', 'Don’t link', 'You linked Kitchen'],
    ['Don’t link', 'Link TV', 'Nothing was linked'],
  ])(
    'and chooses %s, then %s, reads what the first has done and that the second changed nothing',
    async (first, second, said) => {
      await enter(page);
      const other = await page.context().newPage();
      await enter(other);
      await press(page, first);
      await page.getByRole('heading', { name: /Waiting for Kitchen|Nothing was linked/ }).waitFor();
      await press(other, second);
      await other.getByRole('heading', { name: said }).waitFor();
      expect(await words(other)).toContain('Your answer just now changed nothing.');
      await other.close();
    },
  );
});

describe('another owner’s answer', () => {
  it('is not called the owner’s own: another person who entered the same code is told no more than before', async () => {
    await enter(page);
    const other = await newWindow(browser);
    await createAccount(other, server.issuer, newOwner());
    await enter(other);
    await press(other, 'Link TV');
    await other.getByRole('heading', { name: 'Waiting for Kitchen…' }).waitFor();
    await press(page, 'Link TV');
    await page.getByRole('heading', { name: 'This code no longer works' }).waitFor();
    await other.context().close();
  });
});

describe('the code page', () => {
  it('has no error of a former try once a right code was entered, when its owner comes back to it', async () => {
    await page.goto(`${server.issuer}/device`);
    await type(page, 'BBBB-CCCC');
    expect(await words(page)).toContain('That code doesn’t work.');
    await page.reload();
    expect(await words(page)).toContain('That code doesn’t work.');
    await type(page, code.userCode);
    await page.getByRole('heading', { name: 'Link this TV?' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Which code does your device show?' }).waitFor();
    expect(await words(page)).not.toContain('There is a problem');
  });

  it.each([
    [1, 'One letter is missing.'],
    [2, '2 letters are missing.'],
  ])('says that %i of the letters are missing, and counts no try', async (missing, said) => {
    await page.goto(`${server.issuer}/device`);
    for (let time = 0; time < 12; time += 1) await type(page, code.userCode.slice(0, -missing));
    expect(await words(page)).toContain(said);
    expect(await words(page)).not.toContain('doesn’t work');
    await type(page, code.userCode);
    await page.getByRole('heading', { name: 'Link this TV?' }).waitFor();
  });
});
