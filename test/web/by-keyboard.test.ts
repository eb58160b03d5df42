/** Owners who use keys alone, and owners whose text is twice the size in a narrow window: on every page that the walk of an owner meets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
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

interface Stop {
  readonly what: string;
  /** Where it stands among all elements of the page. */
  readonly place: number;
  readonly isOutlined: boolean;
  readonly isSeen: boolean;
}

/** What has the focus now: as the page itself can tell. */
const STOP = `(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = one.matches('.tick input, .number input') ? one.closest('label') : one;
  const box = shown.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
  const top = document.elementFromPoint(x, y);
  return {
    what: (one.textContent || one.name || one.tagName).trim().replace(/\\s+/g, ' ').slice(0, 30),
    place: [...document.querySelectorAll('*')].indexOf(one),
    isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    isSeen: top !== null && (shown.contains(top) || top.contains(shown)),
  };
})()`;

async function stopsOf(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  // A page that gives the focus to a field is walked from its beginning, too.
  if ((await page.locator('[autofocus]').count()) > 0) await page.locator('[autofocus]:focus').waitFor();
  await page.locator('.skip').focus();
  stops.push((await page.evaluate(STOP)) as Stop);
  while (stops.length < 100) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(STOP)) as Stop | null;
    if (stop === null || stops.some(({ place }) => place === stop.place)) return stops;
    stops.push(stop);
  }
  return stops;
}

describe('an owner with keys alone', () => {
  it('sees where they are at every stop, in the order of the page, and reaches all that can be pressed', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const wrong: string[] = [];
    for (const name of WALK) {
      await page.goto(gallery.addressOf(name));
      const stops = await stopsOf(page);
      for (const { what, isOutlined, isSeen } of stops) {
        if (!isOutlined) wrong.push(`${name}: nothing shows that ${what} has the focus`);
        if (!isSeen) wrong.push(`${name}: ${what} is covered`);
      }
      const places = stops.map(({ place }) => place);
      if (places.join() !== places.toSorted((one, other) => one - other).join())
        wrong.push(`${name}: ${stops.map(({ what }) => what).join(' > ')}`);
      const pressed = await page.locator('main').locator('a, button, summary').all();
      const shown = await Promise.all(pressed.map((one) => one.isVisible()));
      const count = stops.filter(({ what }) => what !== '').length;
      if (count < shown.filter(Boolean).length)
        wrong.push(`${name}: ${count} stops of ${shown.filter(Boolean).length}`);
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
    let isOpen = false;
    // A television is no phone, and a code that is longer than any stays in one line.
    for (const { name } of SAMPLES.filter(
      (sample) => !/^demo-tv|^device-confirm-hostile$/.test(sample.name),
    )) {
      const html = gallery.htmlWithoutScripts(name);
      // As in GalleryWindow: what is written into a page of the gallery is as it is there, and faster.
      if (html === undefined || !isOpen) await page.goto(gallery.addressOf(name));
      else await page.setContent(html);
      isOpen = html !== undefined;
      const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      if (over > 0) wide.push(`${name}: ${over} too wide`);
    }
    await page.close();
    expect(wide).toEqual([]);
  });
});
