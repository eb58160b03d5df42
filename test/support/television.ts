/** A television is read from a sofa, and its edges may be hidden. */
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { contrast } from '../../src/brand/color.ts';

/** As the browser has computed it. */
export const styleOf = async (page: Page, selector: string, property: string) => {
  const found = `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`;
  return String(await page.evaluate(found)).trim();
};
/** What is read on the set: its size in pixels, its colour, and that of what it stands on. */
const TEXTS = `[...document.querySelectorAll('.set *')].flatMap((element) => {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  if (words.length === 0 || !element.checkVisibility()) return [];
  const style = getComputedStyle(element);
  const own = element.closest('.set-button');
  const ground = own ? getComputedStyle(own).backgroundColor : 'lightest';
  const box = element.getBoundingClientRect();
  return [{ text: element.textContent.trim(), size: parseFloat(style.fontSize), color: style.color, ground,
    left: box.left, top: box.top, right: box.right, bottom: box.bottom }];
})`;

interface Text {
  text: string;
  size: number;
  color: string;
  ground: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** `rgb(1, 2, 3)` as `#010203`. */
const hex = (color: string) =>
  `#${(color.match(/\d+/g) ?? [])
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;

/** What cannot be read at 1080 lines: too small, of too little contrast, or at the edge. */
export async function judged(page: Page): Promise<string[]> {
  const texts = (await page.evaluate(TEXTS)) as Text[];
  const lightest = await styleOf(page, 'body', '--lightest');
  expect(texts.length).toBeGreaterThan(2);
  return texts.flatMap(({ text, size, color, ground, left, top, right, bottom }) => [
    ...(size < 24 ? [`${text}: ${size} px`] : []),
    ...(contrast(hex(color), ground === 'lightest' ? lightest : hex(ground)) < 7
      ? [`${text}: ${color}`]
      : []),
    ...(left < 96 || top < 54 || right > 1824 || bottom > 1026 ? [`${text}: at the edge`] : []),
  ]);
}
