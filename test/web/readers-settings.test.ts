/** Owners who have set their system to forced colours or less motion, who tap with a thumb, and who print. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { GalleryPage } from '../support/gallery-page.ts';
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

/** One of each page that owners see, where it can be written into an open one. */
const PAGES = [...new Map(SAMPLES.map((sample) => [sample.view.page, sample.name])).entries()]
  .filter(([page]) => !/^(console-|outbox|demo-tv)/.test(page))
  .map(([, name]) => name);

async function onEachPage<T>(page: Page, expression: string): Promise<[name: string, T][]> {
  const answers: [string, T][] = [];
  const shown = new GalleryPage(page);
  for (const name of PAGES) {
    await shown.show(gallery, name);
    answers.push([name, (await page.evaluate(expression)) as T]);
  }
  return answers;
}

/** Names of what can be pressed and is smaller: in text at least 24 pixels, else 44. What is ticked has its label as target. */
const SMALL = `[...document.querySelectorAll('main a, main button, main input, main select, main summary, nav a, footer a')]
  .map((one) => one.closest('label') ?? one)
  .filter((one) => one.checkVisibility() && one.type !== 'hidden')
  .filter((one) => {
    const { height, width } = one.getBoundingClientRect();
    const isInText = one.matches('a:not(.button, .access-row, .row, nav a), .in-text, summary');
    const least = isInText ? 24 : 44;
    if (height >= least && width >= least) return false;
    one.scrollIntoView({ block: 'center' });
    const { top, bottom, left } = one.getBoundingClientRect();
    const missing = (least - height) / 2 - 0.5;
    return ![top - missing, bottom + missing].every((y) => document.elementFromPoint(left + width / 2, y) === one);
  })
  .map((one) => one.outerHTML.slice(0, 60) + ' ' + one.getBoundingClientRect().height)`;
const WITHOUT_EDGE = `[...document.querySelectorAll('main button:not(.in-text), main .button')]
  .filter((one) => {
    const { borderTopWidth, borderTopColor } = getComputedStyle(one);
    return parseFloat(borderTopWidth) < 1 || /^rgba\\(.*, 0\\)$/.test(borderTopColor);
  }).map((one) => one.textContent.trim())`;
const FILLED = `[...document.querySelectorAll('main .button:not(.button-second, .button-to-end, .button-deny, [name=language])')]
  .filter((one) => one.checkVisibility()).map((one) => one.textContent.trim())`;

describe('an owner', () => {
  it('with a thumb finds nothing to press that is smaller than 44 pixels, or 24 in text; one button is filled', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const small = (await onEachPage<string[]>(page, SMALL)).filter(([, found]) => found.length > 0);
    const filled = (await onEachPage<string[]>(page, FILLED)).filter(([, found]) => found.length > 1);
    await page.close();
    expect({ small, filled }).toEqual({ small: [], filled: [] });
  });

  it('with forced colours sees the edge of every button', async () => {
    const page = await browser.newPage({ forcedColors: 'active' });
    const found = (await onEachPage<string[]>(page, WITHOUT_EDGE)).filter(([, names]) => names.length > 0);
    await page.close();
    expect(found).toEqual([]);
  });

  it('with forced colours tells a switch that is on from one that is off, and the tab where they are from others', async () => {
    const page = await browser.newPage({ forcedColors: 'active' });
    const switches = `[...document.querySelectorAll('.switch input')].map((one) => {
      const { backgroundColor } = getComputedStyle(one, '::before');
      return (one.checked ? 'on ' : 'off ') + backgroundColor;
    })`;
    await page.goto(gallery.addressOf('notifications'));
    const [on, off] = [...new Set((await page.evaluate(switches)) as string[])].sort().toReversed();
    const tabs = `[...document.querySelectorAll('.account-nav a')].map((one) => getComputedStyle(one).borderTopWidth)`;
    const edges = (await page.evaluate(tabs)) as string[];
    await page.close();
    expect([on?.slice(0, 3), off?.slice(0, 3)]).toEqual(['on ', 'off']);
    expect(on?.slice(3)).not.toBe(off?.slice(4));
    expect(edges.filter((width) => Number.parseFloat(width) >= 2)).toHaveLength(1);
  });

  it('who wants less motion sees none, where others do', async () => {
    const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
      const page = await browser.newPage({ reducedMotion });
      await page.goto(gallery.addressOf('device-waiting'));
      const count = await page.evaluate('document.getAnimations().length');
      await page.close();
      return Number(count);
    };
    expect(await moving('no-preference')).toBeGreaterThan(0);
    expect(await moving('reduce')).toBe(0);
  });

  it.each([
    ['A4', 'A4'],
    ['Letter', 'Letter'],
  ] as const)('who prints their backup codes has all ten on one page of %s', async (_name, format) => {
    const page = await browser.newPage();
    await page.goto(gallery.addressOf('backup-codes-shown'));
    await page.emulateMedia({ media: 'print' });
    const shown = page.locator('.backup-codes li:visible');
    expect(await shown.count()).toBe(10);
    // An owner who finds the sheet in a drawer: what it opens, and whether it is the newest.
    expect((await page.locator('main p.on-paper:visible').innerText()).split(' · ')).toEqual([
      'Latchkey',
      'ada@example.com',
      '5 March 2026',
    ]);
    expect(
      await page
        .locator('header button:visible, nav:visible, main .button:visible, main a:visible, footer:visible')
        .count(),
    ).toBe(0);
    const pdf = (await page.pdf({ format })).toString('latin1');
    await page.close();
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });
});
