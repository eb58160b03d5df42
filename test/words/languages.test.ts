import { describe, expect, it } from '@jest/globals';
import { Languages } from '../../src/words/languages.ts';

const languages = new Languages(['en', 'de', 'es', 'ar-XB']);
const ofBrowser = (browser: string) => languages.choose({ browser });

describe('the language of a reader’s pages', () => {
  it('is that of their account, before what they chose in this browser, their app and their browser say', () => {
    const wishes = { account: 'es', chosen: 'de', app: 'en', browser: 'en' };
    expect(languages.choose(wishes)).toBe('es');
    expect(languages.choose({ ...wishes, account: undefined })).toBe('de');
    expect(languages.choose({ app: 'fr es', browser: 'de' })).toBe('es');
    expect(languages.choose({ account: 'fr', browser: 'de' })).toBe('de');
  });

  it.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr;q=1, es-419;q=0.4, de;q=0.6', 'de'],
    ['DE-ch-1996', 'de'],
    ['fr, *;q=0.5', 'en'],
    ['de;q=0, es;q=0.1', 'es'],
    ['ar', 'en'],
    ['ar-xb', 'ar-XB'],
    ['', 'en'],
    ['*', 'en'],
    [`de${','.repeat(30)}`, 'de'],
    ['x'.repeat(501), 'en'],
    ['de;q=2, "><script>, \u0000', 'en'],
  ])('of a browser that says %j it is %s', (header, language) => {
    expect(ofBrowser(header)).toBe(language);
    expect(ofBrowser(header)).toBe(language);
  });

  it('is the operator’s where none is known', () => {
    expect(new Languages(['en', 'de'], 'de').choose({ browser: 'fr' })).toBe('de');
  });

  it('cannot be one that has no messages: the server does not start', () => {
    expect(() => new Languages(['en', 'tlh'])).toThrow('LANGUAGES: there are no pages in tlh');
    expect(() => new Languages(['en'], 'de')).toThrow('DEFAULT_LANGUAGE: de is not among LANGUAGES (en)');
  });
});
