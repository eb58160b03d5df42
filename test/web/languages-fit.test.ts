/** Every page on the narrowest phone, in the languages that are longest and that run the other way. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { openGallery } from '../support/gallery.ts';
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
  it(`no page has to be moved sideways at 320 px (${PAGES.length} pages)`, async () => {
    const gallery = await openGallery(language);
    const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
    try {
      const page = await context.newPage();
      const wide: string[] = [];
      for (const { name } of PAGES) {
        await page.goto(gallery.addressOf(name));
        const html = page.locator('html');
        const tag = await html.getAttribute('lang');
        const [whole = 0, seen = 0] = await html.evaluate(({ scrollWidth, clientWidth }) => [
          scrollWidth,
          clientWidth,
        ]);
        expect(tag).toBe(language);
        if (whole > seen) wide.push(name);
      }
      expect(wide).toEqual([]);
    } finally {
      await context.close();
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
