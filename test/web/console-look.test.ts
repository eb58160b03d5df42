/** An operator at a wide screen, and one who reads from right to left: what belongs together stands together. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { openGallery } from '../support/gallery.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

interface Edges {
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

/** Of each of these, in pixels from where reading begins. */
async function edgesOn(name: string, language: string, width: number, selectors: readonly string[]) {
  const gallery = await openGallery(language);
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  try {
    await page.goto(gallery.addressOf(name));
    const boxes = await Promise.all(selectors.map((one) => page.locator(one).first().boundingBox()));
    return boxes.map((box): Edges => {
      if (!box) throw new Error('is not shown');
      const [start, end] = [Math.round(box.x), Math.round(box.x + box.width)];
      const { y: top, height } = box;
      return language === 'ar-XB'
        ? { start: width - end, end: width - start, top, height }
        : { start, end, top, height };
    });
  } finally {
    await page.close();
    gallery.close();
  }
}

describe.each([
  ['en', 1280],
  ['en', 1920],
  ['ar-XB', 1600],
] as const)('in %s, %i pixels wide', (language, width) => {
  it('the bar of the console begins and ends where its pages do', async () => {
    const pieces = ['.console-name', '.console-nav', '.console-who .quiet', '.console-page'];
    for (const name of ['console-overview', 'console-list', 'console-thing', 'console-settings']) {
      const [title, sections, leave, page] = await edgesOn(name, language, width, pieces);
      expect([name, title?.start, sections?.start, leave?.end]).toEqual([
        name,
        page?.start,
        page?.start,
        page?.end,
      ]);
    }
  });

  it('a button beside a field is as high', async () => {
    for (const [name, form] of [
      ['console-overview', '.console-search'],
      ['console-list', '.console-filters'],
    ] as const) {
      const [field, button] = await edgesOn(name, language, width, [`${form} input`, `${form} .button`]);
      expect([name, button?.height]).toEqual([name, field?.height]);
    }
  });
});

it('what needs a hand is marked where reading begins', async () => {
  for (const [language, side] of [
    ['en', 'left'],
    ['ar-XB', 'right'],
  ] as const) {
    const gallery = await openGallery(language);
    const page = await browser.newPage();
    await page.goto(gallery.addressOf('console-overview-wrong'));
    const [left, right] = (await page.evaluate(
      `(({ borderLeftWidth, borderRightWidth }) => [borderLeftWidth, borderRightWidth].map(parseFloat))(
        getComputedStyle(document.querySelector('.console-wrong')))`,
    )) as [number, number];
    await page.close();
    gallery.close();
    expect([language, left > 4, right > 4]).toEqual([language, side === 'left', side === 'right']);
  }
});

it.each(['en', 'ar-XB'])('in %s figures stand with ones below ones', async (language) => {
  const gallery = await openGallery(language);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(gallery.addressOf('console-overview'));
    const ends = (await page.evaluate(
      `[...document.querySelectorAll('.console-figures tbody tr')].map((row) => {
        const range = document.createRange();
        range.selectNodeContents(row.children[1]);
        return Math.round(range.getBoundingClientRect().right);
      })`,
    )) as number[];
    expect(ends.length).toBeGreaterThan(3);
    expect(new Set(ends).size).toBe(1);
  } finally {
    await page.close();
    gallery.close();
  }
});

it.each(['en', 'de', 'es'])(
  'on a phone the bar leaves an operator who reads %s most of the screen',
  async (language) => {
    const tops: number[] = [];
    for (const name of [
      'console-overview',
      'console-list-unasked',
      'console-operators',
      'console-deliveries',
    ]) {
      const [page] = await edgesOn(name, language, 390, ['h1']);
      tops.push(page?.top ?? Number.NaN);
    }
    // Wherever they are: the name of a section is as wide when they are there.
    expect(new Set(tops).size).toBe(1);
    expect(Math.max(...tops)).toBeLessThanOrEqual(255);
  },
);

it('on a phone the name of who is signed in has room, in long languages, too', async () => {
  for (const language of ['es', 'en-XA']) {
    const [operator] = await edgesOn('console-overview', language, 390, ['.console-operator']);
    expect([language, (operator?.end ?? 0) - (operator?.start ?? 0) >= 144]).toEqual([language, true]);
  }
});

it('on a phone what ends a device stands apart from what is told of it', async () => {
  const pieces = ['.console-rows .console-words', '.console-rows .button'];
  const [words, button] = await edgesOn('console-thing', 'en', 390, pieces);
  expect((button?.top ?? 0) - (words?.top ?? 0) - (words?.height ?? 0)).toBeGreaterThanOrEqual(8);
});
