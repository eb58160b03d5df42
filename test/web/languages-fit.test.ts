/** Every page on the narrowest phone, in the languages that are longest and that run the other way. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { openGallery } from '../support/gallery.ts';
import { GalleryWindow } from './gallery-window.ts';
import { SAMPLES } from './samples.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** One of each page; those for developers are English. */
const PAGES = [...new Map(SAMPLES.map((sample) => [sample.view.page, sample])).values()].filter(
  ({ view }) => !/^(outbox|outbox-mail|demo-tv)$/.test(view.page),
);

describe.each(['de', 'es', 'en-XA', 'ar-XB'])('in %s', (language) => {
  const isPseudo = language.includes('-');
  const findings = isPseudo ? ', and axe finds nothing' : '';
  it(`no page has to be moved sideways at 320 px, cuts text off or has buttons of three lines${findings} (${PAGES.length} pages)`, async () => {
    const gallery = await openGallery(language);
    // Dark from right to left, light from left to right; the other way round is asked by `npm run sheets`.
    const colorScheme = language === 'ar-XB' ? 'dark' : 'light';
    const look = { viewport: { width: 320, height: 700 }, colorScheme } as const;
    const window = await GalleryWindow.open(browser, gallery, look);
    try {
      const wrong: string[] = [];
      for (const { name } of PAGES) {
        await window.show(name);
        expect(await window.page.locator('html').getAttribute('lang')).toBe(language);
        // What axe finds is in how a page is written and how long it is, which the two of tests are more than others.
        const found = isPseudo ? await window.findings() : await window.sideways();
        // A name that a stranger has made as long as it can be takes the lines that it needs.
        if (!/-(hostile|long)/.test(name)) found.push(...(await window.cramped()));
        for (const finding of found) wrong.push(`${name}: ${finding}`);
      }
      expect(wrong).toEqual([]);
    } finally {
      await window.page.context().close();
      gallery.close();
    }
  });
});

it('asking a German whether to link a device, the buttons are within sight', async () => {
  const gallery = await openGallery('de');
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    await page.goto(gallery.addressOf('device-confirm'));
    const box = await page.getByRole('button', { name: 'Verbinden', exact: true }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(780);
  } finally {
    await context.close();
    gallery.close();
  }
});
