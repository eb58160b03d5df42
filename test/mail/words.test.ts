/** An owner who reads a mail or a text of ours: each word as it was before, and none of it missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { writeMail, writeText } from '../../src/mail/write-mail.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { factsAt, MAILS, TEXTS } from '../support/mail-templates.ts';
import { serviceAt } from '../support/service.ts';

const ISSUER = 'https://link.example.net';
const FACTS = factsAt(ISSUER);
const TO = 'ada@example.org';

const written = (name: string) => readFileSync(join(import.meta.dirname, 'words', name), 'utf8');
const shown = ({ subject, text, html }: Mail) =>
  `${subject}\n\n${text}${html === undefined ? '' : `\n${html}`}`;

/** Of both kinds of words: with names and without, of a device and of an app, and of what can soon be removed. */
const ALERT = alertMail(
  TO,
  [
    {
      id: '1-1',
      at: Date.parse('2026-03-05T14:07:00Z'),
      event: {
        kind: 'device-linked',
        by: 'owner',
        place: { address: '192.0.2.7', userAgent: 'curl/8.14' },
        subject: { type: 'device', id: 'x' },
      },
      device: { name: 'Radio & <b>TV</b>', app: 'Telly' },
    },
    {
      id: '2-1',
      at: Date.parse('2026-03-05T14:08:00Z'),
      event: {
        kind: 'recovery-soon',
        by: 'stranger',
        details: { opensAt: Date.parse('2026-03-06T14:08:00Z') },
      },
      device: undefined,
    },
  ],
  {
    service: serviceAt(ISSUER),
    reader: ENGLISH,
    dispute: (id) => `${ISSUER}/not-me/${id}`,
    droppedAfter: '0-9',
  },
);

/** Every source in `src`. */
function sources(): string {
  const src = join(import.meta.dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.map((file) => readFileSync(join(src, file), 'utf8')).join('\n');
}

/** The names with which this is called, of which a call may choose between two. */
function namesGivenTo(call: string): string[] {
  const calls = sources().matchAll(new RegExp(`\\b${call}\\(([^,]*),`, 'g'));
  const names = [...calls].flatMap(([, first = '']) => [...first.matchAll(/'([a-z-]+)'/g)]);
  return [...new Set(names.map(([, name = '']) => name))].sort();
}

describe('a mail', () => {
  it.each(MAILS.filter((name) => name !== 'alert'))('%s has its words', (name) => {
    expect(shown(writeMail(name, TO, FACTS, ENGLISH))).toBe(written(`${name}.txt`));
  });

  it('of alerts has its words in text and in HTML', () => {
    expect(shown(ALERT)).toBe(written('alert.txt'));
  });

  it('about a change of the email that a taking back has made offers no second one', () => {
    const { text } = writeMail('email-changed', TO, { ...serviceAt(ISSUER), dispute: undefined }, ENGLISH);
    expect(text).toContain('If that was not you, tell the people who run that server at once.\n');
    expect(text).not.toContain('7 days');
  });

  it('that lacks a fact is not written, rather than to say so to its reader', () => {
    for (const name of MAILS.filter((one) => one !== 'alert'))
      expect(() => writeMail(name, TO, { dispute: undefined }, ENGLISH)).toThrow(
        'a mail lacks one of its facts',
      );
  });

  it('has no words of its own in the code: each that is sent is a template, and each template is sent', () => {
    expect(namesGivenTo('writeMail')).toEqual([...MAILS].sort());
    expect(namesGivenTo('writeText')).toEqual([...TEXTS].sort());
  });
});

describe('a text message', () => {
  it('has its words', () => {
    expect(writeText('code', { code: '012345', ...serviceAt(`${ISSUER}:8443`) }, ENGLISH)).toBe(
      '012345 is your Latchkey code. Nobody from Latchkey will ever ask you for it.\n\n@link.example.net #012345',
    );
    expect(writeText('alert', { title: 'Your password was changed', ...serviceAt(ISSUER) }, ENGLISH)).toBe(
      'Latchkey: Your password was changed. Not you? https://link.example.net/account/activity',
    );
  });
});
