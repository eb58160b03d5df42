/** An owner who types a code sees it in two groups, as the device shows it; with scripts and without, from left to right in every language. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { normalizeUserCode } from '../../src/devices/user-code.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';

let browser: Browser;
let gallery: Gallery;
beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchBrowser(), openGallery('ar-XB')]);
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});

async function opened(name: string, javaScriptEnabled = true): Promise<{ page: Page; field: Locator }> {
  const page = await browser.newPage({ javaScriptEnabled, viewport: { width: 390, height: 844 } });
  await page.goto(gallery.addressOf(name));
  return { page, field: page.locator('[name=user_code]') };
}

/** As it is drawn; a page of the browser knows no types of ours. */
const styleOf = (field: Locator, property: string): Promise<string> =>
  field.page().evaluate<string>(`getComputedStyle(document.querySelector('[name=user_code]')).${property}`);
/** Of letters to come, with a line below each. */
const groupsDrawn = async (field: Locator) =>
  (await styleOf(field, 'backgroundImage')).split('repeating-linear-gradient').length - 1;

describe('the field of a code', () => {
  it('is empty in two groups, with scripts and without, and nothing in it is read out', async () => {
    for (const name of ['device-code', 'device-confirm-type-code'])
      for (const scripts of [true, false]) {
        const { page, field } = await opened(name, scripts);
        expect([name, scripts, await groupsDrawn(field)]).toEqual([name, scripts, 2]);
        expect((await field.getAttribute('placeholder'))?.trim()).toBe('');
        expect(await styleOf(field, 'direction')).toBe('ltr');
        await page.close();
      }
  });

  it('shows what is typed in two groups, whether the dash is typed or not, and lets it be taken back', async () => {
    const { page, field } = await opened('device-code');
    for (const typed of ['wdjbmjht', 'wdjb-mjht', 'wdjb mjht']) {
      await field.fill('');
      await field.pressSequentially(typed);
      expect(await field.inputValue()).toBe('wdjb-mjht');
      expect(await groupsDrawn(field)).toBe(2);
    }
    for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace');
    expect(await field.inputValue()).toBe('wdjb');
    await page.keyboard.press('Home');
    await page.keyboard.type('x');
    expect(await field.inputValue()).toBe('xwdjb');
    await page.close();
  });

  it('takes what is pasted or put there by the browser: a code in two groups, an address as it is', async () => {
    const { page, field } = await opened('device-code');
    await field.fill(' WDJBMJHT ');
    expect(await field.inputValue()).toBe('WDJB-MJHT');
    const address = 'https://id.example.org/device?user_code=WDJB-MJHT';
    await field.fill(address);
    expect(await field.inputValue()).toBe(address);
    expect(await groupsDrawn(field)).toBe(0);
    expect(normalizeUserCode(address)).toBe('WDJBMJHT');
    await page.close();
  });

  it('without scripts keeps what is typed as it was typed, with no lines that do not fit it', async () => {
    const { page, field } = await opened('device-code', false);
    await field.pressSequentially('wdjbmjht');
    expect(await field.inputValue()).toBe('wdjbmjht');
    expect(await groupsDrawn(field)).toBe(0);
    await page.close();
  });

  it('shows again what was wrong, in the same groups', async () => {
    const { page, field } = await opened('device-code-wrong');
    expect(await field.inputValue()).toMatch(/^.{4}-.{4}$/);
    expect(await groupsDrawn(field)).toBe(2);
    await page.close();
  });
});
