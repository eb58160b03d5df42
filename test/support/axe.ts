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

/**
 * Axe's findings on the page as it is shown, and whether one must scroll sideways. Both are asked through the
 * debugger, because the page's own policy lets no script run.
 */
export async function findingsOn(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const ask = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  };
  await ask(AXE);
  const { violations } = JSON.parse(
    String(await ask('axe.run(document).then((result) => JSON.stringify(result))')),
  ) as AxeResult;
  const sideways = await ask('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  await session.detach();
  const findings = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join('\n    ')}`,
  );
  return sideways === true ? [...findings, 'scrolls sideways'] : findings;
}
