/** People who read another language, or whose browser runs no scripts, or stands in another time zone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Reader, readerFor } from '../../src/words/reader.ts';
import {
  createAccount,
  launchBrowser,
  mailedCode,
  newOwner,
  newWindow,
  type Owner,
} from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  [server, browser] = await Promise.all([
    startServer({ CLIENTS_FILE: clients, LANGUAGES: 'en,de,ar,ar-XB' }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The owner who does the tour, and how their language calls what they press. */
class Visitor {
  readonly window: Page;
  readonly words: Reader;
  readonly owner: Owner = newOwner('Rosa');

  constructor(window: Page, language: string) {
    this.window = window;
    this.words = readerFor(language, undefined);
  }

  async press(name: string): Promise<void> {
    await this.choose(this.window.locator('main').getByRole('button', { name, exact: true }));
  }

  async follow(name: string): Promise<void> {
    await this.choose(this.window.locator('main').getByRole('link', { name }).first());
  }

  /** A button or a link. */
  async choose(what: Locator): Promise<void> {
    await what.click();
    await this.looks();
  }

  async fill(label: string, value: string): Promise<void> {
    await this.window.getByLabel(label, { exact: true }).fill(value);
  }

  /** Runs as they read, in their words alone, and has not to be moved sideways. */
  async looks(): Promise<void> {
    const html = this.window.locator('html');
    expect(await html.getAttribute('lang')).toBe(this.words.language);
    expect((await html.getAttribute('dir')) ?? 'ltr').toBe(this.words.direction);
    expect(await html.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    if (this.words.direction === 'ltr') return;
    const text = await this.window.locator('main').innerText();
    const ours = text.replaceAll(/\u202e[^\u202c]*\u202c/g, '').replaceAll(this.owner.email, '');
    const theirs = /Rosa|Bedroom TV|Telly|[A-Z]{4}-[A-Z]{4}|Chrome|Linux|node|Latchkey/g;
    expect(ours.replaceAll(theirs, '').match(/[A-Za-z]{3,}/g)).toBeNull();
  }

  async open(path: string): Promise<void> {
    await this.window.goto(`${server.issuer}${path}`);
  }
}

/** Has no mouse: goes from stop to stop, types where they are, and presses Enter. */
class KeysAlone extends Visitor {
  override async choose(what: Locator): Promise<void> {
    await this.#reach(what);
    await Promise.all([this.window.waitForEvent('framenavigated'), this.window.keyboard.press('Enter')]);
    await this.looks();
  }

  override async fill(label: string, value: string): Promise<void> {
    await this.#reach(this.window.getByLabel(label, { exact: true }));
    await this.window.keyboard.type(value);
  }

  async #reach(what: Locator): Promise<void> {
    await what.waitFor();
    for (let stops = 0; stops < 40; stops++) {
      if ((await what.and(this.window.locator(':focus')).count()) === 1) return;
      await this.window.keyboard.press('Tab');
    }
    throw new Error(`no key leads to ${String(what)}`);
  }
}

const PHONE = { width: 390, height: 844 };
/** Half the pixels is the same as twice the text in 320 of them, to the style sheets and to the eye. */
const TWICE_THE_TEXT = { width: 160, height: 422 };

async function visitor(language: string, Who = Visitor, viewport = PHONE): Promise<Visitor> {
  const window = await newWindow(browser, { viewport });
  const someone = new Who(window, language);
  await someone.open('/language?return_to=/sign-up');
  await someone.choose(window.locator(`button[value="${language}"]`));
  return someone;
}

describe('the tour of an owner whose browser runs no scripts: signs up, links a TV, finds it and removes it', () => {
  it.each([
    ['in English', 'en', Visitor, PHONE],
    ['in German', 'de', Visitor, PHONE],
    ['from right to left', 'ar-XB', Visitor, PHONE],
    ['in Arabic', 'ar', Visitor, PHONE],
    ['by keys alone', 'en', KeysAlone, PHONE],
    ['with text of twice the size in 320 pixels', 'en', Visitor, TWICE_THE_TEXT],
  ])('%s', async (_how, ...looks) => {
    const rosa = await visitor(...looks);
    const { window, words, owner } = rosa;
    await rosa.fill(words.t('accounts.name'), owner.name);
    await rosa.fill(words.t('accounts.email'), owner.email);
    await rosa.fill(words.t('accounts.password'), owner.password);
    await rosa.press(words.t('accounts.sign-up.title'));
    await rosa.fill(words.t('accounts.code'), await mailedCode(window, server.issuer, owner.email));
    await rosa.press(words.t('accounts.confirm'));

    const tv = new DeviceClient(server.issuer);
    const codes = codesOf(await tv.authorize({ device_name: 'Bedroom TV', device_type: 'tv' }));
    await rosa.open('/device');
    await rosa.fill(words.t('device.code.label'), codes.userCode);
    await rosa.press(words.t('common.continue'));
    await rosa.choose(window.locator('button[value="approve"]'));
    const { body } = await tv.poll(codes.deviceCode);
    await window.locator('.link-tick').waitFor();
    await rosa.follow(words.t('device.linked.done'));

    await rosa.follow('Bedroom TV');
    await rosa.choose(window.locator('main .button-to-end'));
    await rosa.press(words.t('account.remove.button'));
    expect(await tv.isActive(String(body['access_token']))).toBe(false);
    await rosa.follow(words.t('account.removed.devices'));
    expect(await window.locator('main').innerText()).not.toContain('Bedroom TV');
  });
});

describe('an owner in Tokyo, of whom the server does not know where they are', () => {
  const pathOfBrowser = async (window: Page) => {
    await window.goto(`${server.issuer}/account/browsers`);
    return (await window.locator('.access-row').first().getAttribute('href')) ?? '';
  };

  async function signedIn(): Promise<{ cookies: BrowserContextOptions; path: string; told: string }> {
    const window = await newWindow(browser);
    await createAccount(window, server.issuer, newOwner());
    const path = await pathOfBrowser(window);
    await window.goto(`${server.issuer}${path}`);
    const told = await window.locator('time[data-told]').innerText();
    return { cookies: { storageState: await window.context().storageState() }, path, told };
  }

  const clock = (at: string, timeZone: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long', timeStyle: 'short' }).format(
      new Date(at),
    );

  it('reads UTC without scripts, their own time with them, and that from the server next time', async () => {
    const { cookies, path, told } = await signedIn();
    const tokyo = { ...cookies, timezoneId: 'Asia/Tokyo', javaScriptEnabled: true };
    const window = await newWindow(browser, tokyo);
    const answer = await window.goto(`${server.issuer}${path}`);
    const time = window.locator('.facts time').first();
    const at = (await time.getAttribute('datetime')) ?? '';
    expect(told).toBe(`${clock(at, 'UTC')} UTC`);
    await window.getByText(clock(at, 'Asia/Tokyo')).waitFor();
    expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none';.*;script-src 'self'$/);

    const again = await window.reload();
    expect(await time.innerText()).toBe(clock(at, 'Asia/Tokyo'));
    expect(await window.locator('script, [data-told]').count()).toBe(0);
    expect(again?.headers()['content-security-policy']).not.toContain('script-src');
  });

  it('reads it in the language of the page', async () => {
    const { cookies, path } = await signedIn();
    const tokyo = { ...cookies, timezoneId: 'Asia/Tokyo', javaScriptEnabled: true };
    const window = await newWindow(browser, tokyo);
    await window.context().addCookies([{ name: 'latchkey_language', value: 'de', url: server.issuer }]);
    await window.goto(`${server.issuer}${path}`);
    const at = (await window.locator('.facts time').first().getAttribute('datetime')) ?? '';
    const format = new Intl.DateTimeFormat('de', {
      timeZone: 'Asia/Tokyo',
      ...({ dateStyle: 'long', timeStyle: 'short' } as const),
    });
    await window.getByText(format.format(new Date(at))).waitFor();
  });
});
