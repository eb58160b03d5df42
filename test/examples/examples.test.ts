/** What `examples/` holds runs as its README says, against the clients of `clients.example.json`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { RunningExample } from './running-example.ts';

/** Of Debian, for the device in C. */
const COMPILER = {
  commands: ['curl-config'],
  debianPackage: 'libcurl4-openssl-dev',
  alongside: ['gcc', 'libc6-dev', 'make'],
};

let server: TestServer;
let browser: Browser;
let page: Page;
let folder: string;
beforeAll(async () => {
  ensureSystemPackage({ ...COMPILER, say: () => undefined });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  page = await newWindow(browser, { javaScriptEnabled: true });
  await createAccount(page, server.issuer, newOwner('Grace Hopper'));
  await page.waitForURL(/\/account$/);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const main = () => page.locator('main').innerText();

async function decide(userCode: string, decision: 'Link device' | 'Deny'): Promise<void> {
  await page.goto(`${server.issuer}/device`);
  await page.getByLabel('Code').fill(userCode);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: decision }).click();
  await page.waitForURL(decision === 'Deny' ? /\/device\/denied/ : /\/device\/linked/);
}

describe.each([
  ['device-python', ['/usr/bin/python3', 'device.py']],
  ['device-c', ['sh', '-c', `make -s OUT=${'$'}BINARY && exec ${'$'}BINARY`]],
] as const)('%s', (name, command) => {
  const running: RunningExample[] = [];
  const start = () => {
    const device = new RunningExample(command, name, {
      ISSUER: server.issuer,
      KEY_FILE: join(folder, `${name}.key`),
      BINARY: join(folder, name),
    });
    running.push(device);
    return device;
  };
  afterEach(() => Promise.all(running.splice(0).map((device) => device.stop())));

  it('is linked, uses its key again, notices that it was deregistered, and hears that its owner says no', async () => {
    const device = start();
    const [code = ''] = await device.says(/Open \S+ and type (\S+)/);
    await decide(code, 'Link device');
    expect(await device.says(/Linked to the account of (.*)\./)).toEqual(['Grace Hopper']);
    expect(await device.ended()).toBe(0);

    const again = start();
    expect(await again.says(/^Linked to the account of (.*)\./)).toEqual(['Grace Hopper']);

    await page.goto(`${server.issuer}/account/devices`);
    await page
      .locator('main')
      .getByRole('link')
      .filter({ hasText: /Kitchen display|Radio/ })
      .first()
      .click();
    await page.getByRole('link', { name: 'Deregister' }).click();
    await page.getByRole('button', { name: 'Deregister' }).click();
    const deregistered = start();
    await deregistered.says(/This device was deregistered\./);
    const [next = ''] = await deregistered.says(/Open \S+ and type (\S+)/);
    await decide(next, 'Deny');
    expect(await deregistered.ended()).toBe(1);
  });
});

describe('website and api', () => {
  it('sign a person in, ask for them, and sign them out; who removed the website is out at once', async () => {
    const [apiPort, port] = [String(await freePort()), String(await freePort())];
    const api = new RunningExample([process.execPath, 'api.mjs'], 'api', {
      ISSUER: server.issuer,
      PORT: apiPort,
    });
    const site = new RunningExample([process.execPath, 'website.mjs'], 'website', {
      ISSUER: server.issuer,
      PORT: port,
      API: `http://localhost:${apiPort}`,
    });
    try {
      await Promise.all([api.says(/Listening/), site.says(/Open/)]);
      expect((await fetch(`http://localhost:${apiPort}`)).status).toBe(401);
      const home = `http://localhost:${port}/`;
      const signIn = async () => {
        await page.goto(home);
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.getByRole('button', { name: 'Allow' }).click();
        await page.waitForURL(home);
        expect(await page.locator('body').innerText()).toMatch(
          /Hello, Grace Hopper[\s\S]*account \S+, by example-app/,
        );
      };
      await signIn();
      await page.goto(`${server.issuer}/account/apps`);
      await page.getByRole('link', { name: 'Example app' }).click();
      await page.getByRole('link', { name: 'Remove' }).click();
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.goto(home);
      expect(await page.locator('body').innerText()).toContain('You were signed out elsewhere.');
      await signIn();
      await page.getByRole('link', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Stay signed in' }).click();
      await page.waitForURL(home);
      expect(await page.locator('body').innerText()).toContain('You are not signed in.');
    } finally {
      await Promise.all([api.stop(), site.stop()]);
    }
  });
});

describe('single-page-app', () => {
  it('signs a person in and out, from the browser alone', async () => {
    const port = String(await freePort());
    const app = new RunningExample([process.execPath, 'serve.mjs'], 'single-page-app', {
      ISSUER: server.issuer,
      PORT: port,
      // Its library, as the tests of clients have installed it.
      NODE_PATH: join(import.meta.dirname, '../clients/node_modules'),
    });
    try {
      await app.says(/Open/);
      await page.goto(`http://localhost:${port}/`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('Hello, Grace Hopper.').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign out here' }).click();
      await page.getByText('You are not signed in.').waitFor();
      expect(await main()).toContain('Sign in');
    } finally {
      await app.stop();
    }
  });
});
