/** Client libraries of others, unmodified and at their defaults, sign an owner in through a real browser. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow, type Owner, signIn } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { entryOf, startClient } from './client-program.ts';
import { folder, PROGRAMS_RUN, WHERE_THERE } from './clients-run.ts';
import { buildGo, hasGoFor } from './go-program.ts';

const HERE = [...PROGRAMS_RUN, ...WHERE_THERE.flatMap(([program, isHere]) => (isHere ? [program] : []))];

let built: Promise<unknown> | undefined;
let server: TestServer;
let browser: Browser;
let owner: Owner;
beforeAll(async () => {
  mkdirSync(folder);
  if (hasGoFor('go-oidc')) built = buildGo('go-oidc', folder);
  // What fails is told by the test that waits for it.
  built?.catch(() => undefined);
  const file = join(folder, 'clients.json');
  writeFileSync(file, JSON.stringify(HERE.map(entryOf)));
  [server, browser] = await Promise.all([startServer({ CLIENTS_FILE: file }), launchBrowser()]);
  owner = newOwner('Grace Hopper');
  const page = await newWindow(browser);
  await createAccount(page, server.issuer, owner);
  await page.context().close();
});
afterAll(async () => {
  await built?.catch(() => undefined);
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signedInPage(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.issuer}/sign-in`);
  await signIn(page, owner);
  await page.waitForURL(/\/account$/);
  return page;
}

/** Who the client says is signed in, once it has shown so. */
async function signedInAt(page: Page, home: string): Promise<Record<string, unknown>> {
  await page.waitForURL((url) => url.origin === home);
  await page.waitForFunction('document.querySelector("pre")?.textContent.length > 0');
  return JSON.parse(await page.locator('pre').innerText()) as Record<string, unknown>;
}

async function signInTo(page: Page, home: string, login = '/login'): Promise<Record<string, unknown>> {
  await page.goto(home + login);
  // Auth.js asks first with which provider.
  const choose = page.getByRole('button', { name: 'Sign in with Latchkey' });
  if (page.url().startsWith(home) && (await choose.count()) > 0) await choose.click();
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  return signedInAt(page, home);
}

async function signsOut(page: Page, home: string, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Sign out here' }).click();
  expect(await signedInAt(page, home)).toBeNull();
  await page.goto(`${server.issuer}/account`);
  expect(new URL(page.url()).pathname).toBe('/sign-in');
}

describe('an unmodified client at its defaults', () => {
  it.each(HERE)(
    '$id signs an owner in, knows name and email, and signs out where it can',
    async (program) => {
      if (program.id === 'go-oidc') await built;
      const { home, stop } = await startClient(program, server.issuer);
      try {
        const page = await signedInPage();
        const known = { email: owner.email, ...(program.name !== false && { name: owner.name }) };
        expect(await signInTo(page, home, program.login)).toMatchObject(known);
        if (program.logout) await signsOut(page, home, program.logout(home));
        await page.context().close();
      } finally {
        await stop();
      }
    },
  );

  for (const [{ id }, isHere, what] of WHERE_THERE)
    if (!isHere) it.skip(`${id} is not run: there is no ${what} here`, () => undefined);

  it.each(HERE.filter(({ hearsAt }) => hearsAt))(
    '$id ends its session when its owner signs out of the account',
    async (program) => {
      const { home, stop } = await startClient(program, server.issuer);
      try {
        const page = await signedInPage();
        await signInTo(page, home, program.login);
        const shows = async () => {
          const answer = await page.request.get(`${home}/`, { maxRedirects: 0 });
          return answer.status() === 200 && (await answer.text()).includes(owner.email);
        };
        expect(await shows()).toBe(true);
        await page.goto(`${server.issuer}/account`);
        await page.locator('header summary').click();
        await page.locator('form[action="/sign-out"] button').first().click();
        await eventually(`the session at ${program.id} to end`, async () => !(await shows()));
        await page.context().close();
      } finally {
        await stop();
      }
    },
  );
});
