/** An owner takes keys back, in a real browser without scripts, while devices go on refreshing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow, type Owner, signIn } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf, errorOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

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
const follow = (window: Page, name: string) => window.getByRole('link', { name }).first().click();
const open = (window: Page, path: string) => window.goto(`${server.issuer}${path}`);
const sessionOf = async (window: Page) =>
  (await window.context().cookies()).find(({ name }) => name.includes('session'))?.value;

/** A device that refreshes without a pause until it is told to stop, or is refused. */
class Device {
  readonly client: DeviceClient;
  readonly name: string;
  access = '';
  refreshed = 0;
  refusedWith: unknown;
  #refresh = '';
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.client = new DeviceClient(server.issuer);
    this.name = name;
  }

  async link(window: Page): Promise<this> {
    const codes = codesOf(await this.client.authorize({ device_name: this.name, device_type: 'tv' }));
    await open(window, '/device');
    await window.getByLabel('Code').fill(codes.userCode);
    await press(window, 'Continue');
    await press(window, 'Link TV');
    this.#keep((await this.client.poll(codes.deviceCode)).body);
    return this;
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  async stop(): Promise<this> {
    this.#stopped = true;
    await this.#running;
    return this;
  }

  async refreshOnce(): Promise<unknown> {
    const answer = await this.client.refresh(this.#refresh);
    if (answer.status === 200) this.#keep(answer.body);
    return answer.status === 200 ? undefined : errorOf(answer);
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.refusedWith === undefined) {
      this.refusedWith = await this.refreshOnce();
      this.refreshed += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #keep(body: Record<string, unknown>): void {
    this.access = String(body['access_token']);
    this.#refresh = String(body['refresh_token']);
  }
}

async function linked(...names: string[]): Promise<Device[]> {
  const devices: Device[] = [];
  for (const name of names) devices.push(await new Device(name).link(page));
  return devices;
}

async function remove(name: string): Promise<void> {
  await open(page, '/account');
  await follow(page, name);
  await follow(page, `Remove ${name}`);
  await press(page, 'Remove');
}

describe('an owner removes a device', () => {
  it('one of three, while the two others keep refreshing; it hears so at its next request, and links again', async () => {
    const [kitchen, attic, cellar] = await linked('Kitchen', 'Attic', 'Cellar');
    if (!kitchen || !attic || !cellar) throw new Error('three devices are needed');
    for (const device of [kitchen, attic, cellar]) device.start();
    await remove('Attic');
    expect(await words(page)).toContain('Attic is removed');
    expect(await attic.client.isActive(attic.access)).toBe(false);
    await attic.stop();
    expect(attic.refusedWith ?? (await attic.refreshOnce())).toBe('invalid_grant');
    const [soFarKitchen, soFarCellar] = [kitchen.refreshed, cellar.refreshed];
    await follow(page, 'Go to your devices');
    const list = await words(page);
    expect(list).toContain('Kitchen');
    expect(list).not.toContain('Attic');
    await eventually('refreshes after it', () => {
      const isRefused = [kitchen, cellar].some(({ refusedWith }) => refusedWith !== undefined);
      return isRefused || (kitchen.refreshed > soFarKitchen && cellar.refreshed > soFarCellar);
    });
    for (const device of [kitchen, cellar]) await device.stop();
    expect([kitchen.refusedWith, cellar.refusedWith]).toEqual([undefined, undefined]);
    await attic.link(page);
    expect(await attic.refreshOnce()).toBeUndefined();
  });

  it('and it does not come back through the browser that is still signed in', async () => {
    const [attic] = await linked('Attic');
    if (!attic) throw new Error('a device is needed');
    await remove('Attic');
    const { body } = await attic.client.authorize({ device_name: 'Attic' });
    await page.goto(String(body['verification_uri_complete']));
    const { body: asked } = await attic.client.poll(String(body['device_code']));
    expect(asked['error']).toBe('authorization_pending');
    for (const path of ['/account', '/account/devices', '/device', '/.well-known/openid-configuration']) {
      await open(page, path);
    }
    expect(await attic.refreshOnce()).toBe('invalid_grant');
    expect(await attic.client.isActive(attic.access)).toBe(false);
    await open(page, '/account/devices');
    expect(await words(page)).toContain('No device is linked yet.');
  });

  it('with the keyboard alone, and changes its mind first', async () => {
    const [attic] = await linked('Attic');
    await open(page, '/account/devices');
    await page.getByRole('link', { name: 'Attic' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Remove Attic' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Keep it' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Name/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Name', { exact: true }).fill('Under the roof');
    await page.keyboard.press('Enter');
    await page.getByText('Saved.').waitFor();
    expect(await words(page)).toContain('Under the roof');
    expect(await attic?.refreshOnce()).toBeUndefined();
    await page.getByRole('link', { name: 'Remove Under the roof' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Under the roof is removed').waitFor();
    expect(await attic?.refreshOnce()).toBe('invalid_grant');
  });
});

describe('an owner signs out of everything', () => {
  async function elsewhere(): Promise<Page> {
    const other = await newWindow(browser);
    await open(other, '/sign-in');
    await signIn(other, owner);
    expect(other.url()).toBe(`${server.issuer}/account`);
    return other;
  }

  async function compromised(): Promise<void> {
    await open(page, '/account');
    await follow(page, 'Security');
    await follow(page, 'Sign out of everything');
  }

  it('and keeps this browser: devices and the other browser are out, the answer lists them', async () => {
    const [kitchen] = await linked('Kitchen');
    const other = await elsewhere();
    const before = await sessionOf(page);
    await compromised();
    expect(await words(page)).toContain('This can’t be undone.');
    await press(page, 'Sign out of everything');
    const text = await words(page);
    for (const part of ['One device', 'Kitchen', 'One browser', 'This browser stays signed in.']) {
      expect(text).toContain(part);
    }
    expect(await kitchen?.refreshOnce()).toBe('invalid_grant');
    expect(await kitchen?.client.isActive(kitchen.access)).toBe(false);
    await open(other, '/account');
    expect(other.url()).toContain('/sign-in');
    expect(await sessionOf(page)).not.toBe(before);
    await follow(page, 'Change password');
    expect(page.url()).toBe(`${server.issuer}/account/security/password`);
    await open(page, '/account/devices');
    expect(await words(page)).toContain('No device is linked yet.');
    await kitchen?.link(page);
    expect(await kitchen?.refreshOnce()).toBeUndefined();
  });

  it('and this browser, too: it still reads what ended, and has to sign in again', async () => {
    const [kitchen] = await linked('Kitchen');
    await compromised();
    await page.getByLabel('Keep this browser signed in').uncheck();
    await press(page, 'Sign out of everything');
    const text = await words(page);
    expect(text).toContain('Kitchen');
    expect(text).toContain('This browser is signed out, too.');
    expect(await kitchen?.refreshOnce()).toBe('invalid_grant');
    await open(page, '/account/devices');
    expect(page.url()).toContain('/sign-in');
    await signIn(page, owner);
    expect(page.url()).toBe(`${server.issuer}/account/devices`);
    await open(page, '/account/activity');
    expect(await words(page)).toContain('Signed out of everything');
  });

  it('of one browser only, and of the others', async () => {
    const [second, third] = [await elsewhere(), await elsewhere()];
    await open(page, '/account/browsers');
    await page.locator('.access-row', { hasNotText: 'This browser' }).first().click();
    await page.locator('main').getByRole('button', { name: 'Sign out' }).click();
    expect(page.url()).toContain(`${server.issuer}/account/browsers?notice=`);
    const signedIn = async () => {
      const urls: string[] = [];
      for (const window of [second, third]) {
        await open(window, '/account');
        urls.push(new URL(window.url()).pathname);
      }
      return urls.filter((path) => path === '/account').length;
    };
    expect(await signedIn()).toBe(1);
    await open(page, '/account/browsers');
    await press(page, 'Sign out all other browsers');
    expect(await words(page)).toContain('One browser is signed out.');
    expect(await signedIn()).toBe(0);
  });
});
