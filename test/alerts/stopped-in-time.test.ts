/** An owner who is told that something comes unless they stop it: when it comes, and what stops it. */
import { describe, expect, it } from '@jest/globals';
import { GRACE_PERIOD } from '../../src/account-changes/closing.ts';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import { readerFor } from '../../src/words/reader.ts';
import { serviceAt } from '../support/service.ts';

const SERVICE = serviceAt('https://link.example.net');
const NOW = Date.parse('2026-03-05T14:07:00Z');
const HOUR = 3_600_000;

const STOPS: Readonly<Record<string, Readonly<Record<string, string[]>>>> = {
  closing: {
    en: ['choose Keep my account', 'If it was not, say so now, which keeps it open:', 'It wasn’t me'],
    de: ['Mein Konto behalten', 'Wenn nicht, sagen Sie es jetzt, dann bleibt es offen:', 'Das war ich nicht'],
    es: ['Conservar mi cuenta', 'Si no, dilo ahora, y sigue abierta:', 'No fui yo'],
  },
  recovery: {
    en: ['sign in with it now, and everything stays as it is', 'say so now, which stops it:', 'It wasn’t me'],
    de: ['und alles bleibt, wie es ist', 'das verhindert es:', 'Das war ich nicht'],
    es: ['y todo sigue igual', 'lo que lo detiene:', 'No fui yo'],
  },
};

describe.each(['en', 'de', 'es'])('in %s a mail', (language) => {
  const reader = readerFor(language, 'Europe/Berlin');
  const told = (event: ActivityEvent) =>
    alertMail('ada@example.org', [{ id: '1-1', at: NOW, event, device: undefined }], {
      service: SERVICE,
      reader,
      dispute: () => 'https://link.example.net/not-me/x',
    });

  it.each<[string, string, ActivityEvent, number]>([
    ['about closing', 'closing', { kind: 'closing-asked', by: 'owner' }, NOW + GRACE_PERIOD],
    [
      'that the removal of the second step was asked for',
      'recovery',
      { kind: 'recovery-asked', by: 'owner', details: { hours: 72 } },
      NOW + 72 * HOUR,
    ],
    [
      'that it can soon be done',
      'recovery',
      { kind: 'recovery-soon', by: 'server', details: { opensAt: NOW + 24 * HOUR } },
      NOW + 24 * HOUR,
    ],
  ])('%s names the date, by the clock of its reader, and what stops it', (_what, kind, event, at) => {
    const { text, html } = told(event);
    const words = text.replaceAll(/\s+/g, ' ');
    for (const said of [reader.moment(new Date(at)), ...(STOPS[kind]?.[language] ?? ['?'])]) {
      expect(words).toContain(said);
      expect(html).toContain(said);
    }
  });
});

describe.each(['fr', 'pt-BR', 'ja', 'ar'])('in the preview %s a mail', (language) => {
  const reader = readerFor(language, 'Europe/Berlin');
  it.each<[string, ActivityEvent, number, string[]]>([
    ['closing', { kind: 'closing-asked', by: 'owner' }, NOW + GRACE_PERIOD, [reader.t('account.data.keep')]],
    [
      'the removal of the second step',
      { kind: 'recovery-asked', by: 'owner', details: { hours: 72 } },
      NOW + 72 * HOUR,
      [],
    ],
  ])('about %s names the date, and what stops it', (_what, event, at, stops) => {
    const { html } = alertMail('ada@example.org', [{ id: '1-1', at: NOW, event, device: undefined }], {
      service: SERVICE,
      reader,
      dispute: () => 'https://link.example.net/not-me/x',
    });
    expect(html).toContain('https://link.example.net/not-me/x');
    for (const said of [reader.moment(new Date(at)), ...stops]) expect(html).toContain(said);
  });
});
