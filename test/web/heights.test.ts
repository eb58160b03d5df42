/** An owner with a phone: what they decide is on the first screen, without scrolling. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { type Gallery, openGallery } from '../support/gallery.ts';
import { GalleryPage } from '../support/gallery-page.ts';
import { LANGUAGES } from '../support/message-arguments.ts';
import { SAMPLES } from './samples.ts';

let browser: Browser;
let gallery: Gallery;
let page: Page;
let shown: GalleryPage;
beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchBrowser(), openGallery()]);
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  shown = new GalleryPage(page);
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});

/** The page, the words of what it is there to press, and where that ends at the latest, in pixels. */
const MAIN_BUTTONS: readonly [name: string, button: string, bottom: number][] = [
  ['welcome', 'Link a device', 420],
  ['sign-up', 'Create account', 640],
  ['confirm-email', 'Continue', 420],
  ['confirm-sign-in', 'Continue', 420],
  ['sign-in', 'Sign in', 480],
  ['sign-in-linking', 'Sign in', 480],
  ['second-step-app', 'Continue', 430],
  ['prove-link-device', 'Continue', 380],
  ['forgot-password', 'Send link', 420],
  ['new-password', 'Save password', 440],
  ['recovery-ask', 'Ask to remove it', 420],
  ['device-code', 'Continue', 330],
  ['two-step-off', 'Set up an authenticator app', 520],
  ['two-step-on-alone', 'Add another app', 520],
  ['add-app', 'Open my authenticator app', 520],
  ['backup-codes-shown', 'Download as a file', 700],
  ['voice-code-none', 'Set', 480],
  ['account-household-none', 'Add', 480],
  ['data', 'Download my data', 560],
  ['not-me-device', 'It wasn’t me', 430],
  ['app-consent', 'Allow', 700],
  ['app-consent-local', 'Allow', 700],
  // That it is a stranger's app takes four lines more.
  ['app-consent-unverified', 'Allow', 780],
  ['error-unavailable-page', 'Try again', 400],
  ['error-unavailable-form', 'Back to the form', 400],
  ['error-form-expired-form', 'Back to the form', 400],
  ['error-throttled-wait', 'Go to your account', 400],
  // A phone's browser shows some 660 to 700 of them at first.
  ['device-confirm', 'Link TV', 700],
  ['device-confirm-type-code', 'Link ', 700],
  ['device-confirm-different', 'Link computer', 700],
  ['device-confirm-proof', 'Continue', 700],
  ['device-confirm-number', 'Link TV', 700],
  ['device-confirm-refused', 'OK, don’t link', 700],
  ['device-confirm-bare', 'Link device', 700],
  ['device-companion', 'Link speaker', 700],
  ['device-companion-elsewhere', 'Continue', 700],
  ['security', 'Next: switch on two-step verification', 560],
  ['settings', 'Your data', 620],
  ['account-device', 'Remove Living-room TV', 800],
  ['account-deregister', 'Remove', 430],
  ['account-browser', 'Sign out', 700],
  ['app', 'Save', 700],
  ['account-compromised', 'Sign out of everything', 560],
  ['close-account', 'Close my account', 560],
  ['notifications', 'Save', 480],
];

/** Where a language needs more lines than English: what was measured and some pixels, so that it gets no later unnoticed. */
const LATER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  de: {
    welcome: 480,
    'confirm-sign-in': 450,
    'second-step-app': 510,
    'prove-link-device': 430,
    'backup-codes-shown': 730,
    'voice-code-none': 510,
    'not-me-device': 440,
    'app-consent-local': 790,
    'app-consent-unverified': 810,
    'device-confirm': 710,
    'device-confirm-type-code': 730,
    'device-confirm-different': 780,
    'device-confirm-proof': 750,
    'device-confirm-number': 720,
    'account-device': 830,
    settings: 630,
    'account-deregister': 490,
    'account-compromised': 610,
  },
  es: {
    welcome: 450,
    'backup-codes-shown': 730,
    'voice-code-none': 510,
    'not-me-device': 480,
    'app-consent-local': 720,
    'device-confirm-different': 730,
    'account-compromised': 650,
    'close-account': 590,
  },
};

async function bottomOf(locator: Locator): Promise<number> {
  const box = await locator.boundingBox();
  return (box?.y ?? 0) + (box?.height ?? Number.NaN);
}

/** Which of the buttons and links of a page it is, for pages whose words are others. */
async function placeOf(name: string, button: string): Promise<number> {
  const html = gallery.htmlWithoutScripts(name) ?? (await (await fetch(gallery.addressOf(name))).text());
  const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
  const pressed = [...main.matchAll(/<(button|a)\b[^>]*>([\s\S]*?)<\/\1>/g)];
  return pressed.findLastIndex(([, , inside = '']) =>
    inside
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .includes(button),
  );
}

/** Rows above 72 pixels in lists of that language. */
async function highRows(ofLanguage: Gallery): Promise<string[]> {
  const high: string[] = [];
  let rows = 0;
  for (const { name } of SAMPLES.filter(({ name }) => !/-(hostile|long)$/.test(name))) {
    if (!ofLanguage.htmlWithoutScripts(name)?.includes('class="access-rows')) continue;
    await shown.show(ofLanguage, name);
    const heights = await page
      .locator('.access-rows > li')
      .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().height));
    rows += heights.length;
    high.push(...heights.filter((height) => height > 72).map((height) => `${name}: ${height}`));
  }
  expect(rows).toBeGreaterThan(40);
  return high;
}

describe('on a phone of 390 by 844 pixels', () => {
  it('what a page is there for ends where its row of the table says', async () => {
    const late: string[] = [];
    for (const [name, button, bottom] of MAIN_BUTTONS) {
      await shown.show(gallery, name);
      const end = await bottomOf(
        page.locator('main').locator('button, a').filter({ hasText: button }).last(),
      ).catch((error: Error) => error.message);
      if (!(Number(end) <= bottom)) late.push(`${name}, ${button}: ${end}, at most ${bottom}`);
    }
    expect(late).toEqual([]);
  });

  it.each(['de', 'es'])(
    'in %s what a page is there for, and each row, ends as in English, or where it is said',
    async (language) => {
      const translated = await openGallery(language);
      try {
        const late: string[] = [];
        for (const [name, button, inEnglish] of MAIN_BUTTONS) {
          const at = await placeOf(name, button);
          if (at < 0) throw new Error(`${name} has no ${button}`);
          await shown.show(translated, name);
          const end = await bottomOf(page.locator('main').locator('button, a').nth(at));
          const bottom = LATER[language]?.[name] ?? inEnglish;
          if (!(end <= bottom)) late.push(`${name}: ${end}, at most ${bottom}`);
        }
        expect(late).toEqual([]);
        expect(await highRows(translated)).toEqual([]);
      } finally {
        translated.close();
      }
    },
  );

  it('the first button of the page that waits for a device, or says what came of it, is on the first screen', async () => {
    for (const [name, bottom] of [
      ['device-waiting', 460],
      ['device-linked-tv', 470],
      ['device-late', 420],
    ] as const) {
      await shown.show(gallery, name);
      expect([name, (await bottomOf(page.locator('main .button').first())) <= bottom]).toEqual([name, true]);
    }
  });

  it.each(LANGUAGES)('each button of a device that has come is of one line, in %s', async (language) => {
    const translated = await openGallery(language);
    try {
      await shown.show(translated, 'device-linked-tv');
      const buttons = page.locator('main .button');
      const heights = await buttons.evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect().height),
      );
      expect(heights).toHaveLength(2);
      expect(heights.filter((height) => height > 52)).toEqual([]);
    } finally {
      translated.close();
    }
  });

  it('rows of every list are at most 72 high, but for those of names as long as strangers make them', async () => {
    expect(await highRows(gallery)).toEqual([]);
  });

  it('the bar at the top is 56 high, however long the owner’s name is', async () => {
    for (const name of ['account', 'account-hostile', 'sign-in', 'device-confirm']) {
      await shown.show(gallery, name);
      expect([name, (await page.locator('header').boundingBox())?.height]).toEqual([name, 56]);
      if (name === 'sign-in') continue;
      const icon = await page.locator('header .me summary .icon').boundingBox();
      expect([name, (icon?.x ?? 0) + (icon?.width ?? 0) <= 390 - 16]).toEqual([name, true]);
    }
  });

  it('the owner finds who is signed in and how to sign out behind their name, by keys alone, within the window', async () => {
    for (const name of ['account', 'account-hostile']) {
      await shown.show(gallery, name);
      const menu = page.locator('header details');
      const signOut = menu.getByRole('button', { name: 'Sign out' });
      expect(await signOut.isVisible()).toBe(false);
      await menu.locator('summary').focus();
      await page.keyboard.press('Enter');
      for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
      expect(await menu.locator('button:focus').innerText()).toBe('Sign out');
      const box = await menu.locator('.me-menu').boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(390);
    }
  });

  it('one warning stands on the confirm page, whatever it takes to link', async () => {
    for (const kind of ['', '-type-code', '-different', '-fresh-proof', '-refused', '-bare']) {
      await shown.show(gallery, `device-confirm${kind}`);
      const warnings = page.locator('main .callout:not([role=alert])');
      expect([kind, await warnings.count()]).toEqual([kind, 1]);
    }
  });
});
