import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { GalleryWindow, type Look } from './gallery-window.ts';
import { SAMPLES } from './samples.ts';

const LOOKS: readonly [name: string, look: Look][] = [
  ['wide and dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  [
    'narrow and light, as when enlarged four times',
    { viewport: { width: 320, height: 640 }, colorScheme: 'light' },
  ],
];

/** What may be wrong with a page, and as what it is found. */
const FAULTS: Record<string, [html: string, finding: RegExp]> = {
  'a picture without words': ['<img src="/static/favicon.svg">', /^image-alt: /],
  'text of too little contrast': [
    '<p><font color="#777777">Can this be read?</font></p>',
    /^color-contrast: /,
  ],
  'text that is too wide': [`<pre>${'wide'.repeat(100)}</pre>`, /^scrolls sideways$/],
  'a style sheet that is not there': [
    '<link rel="stylesheet" href="/nowhere.css">',
    /^style sheets are missing: /,
  ],
  'a style of an element': ['<p style="color: red">Red</p>', /inline style violates/],
  'a script of an element': ['<p onclick="alert(1)">Press</p>', /inline event handler violates/],
  'a script': ['<script>alert(1)</script>', /inline script violates/],
};

describe('every page in a browser, under the strict policy', () => {
  let browser: Browser;
  let gallery: Gallery;
  let windows: readonly [look: string, window: GalleryWindow][];
  beforeAll(async () => {
    [browser, gallery] = await Promise.all([launchBrowser(), openGallery()]);
    windows = await Promise.all(
      LOOKS.map(async ([name, look]) => [name, await GalleryWindow.open(browser, gallery, look)] as const),
    );
  });
  afterAll(async () => {
    await browser.close();
    gallery.close();
  });

  const pageNames = [...new Set(SAMPLES.map(({ name }) => name.split('-')[0] ?? ''))];
  const samplesOf = (pageName: string) => SAMPLES.filter(({ name }) => name.split('-')[0] === pageName);
  let checked = 0;

  it.each(pageNames)(
    '%s, wide and dark, narrow and light: axe finds nothing, nothing scrolls sideways, the browser complains of nothing',
    async (pageName) => {
      const findings = windows.map(async ([look, window]) => {
        const found: string[] = [];
        for (const { name } of samplesOf(pageName)) {
          await window.show(name);
          for (const finding of await window.findings()) found.push(`${name}, ${look}: ${finding}`);
          checked += 1;
        }
        return found;
      });
      expect((await Promise.all(findings)).flat()).toEqual([]);
    },
  );

  it(`was asked of all ${SAMPLES.length} samples in both looks`, () => {
    expect(checked).toBe(SAMPLES.length * LOOKS.length);
  });

  it.each(Object.entries(FAULTS))(
    'after all of them %s is found in both windows',
    async (_fault, [html, finding]) => {
      for (const [, window] of windows) {
        await window.show('account');
        const faulty = gallery.htmlWithoutScripts('account')?.replace('</main>', `${html}</main>`) ?? '';
        await window.page.setContent(faulty);
        expect(await window.findings()).toContainEqual(expect.stringMatching(finding));
      }
    },
  );

  it('text of twice the size in a window of 320 pixels breaks no name to letters and does not scroll sideways', async () => {
    // Half the pixels is the same as twice the text, to the style sheets and to the eye.
    const window = await GalleryWindow.open(browser, gallery, { viewport: { width: 160, height: 640 } });
    const findings: string[] = [];
    for (const name of [
      'account',
      'account-many',
      'security',
      'device-code',
      'device-waiting-late',
      'device-linked-tv',
      'device-confirm',
      'app-consent',
    ]) {
      await window.show(name);
      for (const finding of await window.findings()) findings.push(`${name}: ${finding}`);
    }
    expect(findings).toEqual([]);
    await window.show('account');
    const name = await window.page.locator('.row-words strong', { hasText: 'Riverside Notes' }).boundingBox();
    expect(name?.width).toBeGreaterThan(80);
    await window.show('device-confirm');
    const code = await window.page.locator('.user-code').boundingBox();
    expect(code?.height).toBeLessThan(40);
  });

  it('the keyboard reaches the skip link first, and Don’t link before Link TV', async () => {
    const page = await browser.newPage();
    await page.goto(gallery.addressOf('device-confirm'));
    const stops: string[] = [];
    for (let i = 0; i < 8 && stops.at(-1) !== 'Link TV'; i++) {
      await page.keyboard.press('Tab');
      stops.push((await page.locator(':focus').textContent())?.trim() ?? '');
    }
    await page.close();
    expect(stops[0]).toBe('Skip to the content');
    expect(stops.slice(stops.indexOf('Don’t link'))).toEqual(
      expect.arrayContaining(['Don’t link', 'Link TV']),
    );
    expect(stops.indexOf('Link TV')).toBe(stops.indexOf('Don’t link') + 1);
  });
});
