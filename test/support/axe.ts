/** Chromium as the tests use it, and what is wrong with a page in it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly { id: string; help: string; nodes: readonly { html: string }[] }[];
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
}

/** Asks through the debugger, because the page's own policy lets no script run. */
async function ask(page: Page, expression: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page);
  const answer = await session.send('Runtime.evaluate', { expression, awaitPromise: true });
  await session.detach();
  const { result, exceptionDetails } = answer;
  if (exceptionDetails) throw new Error(exceptionDetails.text);
  return result.value;
}

/** Makes axe known to the page, until it is left. */
export async function loadAxe(page: Page): Promise<void> {
  await ask(page, `${AXE};0`);
}

/** Axe's findings on the page as it is shown now, and whether one must scroll sideways; after `loadAxe`. */
export async function findingsOn(page: Page): Promise<string[]> {
  // What is right is not described, which takes longer than to find what is wrong.
  const run = "axe.run(document, { resultTypes: ['violations'] })";
  const { violations } = JSON.parse(
    String(await ask(page, `${run}.then(({ violations }) => JSON.stringify({ violations }))`)),
  ) as AxeResult;
  const sideways = await ask(
    page,
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  );
  const findings = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join('\n    ')}`,
  );
  return sideways === true ? [...findings, 'scrolls sideways'] : findings;
}
