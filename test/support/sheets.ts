/**
 * Looks at pages: many on one picture, in each language, on a phone and on a wide screen, light and dark; axe judges each.
 * Usage: npm run sheets -- <folder> <languages, by commas> [parts of samples' names, by commas]; without parts one of each
 * page, with `every` every sample.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { SAMPLES } from '../web/samples.ts';
import { findingsOn, loadAxe } from './axe.ts';
import { launchBrowser } from './browser.ts';
import { openGallery } from './gallery.ts';

interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** How much smaller each stands on the sheet. */
  readonly scale: number;
  /** Empty on both sides of every page, and left out: words stand as much larger. */
  readonly margin?: number;
}

interface Shot {
  readonly name: string;
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

/* A wide window is low, so that the foot stands under what the page says, and not under an empty screen. */
const LOOKS: readonly Look[] = [
  { width: 390, height: 844, colorScheme: 'light', scale: 0.52 },
  { width: 1280, height: 360, colorScheme: 'light', scale: 0.6, margin: 110 },
  { width: 390, height: 844, colorScheme: 'dark', scale: 0.52 },
  { width: 1280, height: 360, colorScheme: 'dark', scale: 0.6, margin: 110 },
];
/** A sheet of more is shown smaller than its words can be read. */
const SHEET = { width: 1290, height: 1100 };
/** Of a page that is longer, this much is shown. */
const TALLEST = 1_700;
const found: string[] = [];

async function shots(
  browser: Browser,
  language: string,
  look: Look,
  names: readonly string[],
): Promise<Shot[]> {
  const gallery = await openGallery(language);
  const { width, height, colorScheme, scale, margin = 0 } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const taken: Shot[] = [];
  for (const name of names) {
    await page.goto(gallery.addressOf(name));
    await loadAxe(page);
    for (const finding of await findingsOn(page))
      found.push(`${name}, ${language}, ${width}, ${colorScheme}: ${finding}`);
    const tall = Math.min(TALLEST, await page.locator('html').evaluate((html) => html.scrollHeight));
    const png = await page.screenshot({
      fullPage: true,
      clip: { x: margin, y: 0, width: width - 2 * margin, height: tall },
    });
    taken.push({
      name,
      png,
      width: Math.round((width - 2 * margin) * scale),
      height: Math.round(tall * scale),
    });
  }
  await context.close();
  gallery.close();
  return taken;
}

/** In rows, as many as fit onto a sheet. */
function sheetsOf(taken: readonly Shot[]): Shot[][] {
  const sheets: Shot[][] = [];
  const columns = Math.floor(SHEET.width / ((taken[0]?.width ?? 1) + 6));
  let sheet: Shot[] = [];
  let used = 0;
  const sorted = [...taken].sort((a, b) => a.height - b.height);
  for (let at = 0; at < sorted.length; at += columns) {
    const row = sorted.slice(at, at + columns);
    const height = Math.max(...row.map((shot) => shot.height)) + 20;
    if (sheet.length > 0 && used + height > SHEET.height) {
      sheets.push(sheet);
      [sheet, used] = [[], 0];
    }
    sheet.push(...row);
    used += height;
  }
  return [...sheets, sheet];
}

async function write(page: Page, file: string, sheet: readonly Shot[]): Promise<void> {
  const figures = sheet.map(
    ({ name, png, width, height }) =>
      `<figure><figcaption>${name}</figcaption><img width="${width}" height="${height}" src="data:image/png;base64,${png.toString('base64')}"></figure>`,
  );
  await page.setContent(
    `<style>body{margin:4px;background:#888;display:flex;flex-wrap:wrap;gap:4px;align-items:start}figure{margin:0}figcaption{font:11px/14px sans-serif;max-width:${sheet[0]?.width}px;overflow:hidden;white-space:nowrap}img{display:block}</style>${figures.join('')}`,
  );
  writeFileSync(file, await page.screenshot({ fullPage: true }));
}

function namesOf(parts: string): string[] {
  /* The first of each page: its ordinary look, where the last is what an attacker makes of it. */
  const ordinary = new Map([...SAMPLES].reverse().map(({ view, name }) => [view.page, name]));
  if (parts === '') return [...ordinary.values()].reverse();
  const names = SAMPLES.map(({ name }) => name);
  return parts === 'every'
    ? names
    : names.filter((name) => parts.split(',').some((part) => name.includes(part)));
}

const [folder, languages = 'en', parts = ''] = process.argv.slice(2);
if (!folder) throw new Error('which folder shall the pictures go to?');
mkdirSync(folder, { recursive: true });
const names = namesOf(parts);
const browser = await launchBrowser();
for (const look of LOOKS) {
  for (const language of languages.split(',')) {
    const page = await browser.newPage({ viewport: { width: SHEET.width, height: 100 } });
    const sheets = sheetsOf(await shots(browser, language, look, names));
    for (const [number, sheet] of sheets.entries())
      await write(page, join(folder, `${language}.${look.width}.${look.colorScheme}.${number}.png`), sheet);
    await page.close();
  }
}
await browser.close();
for (const finding of found) console.log(finding);
console.log(`${names.length} samples, ${found.length} findings`);
process.exitCode = found.length === 0 ? 0 : 1;
