/**
 * `npm run pictures`: takes the pictures of README anew, of the real pages. Rosa links the television of `/demo/tv` with her
 * phone; each step is a picture. Fails where a page is wider than its window, where a picture cannot be made small enough,
 * and where README names one that is not made here.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startStandaloneRedis } from '../redis-standalone.ts';
import { smallPng } from './png.ts';
import { ISSUER, openBrowser, openWindow, type Scene, setScene } from './scene.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'docs/img');
const MAX_BYTES = 80_000;
const PHONE = { viewport: { width: 390, height: 844 } };
const TV = { viewport: { width: 1120, height: 630 } };
/** What is left of the code on the picture, as time goes by for the television alone. */
const SHOWN_AFTER = 216_000;

/** As a browser knows it, whose types are not those of Node. */
interface Picture {
  decode(): Promise<void>;
}

const made = new Set<string>();
/** As they were taken. */
const whole = new Map<string, string>();

async function take(page: Page, name: string): Promise<void> {
  const isTooWide = await page.evaluate(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  );
  if (isTooWide) throw new Error(`${name}: the page is wider than its window`);
  const picture = await page.screenshot();
  whole.set(name, picture.toString('base64'));
  const small = smallPng(picture, MAX_BYTES);
  writeFileSync(join(FOLDER, `${name}.png`), small);
  made.add(`docs/img/${name}.png`);
  console.log(`docs/img/${name}.png: ${Math.ceil(small.length / 1000)} kB`);
}

async function link(browser: Browser, scene: Scene): Promise<void> {
  const tv = await openWindow(browser, scene, TV);
  const begun = Date.now();
  await tv.clock.install({ time: begun });
  await tv.goto(`${ISSUER}/demo/tv?name=Bedroom+TV`);
  await tv.getByRole('heading', { name: 'Sign in to' }).waitFor();
  // `waitForFunction` evaluates a string, which the policy of the page forbids.
  await tv.locator('.set-qr img[src]').evaluate((image) => (image as unknown as Picture).decode());
  await tv.clock.pauseAt(begun + SHOWN_AFTER);
  await tv.waitForTimeout(500);
  await take(tv, 'tv');
  const phone = await openWindow(browser, scene, PHONE);
  await phone.goto(`${ISSUER}/device?user_code=${await tv.locator('.set-code').innerText()}`);
  await take(phone, 'confirm');
  await together(browser);
  await phone.getByRole('button', { name: 'Link TV' }).click({ noWaitAfter: true });
  await tv.clock.resume();
  await tv.getByRole('heading', { name: 'Hello, Rosa' }).waitFor();
  await phone.getByRole('heading', { name: 'is connected' }).waitFor();
  await take(phone, 'connected');
}

async function list(browser: Browser, scene: Scene): Promise<void> {
  for (const [name, colorScheme] of [
    ['devices', 'light'],
    ['devices-dark', 'dark'],
  ] as const) {
    const phone = await openWindow(browser, scene, { ...PHONE, colorScheme });
    await phone.goto(`${ISSUER}/account`);
    await take(phone, name);
  }
}

/** The television, and the phone in front of it. */
async function together(browser: Browser): Promise<void> {
  const [tv, confirm] = [whole.get('tv'), whole.get('confirm')];
  const page = await browser.newPage({ viewport: { width: 1000, height: 470 }, deviceScaleFactor: 2 });
  await page.setContent(`<!doctype html><html lang="en"><title>TV and phone</title><style>
    body { margin: 0; height: 470px; display: flex; align-items: center; gap: 40px; padding: 0 35px; box-sizing: border-box; background: #e7eceb }
    img { display: block }
    .tv { width: 700px; border-radius: 10px }
    .phone { width: 186px; padding: 7px; border-radius: 26px; background: #10181a }
    .phone img { width: 100%; border-radius: 20px }
    </style><body><img class="tv" alt="" src="data:image/png;base64,${tv}"><div class="phone"><img alt="" src="data:image/png;base64,${confirm}"></div></body></html>`);
  await take(page, 'tv-and-phone');
  await page.close();
}

function missing(): string[] {
  const named = readFileSync(join(ROOT, 'README.md'), 'utf8').match(/docs\/img\/[\w-]+\.png/g) ?? [];
  return [...new Set(named)].filter((name) => !made.has(name));
}

mkdirSync(FOLDER, { recursive: true });
const redis = await startStandaloneRedis();
process.env['TEST_REDIS_URL'] = redis.url;
const scene = await setScene();
const browser = await openBrowser(scene);
try {
  await link(browser, scene);
  await list(browser, scene);
} finally {
  await browser.close();
  scene.door.close();
  await scene.server.close();
  await redis.stop();
}
const without = missing();
for (const name of without) console.error(`README.md names ${name}, which is not made here`);
process.exit(without.length === 0 ? 0 : 1);
