/** An owner with a phone: what they decide is on the first screen, without scrolling. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';

let browser: Browser;
let gallery: Gallery;
let page: Page;
beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchBrowser(), openGallery()]);
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});

describe('on a phone of 390 by 844 pixels', () => {
  // A phone's browser shows some 660 to 700 of them at first.
  it.each([
    ['device-confirm', 700],
    ['device-confirm-type-code', 720],
    ['device-confirm-bare', 700],
    ['device-confirm-refused', 700],
    ['device-companion', 700],
    ['device-companion-elsewhere', 720],
  ])('the buttons of %s end above %i', async (name, bottom) => {
    await page.goto(gallery.addressOf(name));
    const box = await page.locator('main .pair').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? Number.NaN)).toBeLessThanOrEqual(bottom);
  });

  it.each(['account', 'account-waiting', 'account-only-browsers'])(
    'rows of %s are at most 72 high',
    async (name) => {
      await page.goto(gallery.addressOf(name));
      const heights = await page
        .locator('.access-rows li')
        .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
      expect(heights.length).toBeGreaterThan(1);
      expect(heights.filter((height) => height > 72)).toEqual([]);
    },
  );

  it('the bar at the top is one line', async () => {
    await page.goto(gallery.addressOf('account'));
    expect((await page.locator('header').boundingBox())?.height).toBeLessThanOrEqual(64);
  });

  it('one warning stands on the confirm page, whatever it takes to link', async () => {
    for (const kind of ['', '-type-code', '-different', '-fresh-proof', '-refused', '-bare']) {
      await page.goto(gallery.addressOf(`device-confirm${kind}`));
      const warnings = page.locator('main .callout:not([role=alert])');
      expect([kind, await warnings.count()]).toEqual([kind, 1]);
    }
  });
});
