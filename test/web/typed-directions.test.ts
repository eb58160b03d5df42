/** An owner who reads from right to left: what they type, or copy off a page, runs as its own script does. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { readerFor } from '../../src/words/reader.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { tagsOf } from './markup.ts';
import { SAMPLES } from './samples.ts';

const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });
const reader = readerFor('ar-XB', undefined);
const pages = SAMPLES.map(({ name, view }) => ({ name, tags: tagsOf(views.render(view, reader)) }));

/** Fields of other types have no words in them; what cannot be typed into is for password managers. */
const TYPED = /^(text|search|email|tel|password)$/;

describe('from right to left', () => {
  itHoldsFor(pages, 'each field says which way its words run', ({ tags }) => {
    const without = tags.filter(
      ({ tag, attributes }) =>
        tag === 'input' &&
        TYPED.test(attributes.get('type') ?? 'text') &&
        !attributes.has('dir') &&
        !attributes.has('readonly'),
    );
    expect(without.map(({ attributes }) => attributes.get('name'))).toEqual([]);
  });

  it('sentences that begin with the name of a device run as the page does', () => {
    const titles = pages.flatMap(({ tags }) =>
      tags.filter(
        ({ tag }, at) => tag === 'bdi' && tags[at - 1]?.attributes.get('class') === 'activity-title',
      ),
    );
    expect(titles.length).toBeGreaterThan(5);
    expect(new Set(titles.map(({ attributes }) => attributes.get('dir')))).toEqual(new Set(['rtl']));
  });

  it('keys to be copied run from left to right', () => {
    const keys = pages.flatMap(({ tags }) =>
      tags.filter(({ attributes }) => attributes.get('class') === 'secret-key'),
    );
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys.map(({ attributes }) => attributes.get('dir')))).toEqual(new Set(['ltr']));
  });
});
