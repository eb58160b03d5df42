/** A newcomer who knows nothing but README’s tour, and reads every word of the pages that it leads to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const [, TOUR = ''] =
  /## The first five minutes\n([\s\S]*?)<img/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
/** What a step tells to choose, in its order. */
const chosenIn = (step: number) =>
  [...(TOUR.split(/^\d\. /m)[step] ?? '').matchAll(/\*([^*]+)\*/g)].map(([, name = '']) => name);
const ADA = { Name: 'Ada', Email: 'ada@example.com', Password: 'plum harbour violin kettle' };
const WORDS_PER_SECOND = 200 / 60;
const LETTERS_PER_SECOND = 3;
const FIVE_MINUTES = 300;

let server: WholeServer;
let browser: Browser;
beforeAll(async () => {
  const settings = { TRUSTED_PROXIES: 'none', CLIENTS_FILE: join(ROOT, 'clients.example.json') };
  [server, browser] = await Promise.all([
    startWholeServer(settings, undefined, { outbox: true, phoneAddress: 'http://192.0.2.23:3000' }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** Every word on the page has been read. */
class Reading {
  readonly pages: (readonly [page: string, words: number])[] = [['README', wordsIn(TOUR)]];
  #typed = 0;

  async page(page: Page, heading: string | RegExp): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    this.pages.push([`${heading}`, wordsIn(await page.locator('body').innerText())]);
  }

  async type(page: Page, label: string, text: string): Promise<void> {
    this.#typed += text.length;
    await page.getByLabel(label, { exact: true }).fill(text);
  }

  get seconds(): number {
    const words = this.pages.reduce((sum, [, count]) => sum + count, 0);
    return words / WORDS_PER_SECOND + this.#typed / LETTERS_PER_SECOND;
  }
}

const open = async (path: string) => {
  const page = await newWindow(browser, { javaScriptEnabled: true, viewport: { width: 1280, height: 800 } });
  await page.goto(server.issuer + path);
  return page;
};

async function choose(page: Page, name: string): Promise<void> {
  const exact = { name, exact: true };
  const link =
    name === 'Living room' ? page.locator('a.access-row', { hasText: name }) : page.getByRole('link', exact);
  await page.getByRole('button', exact).or(link).first().click();
}

it('finds every button by the name that README gives it, and is through in five minutes', async () => {
  const reading = new Reading();
  const [tv, page] = [await open('/demo/tv'), await open('/device')];
  await reading.page(tv, 'Sign in to Latchkey');
  await reading.page(page, 'Sign in to link your device');
  const [create = ''] = chosenIn(3);
  await choose(page, create);
  await reading.page(page, 'Create account');
  for (const [label, text] of Object.entries(ADA)) await reading.type(page, label, text);
  await page.getByRole('button', { name: create, exact: true }).click();
  await reading.page(page, 'Check your mail');
  const outbox = await open('/dev/outbox');
  await reading.page(outbox, 'Outbox');
  await reading.type(page, 'Code', /\d{6}/.exec(await outbox.locator('main').innerText())?.[0] ?? '');
  for (const name of chosenIn(4)) await choose(page, name);
  await reading.page(page, 'Which code does your device show?');
  await reading.type(page, 'Code', await tv.locator('.set-code').innerText());
  const [next = '', link = ''] = chosenIn(5);
  await choose(page, next);
  await reading.page(page, 'Link this TV?');
  await choose(page, link);
  await reading.page(tv, 'Hello, Ada');
  const headings = ['Living room is connected', 'Devices', 'Living room', 'Remove Living room?'];
  expect(chosenIn(6)).toHaveLength(headings.length);
  for (const [index, name] of chosenIn(6).entries()) {
    await reading.page(page, headings[index] ?? '');
    await choose(page, name);
  }
  await reading.page(page, 'Living room is removed');
  await reading.page(tv, 'You were signed out');
  await eventually('both mails', async () => {
    await outbox.reload();
    return (await outbox.locator('main li').count()) === 3;
  });
  await reading.page(outbox, 'Outbox');
  const [button = '', mail = ''] = chosenIn(7);
  await outbox.getByRole('link', { name: mail }).click();
  const shown = outbox.frameLocator('.mail-frame').getByRole('link', { name: button });
  await shown.click();
  await outbox.getByText('This device is signed out already.').waitFor();
  expect(reading.seconds < FIVE_MINUTES ? [] : reading.pages).toEqual([]);
});
