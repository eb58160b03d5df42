/** An owner who is signed in to the wrong account links a device in another one. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow, signIn } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  [server, browser] = await Promise.all([startServer({ CLIENTS_FILE: clients }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it('the page that links a device signs this account out, links nothing to it, and goes on with the code in another', async () => {
  const device = new DeviceClient(server.issuer);
  const code = codesOf(await device.authorize({ device_name: 'Attic TV', device_type: 'tv' }));
  const [wrong, right] = [newOwner(), newOwner()];
  const other = await newWindow(browser);
  await createAccount(other, server.issuer, right);
  await other.context().close();
  const page = await newWindow(browser);
  await createAccount(page, server.issuer, wrong);
  const enter = async () => {
    await page.getByLabel('Code').fill(code.userCode);
    await page.getByRole('button', { name: 'Continue' }).click();
  };
  await page.goto(`${server.issuer}/device`);
  await enter();
  await page.getByText('More about this request').click();
  await page.getByRole('button', { name: 'Use another account' }).click();
  await page.waitForURL(`${server.issuer}/sign-in?return_to=%2Fdevice`);
  expect((await device.poll(code.deviceCode)).body['error']).toBe('authorization_pending');
  await signIn(page, right);
  await page.waitForURL(`${server.issuer}/device`);
  await enter();
  const waiting = page.waitForURL(/\/device\/waiting/, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Link TV' }).click({ noWaitAfter: true });
  await waiting;
  const { body } = await device.poll(code.deviceCode);
  const { body: claims } = await device.userinfo(String(body['access_token']));
  expect(claims['email']).toBe(right.email);
  await page.context().close();
});
