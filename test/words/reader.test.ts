import { describe, expect, it } from '@jest/globals';
import { formatDay, formatUnused, formatWait } from '../../src/web/pages/times.ts';
import { isolated } from '../../src/words/mark-up.ts';
import { ENGLISH, isTimeZone, readerFor } from '../../src/words/reader.ts';

const AT = new Date('2026-03-05T23:07:12Z');

describe('a message', () => {
  it('sets apart what another person wrote, and nothing in it is mark-up', () => {
    expect(ENGLISH.html('device.waiting.title', { name: '<b>\u202e & "co"' })).toBe(
      'Waiting for <bdi>&lt;b&gt;\u202e &amp; &quot;co&quot;</bdi>…',
    );
    const email = isolated('a@example.com', 'break');
    expect(ENGLISH.html('device.confirm.wants', { app: 'TV', email })).toBe(
      '<bdi>TV</bdi> wants to use the account <bdi class="break">a@example.com</bdi>.',
    );
  });

  it('marks what it marks itself, and leads where its page says', () => {
    expect(ENGLISH.html('common.closing', { date: '5 March', href: '/a?b="' })).toBe(
      'Your account closes on <bdi>5 March</bdi>. <a href="/a?b=&quot;">Keep my account</a>',
    );
    expect(ENGLISH.html('device.confirm.only-seen', { type: 'tv' })).toMatch(
      /^<strong>Only link a TV that you can see.<\/strong> If /,
    );
    expect(ENGLISH.t('common.account-of', { name: '<Ada>' })).toBe('Account of <Ada>');
  });

  it('chooses its words by the kind of thing, and in a language of tests all of them', () => {
    const title = (language: string) =>
      readerFor(language, undefined).t('device.confirm.title', { type: 'tv' });
    expect(title('de')).toBe('Diesen Fernseher verbinden?');
    expect(title('es')).toBe('¿Vincular este televisor?');
    expect(title('en-XA')).toBe('⟦Líñk thíís TV?⟧'.replace('Líñk', 'Lííñk'));
    expect(readerFor('ar-XB', undefined).direction).toBe('rtl');
    expect(title('ar-XB')).toContain('\u202eTV\u202c');
  });
});

describe('a time', () => {
  it('is told in the zone of its reader, or in UTC and says so', () => {
    expect(ENGLISH.moment(AT)).toBe('5 March 2026 at 23:07 UTC');
    expect(readerFor('en', 'Europe/Stockholm').moment(AT)).toBe('6 March 2026 at 00:07');
    expect(readerFor('de', 'Europe/Berlin').moment(AT)).toBe('6. März 2026 um 00:07');
    expect(readerFor('es', undefined).moment(AT)).toBe('5 de marzo de 2026 a las 23:07 UTC');
  });

  it('is of the day of the reader’s calendar', () => {
    const now = new Date('2026-03-06T00:30:00Z');
    expect(formatDay(ENGLISH, AT, now)).toBe('Yesterday');
    expect(formatDay(readerFor('de', 'Europe/Berlin'), AT, now)).toBe('Heute');
    expect(formatDay(readerFor('en', 'America/New_York'), AT, now)).toBe('Today');
  });

  it('has the plural of its language', () => {
    const now = new Date('2026-06-05T00:00:00Z');
    expect(formatUnused(readerFor('de', undefined), AT, now)).toBe('Seit 91 Tagen nicht benutzt');
    expect(formatWait(readerFor('es', undefined), 100)).toMatch(/^2\sminutos$/);
    expect(readerFor('de', undefined).ago(3700)).toMatch(/^vor 1\sStunde$/);
  });

  it('has a number and what is counted in one line', () => {
    const german = readerFor('de', undefined);
    expect([german.count(3, 'day'), german.ago(7200)]).toEqual(['3\u00a0Tage', 'vor 2\u00a0Stunden']);
    expect(readerFor('ja', undefined).ago(120)).not.toContain(' ');
  });

  it('has no zone that a stranger made up', () => {
    expect(isTimeZone('Europe/Stockholm')).toBe(true);
    expect(isTimeZone('UTC')).toBe(true);
    expect(isTimeZone('Mars/Base')).toBe(false);
  });
});
