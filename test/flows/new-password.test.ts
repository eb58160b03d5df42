/** A newcomer chooses a password: what is missing is said while they type, and they may see it; without scripts it is said once it was sent. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newOwner, newWindow } from '../support/browser.ts';
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

async function signUpPage(javaScriptEnabled: boolean): Promise<Page> {
  const page = await newWindow(browser, { javaScriptEnabled });
  await page.goto(`${server.issuer}/sign-up`);
  return page;
}

describe('a newcomer who chooses a password', () => {
  it('reads how many characters are missing, counted as the server counts them, and that it is long enough', async () => {
    const page = await signUpPage(true);
    const field = page.getByLabel('Password', { exact: true });
    const counter = page.locator('.password-tools .hint');
    expect(await counter.innerText()).toBe('');
    for (const [typed, said] of [
      ['elevencharsx', '3 more characters'],
      ['fourteen chars', '1 more character'],
      // One sign to a person, and one to the server, is two units of the language of scripts.
      ['fourteen char\u{1F511}', '1 more character'],
      ['e\u0301levenchars', '4 more characters'],
      ['fifteen charact', 'Long enough'],
      ['', ''],
    ] as const) {
      await field.fill(typed);
      expect([typed, await counter.innerText()]).toEqual([typed, said]);
    }
    await field.fill('four and four');
    await page.locator('[role=status]', { hasText: '2 more characters' }).waitFor({ state: 'attached' });
    await page.context().close();
  });

  it('may see what they type, by a button; when it is sent the field is one of a password again', async () => {
    const page = await signUpPage(true);
    const field = page.locator('input[name=password]');
    const owner = newOwner();
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('Email').fill(owner.email);
    await field.fill('short');
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show password' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show password' }).click();
    await page.locator('form').evaluate((form) => {
      form.addEventListener('submit', (event: { preventDefault(): void }) => event.preventDefault());
    });
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await field.getAttribute('type')).toBe('password');
    expect(await field.inputValue()).toBe('short');
    await page.context().close();
  });

  it('without scripts has the field alone, and reads afterwards that it was too short', async () => {
    const page = await signUpPage(false);
    const owner = newOwner();
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill('short');
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Create account']);
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await page.locator('main').innerText()).toContain('15 characters');
    await page.context().close();
  });
});
