/** What pages make stand out, and what the style sheets name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { tagsOf } from './markup.ts';
import { SAMPLES } from './samples.ts';

const viewsDir = join(import.meta.dirname, '../../views');
const views = createViews({ viewsDir, cache: true });
const pages = SAMPLES.map(({ name, view }) => ({ name, view, html: views.render(view) }));

describe('what stands out', () => {
  itHoldsFor(
    pages.filter(({ view }) => view.page !== 'outbox-mail'),
    'is one filled button and one warning at most; to refuse stands beside it as large',
    ({ html }) => {
      const classes = tagsOf(html).map(({ attributes }) => (attributes.get('class') ?? '').split(' '));
      const filled = classes.filter(
        (names) =>
          names.includes('button') && !names.some((name) => /^button-(second|to-end|deny)$/.test(name)),
      );
      expect(filled.length).toBeLessThanOrEqual(1);
      expect(classes.filter((names) => names.includes('callout-warning')).length).toBeLessThanOrEqual(1);
    },
  );

  it('in red is filled only where it is done: the button sends a form', () => {
    const filled = pages.flatMap(({ html }) =>
      tagsOf(html).filter(({ attributes }) => /\bbutton-end\b/.test(attributes.get('class') ?? '')),
    );
    expect(filled.length).toBeGreaterThan(4);
    expect(filled.filter(({ attributes }) => attributes.get('type') !== 'submit')).toEqual([]);
  });
});

/** A block of this and all that stands in it. */
function withoutBlocks(css: string, head: string): string {
  const start = css.indexOf(head);
  if (start < 0) return css;
  let [end, depth] = [css.indexOf('{', start) + 1, 1];
  for (; depth > 0; end++) depth += { '{': 1, '}': -1 }[css[end] ?? '}'] ?? 0;
  return css.slice(0, start) + withoutBlocks(css.slice(end), head);
}

const ASKS_FIRST = '@media (prefers-reduced-motion: no-preference)';

describe('the style sheets', () => {
  const sheets = readdirSync(join(viewsDir, 'static')).filter((file) => file.endsWith('.css'));
  const withoutRemarks = (file: string) =>
    readFileSync(join(viewsDir, 'static', file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');

  it('move nothing for an owner who wants less motion: all that moves asks first', () => {
    const moves = /\b(?:transition|animation|scroll-behavior)[\w-]*:/g;
    const moving = sheets.flatMap((file) => withoutRemarks(file).match(moves) ?? []);
    expect(moving.length).toBeGreaterThan(2);
    const unasked = sheets.flatMap((file) =>
      (withoutBlocks(withoutRemarks(file), ASKS_FIRST).match(moves) ?? []).map(
        (found) => `${file}: ${found}`,
      ),
    );
    expect(unasked).toEqual([]);
  });

  // The television of development is English.
  it('place nothing by left and right, which from right to left are the other way round', () => {
    const sides =
      /[\s;{](?:(?:margin|padding|border|inset)-(?:left|right)[\w-]*|left|right|float|clear|text-align): *(?!start|end|center|inherit)[\w-]+/g;
    const found = sheets
      .filter((file) => !file.startsWith('demo-tv'))
      .flatMap((file) => [...withoutRemarks(file).matchAll(sides)].map(([one]) => `${file}: ${one.trim()}`));
    expect(found).toEqual([]);
  });

  it('name no class that no page has', () => {
    const read = (end: string) =>
      readdirSync(viewsDir, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(end))
        .map((file) => readFileSync(join(viewsDir, file), 'utf8'));
    const used = new Set(
      [...pages.map(({ html }) => html), ...read('.eta')].flatMap((text) =>
        [...text.matchAll(/ class="([\w -]+)"/g)].flatMap(([, names = '']) => names.split(' ')),
      ),
    );
    const scripts = read('.js').join();
    const selectors = read('.css').map((css) =>
      css.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\{[^{}]*\}/g, '{}'),
    );
    const named = selectors.flatMap((css) =>
      [...css.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(200);
    const unused = named.filter((name) => !used.has(name) && !new RegExp(`\\b${name}\\b`).test(scripts));
    expect([...new Set(unused)]).toEqual([]);
  });
});
