/** What an owner with keys alone meets on a page. */
import type { Page } from 'playwright-core';

interface Stop {
  readonly what: string;
  /** Where it stands among all elements of the page. */
  readonly place: number;
  readonly isOutlined: boolean;
  readonly isSeen: boolean;
}

/** What has the focus now: as the page itself can tell. */
const STOP = `(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = one.matches('.tick input, .number input') ? one.closest('label') : one;
  const box = shown.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
  const top = document.elementFromPoint(x, y);
  return {
    what: (one.textContent || one.name || one.tagName).trim().replace(/\\s+/g, ' ').slice(0, 30),
    place: [...document.querySelectorAll('*')].indexOf(one),
    isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    isSeen: top !== null && (shown.contains(top) || top.contains(shown)),
  };
})()`;

async function stopsOf(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  // A page that gives the focus to a field is walked from its beginning, too.
  if ((await page.locator('[autofocus]').count()) > 0) await page.locator('[autofocus]:focus').waitFor();
  await page.locator('.skip').focus();
  stops.push((await page.evaluate(STOP)) as Stop);
  while (stops.length < 100) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(STOP)) as Stop | null;
    if (stop === null || stops.some(({ place }) => place === stop.place)) return stops;
    stops.push(stop);
  }
  return stops;
}

/** What is wrong on the way through the page, a sentence each. */
export async function strayStops(page: Page): Promise<string[]> {
  const stops = await stopsOf(page);
  const wrong = stops.flatMap(({ what, isOutlined, isSeen }) => [
    ...(isOutlined ? [] : [`nothing shows that ${what} has the focus`]),
    ...(isSeen ? [] : [`${what} is covered`]),
  ]);
  const places = stops.map(({ place }) => place);
  if (places.join() !== places.toSorted((one, other) => one - other).join())
    wrong.push(stops.map(({ what }) => what).join(' > '));
  const pressed = await page.locator('main').locator('a, button, summary').all();
  const shown = await Promise.all(pressed.map((one) => one.isVisible()));
  const count = stops.filter(({ what }) => what !== '').length;
  if (count < shown.filter(Boolean).length) wrong.push(`${count} stops of ${shown.filter(Boolean).length}`);
  return wrong;
}
