import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { TestApp } from '../support/authenticator-app.ts';
import {
  createAccount,
  launchBrowser,
  mailedCode,
  newOwner,
  newWindow,
  type Owner,
  signIn,
  signOut,
} from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const words = (page: Page) => page.locator('main').innerText();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const open = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);

async function newcomer({ issuer } = server): Promise<{ page: Page; owner: Owner }> {
  const page = await newWindow(browser);
  const owner = newOwner();
  await createAccount(page, issuer, owner);
  return { page, owner };
}

/** With the code of the step before, so that the one of now signs in. */
async function setUpApp(page: Page): Promise<TestApp> {
  await open(page, '/account/security');
  await page.getByRole('link', { name: /Two-step verification/ }).click();
  await page.getByRole('link', { name: 'Set up an authenticator app' }).click();
  const app = new TestApp(await page.locator('.secret-key').innerText());
  // On a phone, the app there opens by a link with the same key.
  const link = page.getByText('Open my authenticator app');
  expect(await link.getAttribute('href')).toMatch(new RegExp(`^otpauth://totp/.*secret=${app.seed}`));
  await page.getByRole('textbox', { name: 'Code' }).fill(await app.code(-1));
  await page.getByLabel('Name').fill('Pocket phone');
  await press(page, 'Switch on');
  expect(server.output()).not.toContain(app.seed);
  return app;
}

async function makeBackupCodes(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: /Backup codes/ }).click();
  await press(page, 'Make backup codes');
  return page.locator('.backup-codes li').allInnerTexts();
}

async function signInAgain(page: Page, owner: Owner): Promise<void> {
  await signOut(page);
  await open(page, '/sign-in');
  await signIn(page, owner);
}

/** Takes texts, as an operator's gateway does. */
async function startGateway() {
  const texts: string[] = [];
  const taker = createServer(async (request, response) => {
    texts.push(await text(request));
    response.end();
  });
  await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(taker.address() as AddressInfo).port}/send`,
    code: () => eventually('a text', () => /\b\d{6}\b/.exec(texts.join())?.[0]),
    close: () => taker.close(),
  };
}

describe('two-step verification, without scripts', () => {
  it('an app is set up from the key or the picture, and is asked for at the next sign-in', async () => {
    const { page, owner } = await newcomer();
    const app = await setUpApp(page);
    expect(await words(page)).toContain('Your authenticator app is set up');
    expect(await words(page)).toContain('Pocket phone');
    await signInAgain(page, owner);
    expect(page.url()).toContain('/sign-in/second-step');
    await page.getByRole('textbox', { name: 'Code' }).fill('12');
    await press(page, 'Continue');
    expect(await words(page)).toContain('Enter the 6 digits of the code.');
    await page.getByRole('textbox', { name: 'Code' }).fill(await app.code());
    await press(page, 'Continue');
    expect(await words(page)).toContain('This browser');
    await page.context().close();
  });

  it('a wrong code sets nothing up, and the same picture is shown again', async () => {
    const { page } = await newcomer();
    await open(page, '/account/security/two-step/app');
    const key = await page.locator('.secret-key').innerText();
    await page.getByRole('textbox', { name: 'Code' }).fill(new TestApp(key).wrong());
    await press(page, 'Switch on');
    expect(await words(page)).toContain('That code doesn’t fit');
    expect(await page.locator('.secret-key').innerText()).toBe(key);
    await open(page, '/account/security/two-step');
    expect(await words(page)).toContain('Off.');
    await page.context().close();
  });

  it('backup codes are shown once, can be downloaded, and each lets its owner in once', async () => {
    const { page, owner } = await newcomer();
    await setUpApp(page);
    const codes = await makeBackupCodes(page);
    expect(codes).toHaveLength(10);
    for (const code of [...codes, ...codes.map((one) => one.replaceAll('-', ''))])
      expect(server.output()).not.toContain(code);
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Download as a file')]);
    expect(file.suggestedFilename()).toBe('backup-codes.txt');
    await open(page, '/account/security/two-step/codes');
    expect(await words(page)).toContain('10 of 10 codes are left');
    expect(await words(page)).not.toContain(codes[0]);
    for (const [code, outcome] of [
      [codes[0], 'This browser'],
      [codes[0], 'That code doesn’t work'],
    ] as const) {
      await signInAgain(page, owner);
      await page.getByRole('link', { name: 'Use a backup code' }).click();
      await page.getByLabel('Backup code').fill(String(code).toLowerCase());
      await press(page, 'Continue');
      expect(await words(page)).toContain(outcome);
    }
    await page.getByLabel('Backup code').fill(codes[1] ?? '');
    await press(page, 'Continue');
    await open(page, '/account/security/two-step');
    expect(await words(page)).toContain('8 of 10 left');
    await page.context().close();
  });

  it('a backup phone gets its codes by text message, and shows two of its digits', async () => {
    const { page, owner } = await newcomer();
    await setUpApp(page);
    const number = `+1555${String(Date.now()).slice(-7)}`;
    await page.getByRole('link', { name: /Backup phone/ }).click();
    // ASVS 6.6.1: what text messages are worth is said where a phone is added.
    expect(await words(page)).toContain('Others can get hold of text messages more easily');
    await page.getByLabel('Phone number').fill('555 0100');
    await press(page, 'Send a code');
    expect(await words(page)).toContain('Enter a phone number with its country code');
    await page.getByLabel('Phone number').fill(number);
    await press(page, 'Send a code');
    const first = await mailedCode(page, server.issuer, number);
    await page.getByRole('textbox', { name: 'Code' }).fill(first);
    await press(page, 'Continue');
    expect(await words(page)).toContain('Your backup phone is added');
    expect(server.output()).not.toContain(number.slice(1));
    expect(await words(page)).not.toContain(number);
    await signInAgain(page, owner);
    await page.getByRole('link', { name: /Send a code to my phone/ }).click();
    await press(page, 'Send a code');
    const second = await mailedCode(page, server.issuer, number, first);
    await page.getByRole('textbox', { name: 'Code' }).fill(second);
    await press(page, 'Continue');
    expect(await words(page)).toContain('This browser');
    await page.context().close();
  });

  it('who has set a gateway for texts is not sent to the outbox for them, where they are not; for mails still', async () => {
    const gateway = await startGateway();
    const withGateway = await startServer({ SMS_WEBHOOK_URL: gateway.address });
    try {
      const { page, owner } = await newcomer(withGateway);
      await setUpApp(page);
      await open(page, '/account/security/two-step/phone');
      await page.getByLabel('Phone number').fill('+15555550100');
      await press(page, 'Send a code');
      expect(await page.locator('.development').count()).toBe(0);
      await page.getByRole('textbox', { name: 'Code' }).fill(await gateway.code());
      await press(page, 'Continue');
      await signInAgain(page, owner);
      await page.getByRole('link', { name: /Send a code to my phone/ }).click();
      await press(page, 'Send a code');
      await page.getByRole('textbox', { name: 'Code' }).waitFor();
      expect(await page.locator('.development').count()).toBe(0);
      await open(page, '/forgot-password');
      await page.getByLabel('Email').fill(owner.email);
      await press(page, 'Send link');
      expect(await page.locator('.development a').getAttribute('href')).toBe(
        '/dev/outbox?return_to=%2Fforgot-password',
      );
      await page.context().close();
    } finally {
      await withGateway.stop();
      gateway.close();
    }
  });

  it('“Don’t ask again on this browser” holds until it is ended', async () => {
    const { page, owner } = await newcomer();
    const app = await setUpApp(page);
    await signInAgain(page, owner);
    await page.getByRole('textbox', { name: 'Code' }).fill(await app.code());
    await page.getByLabel('Don’t ask again on this browser').check();
    await press(page, 'Continue');
    await signInAgain(page, owner);
    expect(await words(page)).toContain('This browser');
    await open(page, '/account/security/two-step');
    await press(page, 'Ask again');
    expect(await words(page)).toContain('That browser asks for codes again');
    await signInAgain(page, owner);
    expect(page.url()).toContain('/sign-in/second-step');
    await page.context().close();
  });

  it('without the last app it is off, and backup codes are gone', async () => {
    const { page, owner } = await newcomer();
    await setUpApp(page);
    await makeBackupCodes(page);
    await page.getByRole('link', { name: 'I have saved them' }).click();
    await page.getByRole('link', { name: /Pocket phone/ }).click();
    expect(await words(page)).toContain('Two-step verification will be off');
    await press(page, 'Remove');
    expect(await words(page)).toContain('Two-step verification is off now.');
    await signInAgain(page, owner);
    expect(await words(page)).toContain('This browser');
    await page.context().close();
  });

  it('what changes it asks for both steps in a browser that was let in with the password alone', async () => {
    const { page, owner } = await newcomer();
    const app = await setUpApp(page);
    await signInAgain(page, owner);
    await page.getByRole('textbox', { name: 'Code' }).fill(await app.code());
    await page.getByLabel('Don’t ask again on this browser').check();
    await press(page, 'Continue');
    await signInAgain(page, owner);
    await open(page, '/account/security/two-step/codes');
    await press(page, 'Make backup codes');
    await page.getByLabel('Password').fill(owner.password);
    await press(page, 'Continue');
    await page.getByRole('textbox', { name: 'Code' }).fill(await app.code(1));
    await press(page, 'Continue');
    expect(await page.locator('.backup-codes li').count()).toBe(10);
    await page.context().close();
  });
});
