/**
 * Every sample of every page, light and dark, in English and in both languages of tests, on a phone and on the narrowest:
 * axe (WCAG 2.2 A and AA, best practices), nothing moved sideways, no text cut off, no button of more than two lines, no
 * complaint of the browser; and each page with keys alone. What `npm test` asks of some of them (`test/web/accessibility.test.ts`, `languages-fit.test.ts`).
 *
 *   npm run check:pages -- [--only <part of a name, such as ar-XB>]
 */
import { launchBrowser } from '../test/support/browser.ts';
import { openGallery } from '../test/support/gallery.ts';
import { strayStops } from '../test/support/stops.ts';
import { GalleryWindow } from '../test/web/gallery-window.ts';
import { SAMPLES } from '../test/web/samples.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { runChecks } from './run-checks.ts';

const LANGUAGES = ['en', 'en-XA', 'ar-XB'] as const;
const COLOURS = ['light', 'dark'] as const;
const WIDTHS = [390, 320] as const;
/** The television is read from a sofa, on its own screen. */
const IS_NO_PHONE = /^demo-tv/;
/** Names that strangers make as long as they can take the lines that they need. */
const IS_OF_STRANGERS = /-(hostile|long)/;

async function look(
  language: string,
  colorScheme: (typeof COLOURS)[number],
  { say }: CheckRun,
): Promise<Findings> {
  const [browser, gallery] = await Promise.all([launchBrowser(), openGallery(language)]);
  const violations: string[] = [];
  let asked = 0;
  try {
    for (const width of WIDTHS) {
      const window = await GalleryWindow.open(browser, gallery, {
        viewport: { width, height: 844 },
        colorScheme,
      });
      for (const { name } of SAMPLES.filter((sample) => !IS_NO_PHONE.test(sample.name))) {
        await window.show(name);
        const found = await window.findings();
        if (!IS_OF_STRANGERS.test(name)) found.push(...(await window.cramped()));
        violations.push(...found.map((finding) => `${name}, ${width} px: ${finding}`));
        asked += 1;
      }
      say(`${asked} pages, ${violations.length} findings`);
    }
  } finally {
    await browser.close();
    gallery.close();
  }
  return { figures: { pages: asked, samples: SAMPLES.length }, violations };
}

/** One of each page: what can be pressed is reached in the order of the page, and where one is can always be seen. */
async function keysAlone({ say }: CheckRun): Promise<Findings> {
  const [browser, gallery] = await Promise.all([launchBrowser(), openGallery()]);
  const names = new Map(SAMPLES.map(({ view, name }) => [view.page, name]));
  const violations: string[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    for (const name of [...names.values()].filter((one) => !IS_NO_PHONE.test(one))) {
      await page.goto(gallery.addressOf(name));
      violations.push(...(await strayStops(page)).map((stray) => `${name}: ${stray}`));
    }
    say(`${names.size} pages, ${violations.length} findings`);
  } finally {
    await browser.close();
    gallery.close();
  }
  return { figures: { pages: names.size }, violations };
}

const KEYS: Check = {
  name: 'keys-alone',
  claim:
    'who has no mouse sees where they are at every stop of every page, in its order, and reaches all of it',
  run: keysAlone,
};

const CHECKS: Check[] = LANGUAGES.flatMap((language) =>
  COLOURS.map((colours) => ({
    name: `${language}-${colours}`,
    claim: 'no page has anything that axe, the browser or an eye for space would complain of',
    run: (on) => look(language, colours, on),
  })),
);

await runChecks([...CHECKS, KEYS]);
