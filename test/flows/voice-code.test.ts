/** Buying by voice, from the confirm page to the lock and back, in a browser without scripts. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
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
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

it('an owner links a speaker that may ask, sets a code, and unlocks it after five wrong ones', async () => {
  const page = await newWindow(browser);
  await createAccount(page, server.issuer, newOwner());
  const speaker = new DeviceClient(server.issuer, 'demo-device');
  const scope = 'openid offline_access voice_code';
  const codes = codesOf(await speaker.authorize({ scope, device_name: 'Kitchen radio' }));
  await page.goto(`${server.issuer}/device`);
  await page.getByLabel('Code').fill(codes.userCode);
  await press(page, 'Continue');
  expect(await words(page)).toContain('Check your voice code when you buy something by voice');
  await press(page, 'Link device');
  const { access_token: token } = tokensOf(await speaker.poll(codes.deviceCode));
  const says = async (code: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await speaker.post('/voice-code/verify', { code }, headers)).body;
  };

  await page.goto(`${server.issuer}/account/security`);
  await page.getByRole('link', { name: /Voice code/ }).click();
  await page.getByRole('textbox', { name: 'Voice code' }).fill('1234');
  await press(page, 'Set');
  expect(await words(page)).toContain('That is one of the first codes that people try.');
  await page.getByRole('textbox', { name: 'Voice code' }).fill('4071');
  await page.keyboard.press('Enter');
  await page.waitForURL(/notice=/);
  expect(await words(page)).toContain('Nobody can look it up, not even we.');

  for (const wrong of ['4072', '4073', '4074', '4075', '4076'])
    expect(await says(wrong)).toEqual({ verified: false });
  await page.goto(`${server.issuer}/account/activity`);
  expect(await words(page)).toContain('locked after too many wrong tries, the last on “Kitchen radio”');
  await page.goto(`${server.issuer}/account/security`);
  await page.getByRole('link', { name: /Voice code/ }).click();
  await press(page, 'Unlock');
  expect(await page.locator('body').innerText()).toContain('Your voice code is unlocked.');
  await press(page, 'Remove');
  expect(await page.locator('body').innerText()).toContain('Your voice code is removed.');
  expect(server.output()).not.toContain('"4071"');
});
