/** An owner of a maker's who has never heard of Latchkey: pages, mails and phone say the maker's name. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const BRAND_DIR = join(import.meta.dirname, '../../examples/brand');

let server: WholeServer;
let browser: Browser;
beforeAll(async () => {
  const documents = { PRIVACY_URL: 'https://www.riverside.example/privacy' };
  [server, browser] = await Promise.all([
    startWholeServer({ BRAND_DIR, SIGN_UP: 'open', ...documents }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const isLoaded = (page: Page, selector: string) =>
  page.locator(selector).evaluate<boolean, { naturalWidth: number }>(({ naturalWidth }) => naturalWidth > 0);

/** Of the one filled button of the page. */
const colorOf = (page: Page) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('main button')).backgroundColor`);

describe('a maker’s brand', () => {
  it('is the logo, the title and the colour of the pages, where the screen is light and where it is dark', async () => {
    const light = await newWindow(browser, { colorScheme: 'light', javaScriptEnabled: true });
    await light.goto(`${server.issuer}/sign-in`);
    expect(await light.title()).toBe('Sign in – Riverside');
    expect(await light.getByRole('banner').getByRole('img', { name: 'Riverside' }).count()).toBe(1);
    expect(await isLoaded(light, '.brand img')).toBe(true);
    expect(await colorOf(light)).toBe('rgb(122, 31, 92)');
    const dark = await newWindow(browser, { colorScheme: 'dark', javaScriptEnabled: true });
    await dark.goto(`${server.issuer}/sign-in`);
    const shown = await dark
      .locator('.brand img')
      .evaluate<string, { currentSrc: string }>(({ currentSrc }) => currentSrc);
    expect(new URL(shown).pathname).toBe('/static/brand-logo-dark.svg');
    expect(await isLoaded(dark, '.brand img')).toBe(true);
    expect(await colorOf(dark)).not.toBe('rgb(122, 31, 92)');
  });

  it('has its own documents at the foot of each page', async () => {
    const page = await newWindow(browser);
    await page.goto(`${server.issuer}/device`);
    const links = page.getByRole('contentinfo').locator('a:not([href^="/language"])');
    expect(await links.allInnerTexts()).toEqual(['Help', 'Privacy', 'Imprint']);
    expect(await links.first().getAttribute('href')).toBe('https://www.riverside.example/help');
    const imprintIn = async (language: string) => {
      const there = await newWindow(browser, { locale: language });
      await there.goto(`${server.issuer}/device`);
      return there.getByRole('contentinfo').locator('a').last().getAttribute('href');
    };
    // Whose language has none reads the first.
    expect(await Promise.all(['de', 'en', 'es'].map(imprintIn))).toEqual([
      'https://www.riverside.example/impressum',
      'https://www.riverside.example/imprint',
      'https://www.riverside.example/imprint',
    ]);
  });

  it('is in the mails, and our name is nowhere in them, nor on the pages', async () => {
    const { email, pages } = await server.signUp();
    expect(await server.mailTo(email)).toContain('creating an account at Riverside');
    for (const { subject, text, html = '' } of server.mails)
      expect(`${subject} ${text} ${html}`).not.toMatch(/latchkey/i);
    for (const path of [
      '/',
      '/account',
      '/account/devices',
      '/account/security',
      '/account/activity',
      '/device',
    ]) {
      const { text } = await pages.get(path);
      const words = text.replaceAll(/<[^>]*>/g, ' ');
      expect([path, /latchkey/i.test(words)]).toEqual([path, false]);
    }
  });

  it('is refused as a password', async () => {
    const form = { name: 'Ada', email: 'ada@riverside.example', password: 'riverside riverside 12' };
    const { text } = await server.visitor().submit('/sign-up', '/sign-up', form);
    expect(text).toContain('role="alert"');
  });

  it('is what browsers show of it that ask for an icon unasked; phones, which take no drawing, are given none of ours', async () => {
    const icon = await request(`${server.issuer}/favicon.ico`);
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(icon.headers.get('content-security-policy')).toContain('sandbox');
    expect(await icon.text()).toBe(await readFile(join(BRAND_DIR, 'icon.svg'), 'utf8'));
    expect((await request(`${server.issuer}/apple-touch-icon.png`)).status).toBe(404);
  });

  it('has pictures that run nothing where they are opened by themselves', async () => {
    const answer = await request(`${server.issuer}/static/brand-logo.svg`);
    expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    const policy = answer.headers.get('content-security-policy')?.split(';') ?? [];
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']));
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const ours = await request(`${server.issuer}/static/favicon.svg`);
    expect(ours.headers.get('content-security-policy')).not.toContain('sandbox');
  });
});
