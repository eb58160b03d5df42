import { contrast, lightnessOf, withLightness } from './color.ts';

/** What one colour of a brand becomes on our pages. All as `#rrggbb`. */
export interface Palette {
  /** Links, pictures, and the button of a page. */
  readonly brand: string;
  /** The same, where a pointer is on it. */
  readonly strong: string;
  /** Text on such a button. */
  readonly onBrand: string;
  /** Behind what is chosen. */
  readonly wash: string;
}

/** What a page looks like around it: `views/static/latchkey.css` has the same (`--card`, `--paper`, `--sunk`). */
interface Ground {
  readonly name: 'light' | 'dark';
  readonly colors: readonly string[];
}

export const LIGHT: Ground = { name: 'light', colors: ['#ffffff', '#f4f2ec', '#f1f4f3'] };
export const DARK: Ground = { name: 'dark', colors: ['#1b2225', '#12171a', '#232c2f'] };

/** WCAG 2.2 success criterion 1.4.3, level AA. */
const LEAST_CONTRAST = 4.5;
const STEP = 0.005;
const WASH = { light: { lightness: 0.95, strength: 0.25 }, dark: { lightness: 0.325, strength: 0.45 } };
const STRONGER = { light: -0.08, dark: 0.08 };

/** The worst contrast that text in this colour has on our pages. */
function leastContrast(color: string, ground: Ground): number {
  return Math.min(...[...ground.colors, washOf(color, ground)].map((other) => contrast(color, other)));
}

/** @returns what is wrong with the colour, and the nearest one that can be read; `undefined` where nothing is */
export function contrastError(color: string, ground: Ground): string | undefined {
  const ratio = leastContrast(color, ground);
  if (ratio >= LEAST_CONTRAST) return undefined;
  // Rounded down, since 4.499 is not 4.5.
  const told = (Math.floor(ratio * 10) / 10).toFixed(1);
  return `${color} has a contrast of ${told}:1 on our ${ground.name} pages, and text needs ${LEAST_CONTRAST}:1; the nearest that passes is ${nearestThatPasses(color, ground)}`;
}

/** The same hue, darker on light pages and lighter on dark ones, until it is read on all of them. */
export function nearestThatPasses(color: string, ground: Ground): string {
  const step = ground.name === 'light' ? -STEP : STEP;
  let nearest = color;
  for (let lightness = lightnessOf(color); leastContrast(nearest, ground) < LEAST_CONTRAST; lightness += step)
    nearest = withLightness(color, lightness);
  return nearest;
}

/** @param color one that passes on that ground */
export function paletteOf(color: string, ground: Ground): Palette {
  const lightness = Math.min(Math.max(lightnessOf(color) + STRONGER[ground.name], 0), 1);
  // What is read on a light page is dark, so that white is read on it, and the other way round.
  const onBrand = ground.name === 'light' ? '#ffffff' : '#000000';
  return { brand: color, strong: withLightness(color, lightness), onBrand, wash: washOf(color, ground) };
}

function washOf(color: string, { name }: Ground): string {
  return withLightness(color, WASH[name].lightness, WASH[name].strength);
}
