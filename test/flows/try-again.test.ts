/** What an owner reads where something failed: what to do, with a button that does it, and with what they typed still there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let redis: TestRedis;
let server: WholeServer;
let browser: Browser;
beforeAll(async () => {
  redis = await startStandaloneRedis();
  const environment = { REDIS_URL: redis.applicationUrl, REDIS_TIMEOUT_MS: '500' };
  [server, browser] = await Promise.all([startWholeServer(environment), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  redis?.resume();
  await server?.close();
  await redis?.stop();
});

const words = (page: Page) => page.locator('main').innerText();
const [NAME, EMAIL, PASSWORD] = ['Rosa Luz', 'rosa@example.com', 'nine lives of a cat'];

async function typedSignUp(): Promise<Page> {
  const page = await newWindow(browser);
  await page.goto(`${server.issuer}/sign-up?return_to=%2Fdevice`);
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  return page;
}

/** The form again, with what was typed, but for the password, which is nowhere in what the browser keeps of ours. */
async function expectTheForm(page: Page): Promise<void> {
  const kept = JSON.stringify(await page.context().cookies());
  expect(kept).not.toContain(encodeURIComponent(PASSWORD));
  await page.getByRole('link', { name: 'Back to the form' }).click();
  expect(page.url()).toBe(`${server.issuer}/sign-up?return_to=%2Fdevice`);
  expect(await page.getByLabel('Name').inputValue()).toBe(NAME);
  expect(await page.getByLabel('Email').inputValue()).toBe(EMAIL);
  expect(await page.getByLabel('Password').inputValue()).toBe('');
}

describe('a newcomer whose form was refused', () => {
  it('because it had expired goes back to it by one button, and their text is still there', async () => {
    const page = await typedSignUp();
    await page.locator('main input[name=csrf]').evaluate((field) => field.setAttribute('value', 'too-old'));
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await words(page)).toContain('Your text is still here.');
    await expectTheForm(page);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(`${server.issuer}/sign-up/code`);
    await page.context().close();
  });

  it('because the store did not answer goes back to it just so', async () => {
    const page = await typedSignUp();
    redis.pause();
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await words(page)).toContain('We can’t do this right now');
    expect(await words(page)).toContain('Your text is still here.');
    redis.resume();
    await expectTheForm(page);
    await page.context().close();
  });

  it('by another site finds nothing of that site’s in the form', async () => {
    const visitor = server.visitor();
    await visitor.get('/sign-up');
    const fields = { csrf: 'none', name: 'Mallory', email: 'mallory@evil.example', password: 'x' };
    for (const site of ['cross-site', 'same-site', 'none', undefined]) {
      const headers = site === undefined ? {} : { 'sec-fetch-site': site };
      const refused = await visitor.post('/sign-up', fields, headers as Record<string, string>);
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain('Your text is still here.');
      expect((await visitor.get('/sign-up')).text).not.toContain('mallory');
    }
  });
});

describe('the button of a form that was refused', () => {
  it('leads to a page, whatever the form was', async () => {
    const pages = server.routes.filter(({ kind }) => kind === 'page');
    const shown = new Set(pages.filter(({ method }) => method === 'GET').map(({ path }) => path));
    // Who is signed out is told so, whatever the form was.
    const posted = pages
      .filter(({ method, path }) => method === 'POST' && path !== '/sign-out')
      .map(({ path }) => path);
    expect(posted.length).toBeGreaterThan(40);
    const visitor = server.visitor();
    const nowhere: string[] = [];
    for (const path of posted) {
      // The parameter by its own name, so that the address is that of the route.
      const { status, text } = await visitor.post(path, { csrf: 'too-old' });
      const [, href = ''] = /<a class="button" href="([^"]*)">Back to the form<\/a>/.exec(text) ?? [];
      if (status !== 403 || !shown.has(href)) nowhere.push(`${path}: ${href}`);
    }
    expect(nowhere).toEqual([]);
  });
});
