/** An owner who reads another language than English: rows keep together, and lines break where their language breaks them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { openGallery } from '../support/gallery.ts';
import { LANGUAGES } from '../support/message-arguments.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function onPage<T>(name: string, language: string, width: number, look: (page: Page) => Promise<T>) {
  const gallery = await openGallery(language);
  const page = await browser.newPage({ viewport: { width, height: 844 } });
  try {
    await page.goto(gallery.addressOf(name));
    return await look(page);
  } finally {
    await page.close();
    gallery.close();
  }
}

describe.each(LANGUAGES)('in %s', (language) => {
  it('the four tabs stand in one row on a small phone', async () => {
    const boxes = await onPage('settings', language, 360, async (page) => {
      const tabs = await page.locator('.account-nav a').all();
      return await Promise.all(tabs.map((tab) => tab.boundingBox()));
    });
    expect(boxes).toHaveLength(4);
    expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
    expect(new Set(boxes.map((box) => box?.height)).size).toBe(1);
  });
});

/** The lines of a heading, as they are seen. */
const LINES = `(() => {
  const words = document.querySelector('h1').firstChild;
  const lines = new Map();
  [...words.data].forEach((letter, at) => {
    const range = document.createRange();
    range.setStart(words, at);
    range.setEnd(words, at + 1);
    const { top } = range.getBoundingClientRect();
    lines.set(top, (lines.get(top) ?? '') + letter);
  });
  return [...lines.values()];
})()`;

it('a Japanese heading breaks between phrases', async () => {
  const lines = await onPage('device-code', 'ja', 390, (page) => page.evaluate(LINES));
  expect(lines).toEqual(['デバイスに表示されている', 'コードは？']);
});

it('the one button of an answer is as wide as what is said there, on a wide screen, too', async () => {
  for (const name of ['error-bad-request', 'app-continue']) {
    const [heading, button] = await onPage(name, 'en', 1280, async (page) => [
      await page.locator('h1').boundingBox(),
      await page.locator('.actions .button').boundingBox(),
    ]);
    expect([name, button?.width]).toEqual([name, heading?.width]);
  }
});
