/**
 * Takes a picture of every sample page, narrow and wide, light and dark, and lets axe judge each.
 * Usage: node test/support/screenshots.ts <folder> [part of a sample's name]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { SAMPLES } from '../web/samples.ts';
import { findingsOn, loadAxe } from './axe.ts';
import { launchBrowser } from './browser.ts';
import { openGallery } from './gallery.ts';

interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

/** Walks the samples in one window; returns what is wrong, each with the name of its picture. */
async function walk(browser: Browser, folder: string, { width, colorScheme }: Look, part: string) {
  const found: string[] = [];
  const gallery = await openGallery();
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  for (const { name } of SAMPLES.filter((sample) => sample.name.includes(part))) {
    await page.goto(gallery.addressOf(name));
    const picture = `${name}.${width}.${colorScheme}.png`;
    await page.screenshot({ path: join(folder, picture), fullPage: true });
    await loadAxe(page);
    for (const finding of [...(await findingsOn(page)), ...complaints.splice(0)])
      found.push(`${picture}: ${finding}`);
  }
  await context.close();
  gallery.close();
  return found;
}

const [folder, part = ''] = process.argv.slice(2);
if (!folder) throw new Error('which folder shall the pictures go to?');
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const found: string[] = [];
for (const width of [360, 1280]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    found.push(...(await walk(browser, folder, { width, colorScheme }, part)));
  }
}
await browser.close();
for (const finding of found) console.log(finding);
console.log(`${SAMPLES.length} samples, ${found.length} findings`);
process.exitCode = found.length === 0 ? 0 : 1;
