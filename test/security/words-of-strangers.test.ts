/**
 * An attacker chooses a name, and has our server mail it to its victim: whatever the words are, no mail or text of
 * ours has a link, a number to call, a heading or a subject that is not ours.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ParsedMail, simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import { formatSubject, generalTitle, titleOf } from '../../src/alerts/event-labels.ts';
import { REMEDIES } from '../../src/alerts/remedies.ts';
import { quoteName } from '../../src/devices/claimed-words.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { mailMessage } from '../../src/mail/mail-message.ts';
import { writeMail } from '../../src/mail/write-mail.ts';
import { createLog } from '../../src/runtime/log.ts';
import { ENGLISH, readerFor } from '../../src/words/reader.ts';
import { MAILS } from '../support/mail-templates.ts';
import { serviceAt } from '../support/service.ts';
import { BAITS, hostileEntries, hostileWords } from './hostile-words.ts';

const ISSUER = 'https://link.example.net';

const mailOf = (told: readonly ActivityEntry[]) =>
  alertMail('ada@example.org', told, {
    service: serviceAt(ISSUER),
    reader: ENGLISH,
    dispute: (id) => `${ISSUER}/not-me/${id}`,
  });

const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** As a mail program reads it, from what goes over the wire. */
async function received(mail: Mail): Promise<ParsedMail> {
  const { message } = await transport.sendMail(mailMessage(mail, 'no-reply@link.example.net'));
  return simpleParser(message as Buffer);
}

/** Links that a program finds in plain text, by scheme or without one: this one knows every top level domain. */
const linksIn = (textAsHtml = '') =>
  [...textAsHtml.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '');

const OUR_SUBJECTS = new Set(EVENT_KINDS.map((kind) => generalTitle(ENGLISH, kind)));

describe('words of strangers in an alert', () => {
  it('are no link, no number to call, no heading, no subject and no encoding, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEntries, async (told) => {
        const mail = mailOf(told);
        const { subject = '', text = '', textAsHtml, html, to } = await received(mail);
        expect(subject).toBe(mail.subject);
        expect(OUR_SUBJECTS).toContain(subject.replace(/, and (one more event|\d+ more events)$/, ''));
        expect(JSON.stringify(to)).toContain('"address":"ada@example.org"');
        for (const link of [...linksIn(textAsHtml), ...linksIn(String(html))])
          expect(link.startsWith(`${ISSUER}`)).toBe(true);
        const buttons = told.filter(({ event }) => REMEDIES[event.kind] !== 'nothing');
        expect(linksIn(String(html))).toHaveLength(buttons.length);
        for (const claim of text.match(/“.*?”/gsu) ?? []) expectInert(claim.slice(1, -1));
        expectOurLines(text);
      }),
      { numRuns: 400 },
    );
  });

  it('show every bait as words that say what they were', async () => {
    for (const bait of BAITS) {
      const told: ActivityEntry = {
        id: '1-1',
        at: 0,
        event: { kind: 'device-linked', by: 'owner', subject: { type: 'device', id: 'x' } },
        device: { name: `Confirm at ${bait} now` },
      };
      const { text = '', textAsHtml } = await received(mailOf([told]));
      expect(text).toMatch(/It calls itself: \u2068“Confirm at .*now”\u2069\n/u);
      expect(linksIn(textAsHtml).filter((link) => !link.startsWith(ISSUER))).toEqual([]);
    }
  });

  it('are kept where they are only a name', () => {
    for (const name of [
      'Ada’s TV',
      'Küche (links)',
      'Wohnzimmer-Radio, alt',
      '客厅电视',
      'מטבח',
      'Model 3000',
      'SM-R870',
    ])
      expect(
        mailOf([
          {
            id: '1-1',
            at: 0,
            event: { kind: 'device-linked', by: 'owner', subject: { type: 'device', id: 'x', name } },
            device: undefined,
          },
        ]).text,
      ).toContain(`“${name}”`);
  });
});

function expectInert(claim: string): void {
  expect(claim).toMatch(/^[\p{L}\p{M}\p{Nd} ’(),·•-]+$/u);
  expect(claim.normalize('NFKC')).toBe(claim);
  for (const run of claim.match(/\p{Nd}(?:[^\p{L}]*\p{Nd})*/gu) ?? [])
    expect((run.match(/\p{Nd}/gu) ?? []).length).toBeLessThanOrEqual(6);
}

/** Every line begins with words of ours, so that none is a heading, a quotation or a list of a stranger's. */
function expectOurLines(text: string): void {
  const ours =
    /^(|When: .*|Possible from: .*|Closes on: .*|It calls itself: .*|Name: .*|App: .*|From: .*|It wasn’t me: https:\/\/link\.example\.net\/not-me\/\S+|\d+ events in your account|You get this mail .*|If that was .*|If it was not, .*|Somebody who knows your password .*|It is signed out already, .*|The people who run this server did it\. .*|The password was wrong, so nobody got in: .*)$/u;
  // Our own sentences are broken into lines; what strangers wrote stays in its line.
  const lines = text
    .trim()
    .split('\n\n')
    .flatMap((part) => (part.includes('\u2068') ? part.split('\n') : part.replaceAll('\n', ' ')));
  for (const line of lines) if (!OUR_SUBJECTS.has(line)) expect(line).toMatch(ours);
}

describe('the mails that a stranger can have sent to any mailbox', () => {
  it('hold nothing of what the stranger typed but the address that they go to', async () => {
    const link = `${ISSUER}/forgot-password/link/abc`;
    const to = 'www.evil.com-0800-555-0100@evil.example';
    const facts = {
      ...serviceAt(ISSUER),
      code: '123456',
      ...{ provider: 'Corp', what: 'silent', receiver: 'maker' },
      link,
      dispute: `${ISSUER}/not-me/abc`,
    };
    const all = MAILS.filter((name) => name !== 'alert').map((name) => writeMail(name, to, facts, ENGLISH));
    expect(all.length).toBeGreaterThanOrEqual(12);
    for (const mail of all) {
      const { subject, text = '', textAsHtml } = await received(mail);
      expect(subject).toBe(mail.subject);
      expect(text).not.toContain('evil');
      for (const found of linksIn(textAsHtml)) expect(found.startsWith(ISSUER)).toBe(true);
    }
  });
});

describe('words of strangers elsewhere', () => {
  it('stand in quotes in the sentences of pages, and cannot end them', () => {
    fc.assert(
      fc.property(hostileEntries, (told) => {
        for (const entry of told) {
          const title = titleOf(ENGLISH, entry.event.kind, formatSubject(ENGLISH, entry));
          const [before, after] = titleOf(ENGLISH, entry.event.kind, '\u0000').split('\u0000');
          expect(title.startsWith(before ?? '')).toBe(true);
          if (after !== undefined) expect(title.endsWith(after)).toBe(true);
          expect((title.match(/["“”„«»]/gu) ?? []).length).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 300 },
    );
    const quoted = ['en', 'de', 'es'].map((language) =>
      quoteName(readerFor(language, undefined), 'TV” is not “linked“. »Radio'),
    );
    expect(quoted).toEqual([
      '“TV’ is not ’linked’. ’Radio”',
      '„TV’ is not ’linked’. ’Radio“',
      '«TV’ is not ’linked’. ’Radio»',
    ]);
  });

  it('are one line of ASCII in the log, which no terminal obeys', () => {
    fc.assert(
      fc.property(hostileWords, (said) => {
        const lines: string[] = [];
        createLog('info', { write: (line) => void lines.push(line) }).info({ said, [said]: 1 }, said);
        expect(lines.join('')).toMatch(/^[\x20-\x7e]+\n$/);
        expect((JSON.parse(lines.join('')) as { said: string }).said).toBe(said);
      }),
    );
  });
});
