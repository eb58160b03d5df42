import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findingsOn, launchChromium, loadAxe } from '../support/axe.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { SAMPLES } from './samples.ts';

describe('every page in a browser, under the strict policy', () => {
  let browser: Browser;
  let gallery: Gallery;
  beforeAll(async () => {
    [browser, gallery] = await Promise.all([launchChromium(), openGallery()]);
  });
  afterAll(async () => {
    await browser.close();
    gallery.close();
  });

  type Look = [name: string, size: { width: number; height: number }, colorScheme: 'dark' | 'light'];
  const looks: readonly Look[] = [
    ['wide and dark', { width: 1280, height: 800 }, 'dark'],
    ['narrow and light, as when enlarged four times', { width: 320, height: 640 }, 'light'],
  ];
  const pageNames = [...new Set(SAMPLES.map(({ name }) => name.split('-')[0] ?? ''))];

  it.each(pageNames)(
    '%s, wide and dark, narrow and light: axe finds nothing, nothing scrolls sideways, the browser complains of nothing',
    async (pageName) => {
      // Colours that change slowly would be looked at in between.
      const context = await browser.newContext({ reducedMotion: 'reduce' });
      const page = await context.newPage();
      const findings: string[] = [];
      page.on('console', (message) => findings.push(message.text()));
      page.on('dialog', (dialog) => findings.push(`a script ran: ${dialog.message()}`));
      for (const { name } of SAMPLES.filter(({ name }) => name.split('-')[0] === pageName)) {
        await page.goto(gallery.addressOf(name));
        await loadAxe(page);
        for (const [look, size, colorScheme] of looks) {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme });
          for (const finding of await findingsOn(page)) findings.push(`${name}, ${look}: ${finding}`);
        }
      }
      await context.close();
      expect(findings).toEqual([]);
    },
  );

  it('text of twice the size in a window of 320 pixels breaks no name to letters and does not scroll sideways', async () => {
    // Half the pixels is the same as twice the text, to the style sheets and to the eye.
    const context = await browser.newContext({ viewport: { width: 160, height: 640 } });
    const page = await context.newPage();
    const findings: string[] = [];
    for (const name of [
      'account',
      'account-devices',
      'security',
      'device-code',
      'device-confirm',
      'app-consent',
    ]) {
      await page.goto(gallery.addressOf(name));
      await loadAxe(page);
      for (const finding of await findingsOn(page)) findings.push(`${name}: ${finding}`);
    }
    expect(findings).toEqual([]);
    await page.goto(gallery.addressOf('account'));
    const name = await page.locator('.row-words strong', { hasText: 'Link a device' }).boundingBox();
    expect(name?.width).toBeGreaterThan(80);
    await page.goto(gallery.addressOf('device-confirm'));
    const code = await page.locator('.user-code').boundingBox();
    expect(code?.height).toBeLessThan(40);
    await context.close();
  });

  it('the keyboard reaches the skip link first, and Deny before Link device', async () => {
    const page = await browser.newPage();
    await page.goto(gallery.addressOf('device-confirm'));
    const stops: string[] = [];
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      stops.push((await page.locator(':focus').textContent())?.trim() ?? '');
    }
    await page.close();
    expect(stops[0]).toBe('Skip to the content');
    expect(stops.slice(stops.indexOf('Deny'))).toEqual(expect.arrayContaining(['Deny', 'Link device']));
    expect(stops.indexOf('Link device')).toBe(stops.indexOf('Deny') + 1);
  });
});
