/** Owners and operators who use keys alone, and owners whose text is twice the size in a narrow window: on every page that the walk of an owner meets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { GalleryPage } from '../support/gallery-page.ts';
import { strayStops } from '../support/stops.ts';
import { SAMPLES } from './samples.ts';

let browser: Browser;
let gallery: Gallery;
beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchBrowser(), openGallery()]);
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});

/** From signing up to taking a device away again. */
const WALK = [
  'welcome',
  'sign-up',
  'confirm-email',
  'sign-in',
  'second-step-app',
  'device-code',
  'device-code-wrong',
  'device-confirm',
  'device-confirm-type-code',
  'device-confirm-number',
  'device-linked-tv',
  'app-consent',
  'account',
  'account-many',
  'account-device',
  'account-device-rename',
  'account-deregister',
  'security',
  'two-step-on',
  'settings',
  'notifications',
  'close-account',
  'not-me-device',
  'error-unavailable-form',
];

/** Of an owner of the console, who may press everything; what differs for others is less. */
const CONSOLE = SAMPLES.map(({ name }) => name).filter(
  (name) => name.startsWith('console-') && !/-(hostile|viewer|none|empty)$/.test(name),
);

describe.each([
  ['an owner', WALK],
  ['an operator, on every page of the console', CONSOLE],
])('%s, with keys alone', (_who, walk) => {
  it('sees where they are at every stop, in the order of the page, and reaches all that can be pressed', async () => {
    expect(walk.length).toBeGreaterThan(11);
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const shown = new GalleryPage(page);
    const wrong: string[] = [];
    for (const name of walk) {
      await shown.show(gallery, name);
      for (const what of await strayStops(page)) wrong.push(`${name}: ${what}`);
    }
    await page.close();
    expect(wrong).toEqual([]);
  });
});

describe('an owner with text of twice the size in a window of 320 pixels', () => {
  it('never has to scroll sideways, on any page', async () => {
    // Half the pixels is the same as twice the text, to the style sheets and to the eye.
    const page = await browser.newPage({ viewport: { width: 160, height: 640 } });
    const wide: string[] = [];
    const shown = new GalleryPage(page);
    // A television is no phone, and a code that is longer than any stays in one line.
    for (const { name } of SAMPLES.filter(
      (sample) => !/^demo-tv|^device-confirm-hostile$/.test(sample.name),
    )) {
      await shown.show(gallery, name);
      const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      if (over > 0) wide.push(`${name}: ${over} too wide`);
    }
    await page.close();
    expect(wide).toEqual([]);
  });
});
