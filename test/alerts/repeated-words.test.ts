/** An owner who is told "Authenticator app Authenticator app was added": no line says the same twice in a row. */
import { describe, expect, it } from '@jest/globals';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import { formatSubject, generalTitle, titleOf } from '../../src/alerts/event-labels.ts';
import { EVENT_KINDS, type EventKind, type EventSubject } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import { writeMail, writeText } from '../../src/mail/write-mail.ts';
import { cleanFactorName, factorSubject } from '../../src/mfa/factor-names.ts';
import { KNOWN_LANGUAGES } from '../../src/words/catalogue.ts';
import { type Reader, readerFor } from '../../src/words/reader.ts';
import { factsAt, MAILS, TEXTS } from '../support/mail-templates.ts';
import { serviceAt } from '../support/service.ts';

const ISSUER = 'https://link.example.net';
const SERVICE = serviceAt(ISSUER);
const FACTS = { ...factsAt(ISSUER), title: '' };

/** One or two words, and the same again, in quotes or not. */
const TWICE = /(?<![\p{L}\p{N}])((?:\p{L}[\p{L}’'-]*)(?: \p{L}[\p{L}’'-]*)?)[ “”„«»"]+\1(?![\p{L}\p{N}])/giu;

/** Under no name, under the one that stands for none, and under one of the owner's own. */
function factorsOf(name: string, fallback: string): EventSubject[] {
  const kind = fallback === 'Passkey' ? 'passkey' : 'totp';
  return [
    factorSubject({ id: 'f', kind, name: cleanFactorName('', fallback) }),
    factorSubject({ id: 'f', kind, name }),
    // As events were kept that are still in the log.
    { type: 'factor', id: 'f', kind, name: `${fallback} ${fallback}` },
  ];
}

function subjectsOf(kind: EventKind): (EventSubject | undefined)[] {
  const named = (type: EventSubject['type'], ...names: string[]) =>
    names.map((name) => ({ type, id: 'x', name }));
  if (/^(factor|passkey)-/.test(kind))
    return [
      ...factorsOf('Pocket phone', 'Authenticator app'),
      ...factorsOf('Blue one', 'Passkey'),
      factorSubject({ id: 'backup-codes', kind: 'backup-codes' }),
      factorSubject({ id: 'phone', kind: 'phone', number: '+15555550100' }),
    ];
  if (kind.startsWith('app-')) return named('app', 'Notes');
  if (kind.startsWith('link-key-')) return named('link-key', 'Rack 4');
  if (kind.startsWith('household-')) return named('profile', 'Ben');
  if (kind.startsWith('upstream-')) return named('upstream', 'Corp');
  if (/^(device|voice-code-locked)/.test(kind)) return named('device', 'TV');
  return [undefined];
}

const ENTRIES: ActivityEntry[] = EVENT_KINDS.flatMap((kind) =>
  subjectsOf(kind).map((subject, at) => ({
    id: `${at + 1}-1`,
    at: Date.parse('2026-03-05T14:07:00Z'),
    event: {
      kind,
      by: 'owner',
      ...(subject && { subject }),
      place: { address: '192.0.2.7', userAgent: 'curl/8.14' },
    },
    device: undefined,
  })),
);

const lines = (text: string) => text.replaceAll(/<[^>]*>/g, '\n').split('\n');
/** What an owner has chosen or a device says of itself may be called as they like. */
const repeated = (texts: readonly string[]) =>
  texts.flatMap(lines).filter((line) => line.match(TWICE) !== null);

function mailsOf(reader: Reader): string[] {
  const dispute = () => `${ISSUER}/not-me/x`;
  const alerts = ENTRIES.map((entry) =>
    alertMail('ada@example.org', [entry], { service: SERVICE, reader, dispute }),
  );
  const both = alertMail('ada@example.org', ENTRIES, {
    service: SERVICE,
    reader,
    dispute,
    droppedAfter: '0-9',
  });
  const others = MAILS.filter((name) => name !== 'alert').map((name) =>
    writeMail(name, 'a@example.org', FACTS, reader),
  );
  return [...alerts, both, ...others].flatMap(({ subject, text, html }) => [subject, text, html ?? '']);
}

describe.each(KNOWN_LANGUAGES)('in %s', (language) => {
  const reader = readerFor(language, undefined);

  it('no line of the activity says the same twice in a row, whatever it is about', () => {
    expect(
      repeated(ENTRIES.map((entry) => titleOf(reader, entry.event.kind, formatSubject(reader, entry)))),
    ).toEqual([]);
  });

  it('no subject and no line of a mail does', () => {
    expect(repeated(mailsOf(reader))).toEqual([]);
  });

  it('no text message does', () => {
    const titles = EVENT_KINDS.map((kind) => generalTitle(reader, kind));
    const texts = titles.flatMap((title) =>
      TEXTS.map((name) => writeText(name, { ...FACTS, title }, reader)),
    );
    expect(repeated([...titles, ...texts])).toEqual([]);
  });
});

it('a line that does is found, in quotes as well', () => {
  expect(
    repeated([
      'Authenticator app Authenticator app was added',
      'Der der Name',
      'Passkey “Passkey” was added',
    ]),
  ).toHaveLength(3);
  expect(repeated(['A device was linked', 'an app, and another', 'app apply'])).toEqual([]);
});

it('an owner who gives their authenticator app no name reads what was added, once, in their language', () => {
  const subject = factorSubject({ id: 'f', kind: 'totp', name: cleanFactorName('', 'Authenticator app') });
  const entry: ActivityEntry = {
    id: '1-1',
    at: 0,
    event: { kind: 'factor-added', by: 'owner', subject },
    device: undefined,
  };
  const dispute = () => ISSUER;
  for (const [language, title, name] of [
    ['en', 'Authenticator app was added to two-step verification', 'Authenticator app'],
    ['de', 'Authenticator-App: zur Bestätigung in zwei Schritten hinzugefügt', 'Authenticator-App'],
    ['es', 'App de autenticación: se ha añadido a la verificación en dos pasos', 'App de autenticación'],
  ] as const) {
    const reader = readerFor(language, undefined);
    expect(titleOf(reader, 'factor-added', formatSubject(reader, entry))).toBe(title);
    const { text } = alertMail('ada@example.org', [entry], { service: SERVICE, reader, dispute });
    expect(text).toContain(`: \u2068${name}\u2069\n`);
  }
});
