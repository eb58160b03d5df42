/** What an owner posts, in a real browser without scripts that is reloaded, and goes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, mailedCode, newOwner, newWindow } from '../support/browser.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, testStores } from '../support/test-stores.ts';

const REDIS_PREFIX = `t${randomId()}:`;
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ REDIS_PREFIX }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const words = (window: Page) => window.locator('main').innerText();
const press = (window: Page, name: string) => window.getByRole('button', { name, exact: true }).click();
const open = (window: Page, path: string) => window.goto(`${server.issuer}${path}`);

describe('what an owner posted', () => {
  it('is there after a reload: the code page of a sign-up mails nothing again, and its first code works', async () => {
    const newcomer = newOwner();
    const window = await newWindow(browser);
    await open(window, '/sign-up');
    await window.getByLabel('Name').fill(newcomer.name);
    await window.getByLabel('Email').fill(newcomer.email);
    await window.getByLabel('Password').fill(newcomer.password);
    await press(window, 'Create account');
    const code = await mailedCode(window, server.issuer, newcomer.email);
    await window.reload();
    const tab = await window.context().newPage();
    await tab.goto(window.url());
    expect(await words(tab)).toBe(await words(window));
    await open(tab, '/dev/outbox');
    expect(await tab.locator('main a', { hasText: newcomer.email }).count()).toBe(1);
    await window.getByLabel('Code').fill(code);
    await press(window, 'Continue');
    await window.waitForURL(/\/account$/);
    await window.context().close();

    // Servers in the process of a test hash at less: this one is as an operator starts it.
    const { accounts, connection } = await testStores({ prefix: REDIS_PREFIX, secrets: [SERVER_SECRET] });
    const kept = (await accounts.findByEmail(newcomer.email))?.credentials.passwordHash;
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await connection.close();
  });

  it('is there after Back: a name that was typed beside an error', async () => {
    const window = await newWindow(browser);
    await open(window, '/sign-up');
    await window.getByLabel('Name').fill('Rosa');
    await window.getByLabel('Email').fill('rosa at example');
    await window.getByLabel('Password').fill('password');
    await press(window, 'Create account');
    expect(await words(window)).toContain('There is a problem');
    const said = await words(window);
    await window.reload();
    expect(await words(window)).toBe(said);
    await window.getByRole('link', { name: 'Sign in' }).first().click();
    await window.goBack();
    expect(await window.getByLabel('Name').inputValue()).toBe('Rosa');
    expect(await words(window)).toBe(said);
    // One more: the page before it, from which a browser forgets what was typed where it is not to be stored.
    await open(window, '/sign-up');
    expect(await window.getByLabel('Name').inputValue()).toBe('Rosa');
    expect(await window.getByLabel('Email').inputValue()).toBe('rosa at example');
    expect(await window.getByLabel('Password').inputValue()).toBe('');
    await window.context().close();
  });
});
