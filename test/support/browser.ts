import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { eventually } from './eventually.ts';
import { CHROMIUM } from './test-programs.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds for one thing that a page is waited for, however busy the machine is. */
const TIMEOUT = 120_000;

/** The system's Chromium, without a window. Each of its pages is waited for as long. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = ensureSystemPackage({ ...CHROMIUM, say: () => undefined });
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...args], timeout: TIMEOUT });
  browser.on('context', (context) => context.setDefaultTimeout(TIMEOUT));
  return browser;
}

export interface Owner {
  name: string;
  email: string;
  password: string;
}

export function newOwner(name = 'Grace Hopper'): Owner {
  const unique = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return { name, email: `${unique}@example.org`, password: 'nine lives of a cat' };
}

/** A browser window of its own, with its own cookies; without scripts, unless asked for. */
export async function newWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  return context.newPage();
}

/** Creates an account as a newcomer does, with the code from the outbox. Ends where `from` leads. */
export async function createAccount(
  page: Page,
  issuer: string,
  owner: Owner,
  from = '/sign-up',
): Promise<void> {
  await page.goto(`${issuer}${from}`);
  await page.getByLabel('Name').fill(owner.name);
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  const code = await mailedCode(page, issuer, owner.email);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/**
 * The newest six-digit code in the outbox for this address, read as a person would: other messages may have come since.
 * @param former a code that came before; the one after it is waited for
 */
export async function mailedCode(
  page: Page,
  issuer: string,
  email: string,
  former?: string,
): Promise<string> {
  const outbox = await page.context().newPage();
  try {
    return await eventually(`a code for ${email}`, async () => {
      await outbox.goto(`${issuer}/dev/outbox`);
      const code = await newestCode(outbox, email);
      return code !== former && code;
    });
  } finally {
    await outbox.close();
  }
}

async function newestCode(outbox: Page, email: string): Promise<string | undefined> {
  const mails = await outbox.locator('main a', { hasText: email }).all();
  const addresses = await Promise.all(mails.map((mail) => mail.getAttribute('href')));
  for (const address of addresses) {
    await outbox.goto(new URL(address ?? '', outbox.url()).href);
    const code = /\b(\d{6})\b/.exec(await outbox.locator('main').innerText())?.[1];
    if (code !== undefined) return code;
  }
  return undefined;
}

export async function signIn(page: Page, owner: Owner): Promise<void> {
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** By the menu in the bar, as on every page. */
export async function signOut(page: Page): Promise<void> {
  await page.locator('header summary').click();
  await page.locator('header').getByRole('button', { name: 'Sign out' }).click();
}
