/** What an owner who looks at a page takes for careless: words torn apart, two buttons of unlike width. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createViews } from '../../src/web/views.ts';
import { readerFor } from '../../src/words/reader.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { LANGUAGES } from '../support/message-arguments.ts';
import { GalleryWindow } from './gallery-window.ts';
import { SAMPLES } from './samples.ts';

let browser: Browser;
let gallery: Gallery;
beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchBrowser(), openGallery('de')]);
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});

const WIDTHS = [390, 1280];

/** Shows each in both widths. @returns what was found, and where */
async function foundOn(
  names: readonly string[],
  find: (page: Page) => Promise<readonly string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    const window = await GalleryWindow.open(browser, gallery, { viewport: { width, height: 844 } });
    for (const name of names) {
      await window.show(name);
      for (const finding of await find(window.page)) found.push(`${name}, ${width}: ${finding}`);
    }
    await window.page.context().close();
  }
  return found;
}

/** Words with a hyphen that stand in two lines of the heading; a word of more letters may have to. */
const tornWords = (page: Page) =>
  page.locator('h1').evaluateAll((headings) =>
    headings.flatMap((heading) => {
      const torn: string[] = [];
      const walker = heading.ownerDocument.createTreeWalker(heading, 4);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const { 0: word, index } of (node.textContent ?? '').matchAll(/\S+-\S+/g)) {
          const range = heading.ownerDocument.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (word.length <= 17 && lines.size > 1) torn.push(word);
        }
      }
      return torn;
    }),
  );

/** Of two that stand beside each other, and would both have their words in half of the room. */
const unlike = (page: Page) =>
  page.locator('.pair').evaluateAll((pairs) =>
    pairs.flatMap((pair) => {
      const boxes = [...pair.children].map((child) => child.getBoundingClientRect());
      const [first, second] = boxes;
      if (!first || !second || Math.abs(first.top - second.top) > 1) return [];
      const range = pair.ownerDocument.createRange();
      const needed = [...pair.children].map((child) => {
        range.selectNodeContents(child);
        return range.getBoundingClientRect().width + 20;
      });
      if (Math.max(...needed) > (first.width + second.width) / 2) return [];
      const apart = Math.abs(first.width - second.width);
      return apart > 1 ? [`${pair.textContent?.trim().replaceAll(/\s+/g, ' ')}: ${Math.round(apart)}`] : [];
    }),
  );

/** What every page is given beside what it says itself. */
const OF_ALL = [
  'brand',
  'ownPath',
  'chooser',
  'footer',
  'assets',
  'sections',
  'consoleSections',
  'reader',
  't',
  'html',
];

describe('a page', () => {
  it('says nothing under a name that all pages have, which would take its place', () => {
    const names = SAMPLES.flatMap(({ view }) => Object.keys(view));
    expect(names.length).toBeGreaterThan(500);
    expect(names.filter((name) => OF_ALL.includes(name))).toEqual([]);
  });
});

describe('in German', () => {
  it('no heading tears a word at its hyphen', async () => {
    const names = [
      'account-deregister',
      'account-device-rename',
      'device-linked',
      'device-waiting',
      'add-app',
    ];
    expect(await foundOn(names, tornWords)).toEqual([]);
  });

  it('two buttons beside each other are as wide', async () => {
    const names = [
      'account-deregister',
      'account-compromised',
      'close-account',
      'two-step-off',
      'app-sign-out',
    ];
    expect(await foundOn(names, unlike)).toEqual([]);
  });
});

it('where an app asks, a warning ends as a sentence does: why it is given follows in the same line', () => {
  const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });
  const asks = SAMPLES.filter(({ view }) => view.page === 'app-consent');
  const warnings = LANGUAGES.flatMap((tag) =>
    asks.flatMap(({ view }) => [
      ...views.render(view, readerFor(tag, undefined)).matchAll(/<h2>(.*?)<\/h2>\s*<p>/g),
    ]),
  );
  expect(warnings.length).toBeGreaterThan(LANGUAGES.length);
  expect(warnings.filter(([, title = '']) => !/[.。]$/.test(title)).map(([, title]) => title)).toEqual([]);
});
