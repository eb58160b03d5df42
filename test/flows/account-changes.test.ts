/** An owner changes password and email, or has forgotten the password, in a real browser without scripts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow, type Owner, signIn } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const NEW = 'seven unlikely umbrellas';

let server: TestServer;
let browser: Browser;
let page: Page;
let owner: Owner;

beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  [server, browser] = await Promise.all([startServer({ CLIENTS_FILE: clients }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  page = await newWindow(browser);
  owner = newOwner();
  await createAccount(page, server.issuer, owner);
});

const words = (window: Page) => window.locator('main').innerText();
const press = (window: Page, name: string) => window.getByRole('button', { name, exact: true }).click();
const open = (window: Page, path: string) => window.goto(`${server.issuer}${path}`);

/** The text of the newest mail with this subject, read in the outbox. */
async function mailTo(email: string, subject: string): Promise<string> {
  const outbox = await newWindow(browser);
  try {
    const mails = outbox.locator('main li').filter({ hasText: email }).filter({ hasText: subject });
    await eventually(`the mail “${subject}”`, async () => {
      await open(outbox, '/dev/outbox');
      return (await mails.count()) > 0;
    });
    await mails.first().locator('a').click();
    await outbox.getByText('The same as text').click();
    return await words(outbox);
  } finally {
    await outbox.context().close();
  }
}

const codeFrom = async (email: string, subject: string) =>
  /\b(\d{6})\b/.exec(await mailTo(email, subject))?.[1] ?? '';

async function linkDevice(): Promise<{ device: DeviceClient; refresh: string }> {
  const device = new DeviceClient(server.issuer);
  const codes = codesOf(await device.authorize({ device_name: 'Attic TV' }));
  await open(page, '/device');
  await page.getByLabel('Code').fill(codes.userCode);
  await press(page, 'Continue');
  await press(page, 'Link device');
  return { device, refresh: tokensOf(await device.poll(codes.deviceCode)).refresh_token };
}

/** Another browser of the same owner. */
async function second(password = owner.password): Promise<Page> {
  const window = await newWindow(browser);
  await open(window, '/sign-in');
  await signIn(window, { ...owner, password });
  return window;
}

const isSignedIn = async (window: Page) => {
  await open(window, '/account');
  return window.url() === `${server.issuer}/account`;
};

describe('a new password', () => {
  it('keeps this browser, and ends a device and another browser', async () => {
    const { device, refresh } = await linkDevice();
    const other = await second();
    expect(await isSignedIn(other)).toBe(true);
    await open(page, '/account/security');
    await page.getByRole('link', { name: /^Password/ }).click();
    await page.getByLabel('Password').fill(owner.password);
    await press(page, 'Continue');
    await page
      .getByLabel('Code')
      .fill(await codeFrom(owner.email, 'your Latchkey code to change your password'));
    await press(page, 'Continue');
    await page.getByLabel('New password').fill('password password');
    await press(page, 'Save password');
    expect(await words(page)).toContain('There is a problem');
    await page.getByLabel('New password').fill(NEW);
    await press(page, 'Save password');
    expect(await words(page)).toContain('Signed out: 1 device or app, 1 other browser.');
    expect(await isSignedIn(page)).toBe(true);
    expect(await isSignedIn(other)).toBe(false);
    expect((await device.refresh(refresh)).body['error']).toBe('invalid_grant');
    expect(await isSignedIn(await second())).toBe(false);
    expect(await isSignedIn(await second(NEW))).toBe(true);
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link in the mail, in the browser that opens it; the others are signed out', async () => {
    const { device, refresh } = await linkDevice();
    const window = await newWindow(browser);
    await open(window, '/sign-in');
    await window.getByRole('link', { name: 'Forgotten your password?' }).click();
    await window.getByLabel('Email').fill(owner.email);
    await press(window, 'Send link');
    expect(await words(window)).toContain('Check your mail');
    const text = await mailTo(owner.email, 'Choose a new password');
    const link = /http\S+\/forgot-password\/link\/\S+/.exec(text)?.[0] ?? '';
    await window.goto(link);
    expect(window.url()).toBe(`${server.issuer}/forgot-password/new`);
    await window.getByLabel('New password').fill(NEW);
    await press(window, 'Save password');
    expect(await words(window)).toContain('Your password is changed');
    expect(await isSignedIn(window)).toBe(true);
    expect(await isSignedIn(page)).toBe(false);
    expect((await device.refresh(refresh)).body['error']).toBe('invalid_grant');
    await page.goto(link);
    expect(await words(page)).toContain('That link no longer works.');
  });
});

describe('another email', () => {
  it('takes the code sent to it; the old one is told; from then on the new one signs in', async () => {
    const email = newOwner().email;
    await open(page, '/account/settings');
    await page.getByRole('link', { name: /^Email/ }).click();
    await page.getByLabel('New email').fill(email);
    await press(page, 'Continue');
    await page.getByLabel('Code').fill(await codeFrom(email, 'your Latchkey code to confirm your new email'));
    await press(page, 'Continue');
    expect(await words(page)).toContain('Your email is changed.');
    expect(await words(page)).toContain(email);
    expect(await mailTo(owner.email, 'was changed')).toContain('If that was not you');
    owner = { ...owner, email };
    expect(await isSignedIn(await second())).toBe(true);
  });
});
