/** No word of a page stands in its template: it would be English to everybody. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { languageName } from '../../src/words/languages.ts';
import { readerFor } from '../../src/words/reader.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { LANGUAGES } from '../support/message-arguments.ts';
import { tagsOf } from '../web/markup.ts';
import { inLanguageOf } from '../web/samples/in-language.ts';
import { SAMPLES } from '../web/samples.ts';
import { PAGES_IN_ENGLISH, TEMPLATES_IN_ENGLISH } from './in-english.ts';
import { foreignWordsOf, wordsInTemplate } from './words-in-pages.ts';

const viewsDir = join(import.meta.dirname, '../../views');
const views = createViews({ viewsDir, cache: true });

/** Pages for developers, which are English. */
const DEVELOPMENT = /^(outbox|outbox-mail|demo-tv)$/;

const TEMPLATES = readdirSync(viewsDir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.eta'))
  .map((entry) => relative(viewsDir, join(entry.parentPath, entry.name)))
  .filter((name) => !name.startsWith('dev/'))
  .sort();

describe('templates', () => {
  const wordy = TEMPLATES.filter(
    (name) => wordsInTemplate(readFileSync(join(viewsDir, name), 'utf8')).length > 0,
  );

  it('have no words but those of the catalogue', () => {
    const found = wordy
      .filter((name) => !TEMPLATES_IN_ENGLISH.includes(name))
      .map((name) => `${name}: ${wordsInTemplate(readFileSync(join(viewsDir, name), 'utf8')).join(' | ')}`);
    expect(found).toEqual([]);
  });

  it('that are named as English are: one whose words are put into the catalogue leaves the list', () => {
    expect(TEMPLATES_IN_ENGLISH.filter((name) => !wordy.includes(name))).toEqual([]);
  });
});

const converted = SAMPLES.filter(
  ({ view }) => !PAGES_IN_ENGLISH.includes(view.page) && !DEVELOPMENT.test(view.page),
);

describe('every page, in a language of tests', () => {
  const reader = readerFor('en-XA', undefined);

  itHoldsFor(converted, 'has no English in it', ({ view }) => {
    const found = foreignWordsOf(views.render(inLanguageOf(reader, view), reader));
    // How Intl calls the language, and what strangers wrote.
    const known = (words: string) =>
      words === languageName(reader.language) || words.includes('&lt;script&gt;');
    expect(found.filter((words) => !known(words))).toEqual([]);
  });

  it('that is named as English is', () => {
    const english = PAGES_IN_ENGLISH.filter((page) =>
      SAMPLES.some(({ view }) => view.page === page && foreignWordsOf(views.render(view, reader)).length > 0),
    );
    expect(PAGES_IN_ENGLISH.filter((page) => !english.includes(page))).toEqual([]);
  });

  itHoldsFor(
    SAMPLES.filter(({ view }) => !DEVELOPMENT.test(view.page)),
    'runs from right to left where its language does',
    ({ view }) => {
      const [html] = tagsOf(views.render(view, readerFor('ar-XB', 'Asia/Dubai')));
      expect([html?.attributes.get('lang'), html?.attributes.get('dir')]).toEqual(['ar-XB', 'rtl']);
    },
  );

  itHoldsFor(SAMPLES, 'is whole in every language', ({ view }) => {
    for (const tag of LANGUAGES) {
      expect(views.render(view, readerFor(tag, 'Europe/Berlin'))).not.toMatch(
        /undefined|\[object|NaN|>null<|Invalid Date/,
      );
    }
  });
});
