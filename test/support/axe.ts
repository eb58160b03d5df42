/** What is wrong with a page, to axe and to the eye. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly { id: string; help: string; nodes: readonly { html: string }[] }[];
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Asks through the debugger, because the page's own policy lets no script run. */
async function ask(page: Page, expression: string): Promise<unknown> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  const answer = await (await session).send('Runtime.evaluate', { expression, awaitPromise: true });
  const { result, exceptionDetails } = answer;
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** Makes axe known to the page, until it is left. */
export async function loadAxe(page: Page): Promise<void> {
  await ask(page, `${AXE};0`);
}

/**
 * What axe finds. What is right is not described, which takes longer than to find what is wrong. A frame holds no page of
 * ours but a mail, which stands alone and has no other page beside it.
 */
const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'], iframes: false })
  .then(({ violations }) => JSON.stringify({ violations }))`;
/** Without them a page would look right to axe. */
const MISSING_SHEETS = `[...document.querySelectorAll('link[rel=stylesheet]')]
  .filter(({ sheet }) => !sheet?.cssRules.length).map(({ href }) => href).join()`;
const SIDEWAYS = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

/** Texts that their box cuts off, but for an owner's name in the bar that is longer than names are; buttons whose words take more than two lines. */
const CRAMPED = `(() => {
  const shown = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const lineHeight = (one) => parseFloat(getComputedStyle(one).lineHeight) || 1.2 * parseFloat(getComputedStyle(one).fontSize);
  const hides = (one) => {
    const { overflowX, overflowY, clip, clipPath } = getComputedStyle(one);
    if (one.clientWidth < 2 || clip !== 'auto' || clipPath !== 'none' || !one.textContent.trim()) return false;
    if (one.matches('.me summary bdi') && one.textContent.length > 20) return false;
    return (/hidden|clip/.test(overflowX) && one.scrollWidth > one.clientWidth + 1) ||
      (/hidden|clip/.test(overflowY) && one.scrollHeight > one.clientHeight + 1);
  };
  const linesOf = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return Math.round(range.getBoundingClientRect().height / lineHeight(one));
  };
  const tell = (what, ones) => ones.map((one) => what + ': ' + one.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60));
  return JSON.stringify([
    ...tell('is cut off', shown.filter(hides)),
    ...tell('takes more than two lines', shown.filter((one) => one.matches('button, .button') && linesOf(one) > 2)),
  ]);
})()`;

export async function crampedOn(page: Page): Promise<string[]> {
  return JSON.parse(String(await ask(page, CRAMPED))) as string[];
}

export async function scrollsSideways(page: Page): Promise<boolean> {
  return Boolean(await ask(page, SIDEWAYS));
}

/** What is wrong with the page as it is shown now: to axe, to who must scroll sideways, and style sheets that are missing. */
export async function findingsOn(page: Page): Promise<string[]> {
  const { violations } = JSON.parse(String(await ask(page, VIOLATIONS))) as AxeResult;
  const findings = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join('\n    ')}`,
  );
  if (await scrollsSideways(page)) findings.push('scrolls sideways');
  const missing = await ask(page, MISSING_SHEETS);
  if (missing !== '') findings.push(`style sheets are missing: ${missing}`);
  return findings;
}
