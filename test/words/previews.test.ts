/** Languages whose words no native speaker has read yet. */
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { Languages } from '../../src/words/languages.ts';
import { readerFor } from '../../src/words/reader.ts';
import { LANGUAGES } from '../support/message-arguments.ts';

const servedBy = (environment: Record<string, string>) =>
  new Languages(readConfig(environment).config.languages);
const byDefault = servedBy({});
const PREVIEWS = LANGUAGES.filter((tag) => !byDefault.served.includes(tag));

describe('a language of which no native speaker has read the pages', () => {
  it('is each one but English, German and Spanish', () => {
    expect(byDefault.served).toEqual(['en', 'de', 'es']);
    expect(PREVIEWS).toEqual(expect.arrayContaining(['fr', 'pt-BR', 'ja', 'ar']));
  });

  it.each(PREVIEWS)('is served to nobody until LANGUAGES names it: %s', (tag) => {
    const wishes = [{ account: tag }, { chosen: tag }, { app: tag }, { browser: tag }];
    const named = servedBy({ LANGUAGES: `en,${tag}` });
    expect(wishes.map((wish) => byDefault.choose(wish))).toEqual(['en', 'en', 'en', 'en']);
    expect(wishes.map((wish) => named.choose(wish))).toEqual([tag, tag, tag, tag]);
  });

  it('is read by those of another country, too: a Portuguese has Brazilian pages rather than English ones', () => {
    const named = servedBy({ LANGUAGES: 'en,fr,pt-BR' });
    expect(['pt-PT,en;q=0.5', 'pt', 'fr-CA'].map((browser) => named.choose({ browser }))).toEqual([
      'pt-BR',
      'pt-BR',
      'fr',
    ]);
  });

  it('runs from right to left where it is Arabic, and else from left to right', () => {
    const directions = ['ar', 'ar-EG', 'fr', 'pt-BR', 'ja'].map((tag) => readerFor(tag, undefined).direction);
    expect(directions).toEqual(['rtl', 'rtl', 'ltr', 'ltr', 'ltr']);
  });
});
