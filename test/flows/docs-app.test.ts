import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const ROOT = join(import.meta.dirname, '../..');

let server: TestServer;
let browser: Browser;
let program: ChildProcess;
let home: string;
let file: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  const port = String(await freePort());
  home = `http://localhost:${port}`;
  file = join(ROOT, 'node_modules', `.app-${port}.mjs`);
  const [, text = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/apps.md'), 'utf8')) ?? [];
  writeFileSync(file, text);
  const env = { ...nodeEnvironment(), ISSUER: server.issuer, PORT: port };
  program = spawn(process.execPath, [file], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  endsWithUs(program, 'program of docs/apps.md');
  await new Promise((resolve) => program.stdout?.once('data', resolve));
});
afterAll(async () => {
  program?.kill();
  rmSync(file, { force: true });
  await browser?.close();
  await server?.stop();
});

describe('the program of docs/apps.md', () => {
  it('runs as it is written, and signs a newcomer in', async () => {
    const page = await newWindow(browser);
    const owner = newOwner('Grace Hopper');
    await page.goto(home);
    await page.getByRole('link', { name: 'Create account' }).click();
    const { pathname, search } = new URL(page.url());
    await createAccount(page, server.issuer, owner, pathname + search);
    await page.waitForURL(/\/interaction\//);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL(`${home}/signed-in**`);
    expect(await page.locator('body').innerText()).toBe('Hello, Grace Hopper');
    await page.goto(`${server.issuer}/account/apps`);
    expect(await page.locator('main').innerText()).toContain('Example app');
  });

  it('says so when its owner has denied', async () => {
    const page = await newWindow(browser);
    await createAccount(page, server.issuer, newOwner());
    await page.waitForURL(/\/account$/);
    await page.goto(home);
    await page.getByRole('button', { name: 'Don’t allow' }).click();
    await page.waitForURL(`${home}/signed-in**`);
    expect(await page.locator('body').innerText()).toBe('Not signed in: access_denied');
  });
});
