/** Owners read their mails and texts in their own language, whatever the language of the one who caused them. */
import { describe, expect, it } from '@jest/globals';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import { mailReader } from '../../src/mail/mail-reader.ts';
import { writeMail, writeText } from '../../src/mail/write-mail.ts';
import { readerFor } from '../../src/words/reader.ts';
import { eventually } from '../support/eventually.ts';
import { factsAt, MAILS } from '../support/mail-templates.ts';
import { serviceAt } from '../support/service.ts';
import { startWholeServer } from '../support/whole-server.ts';

const ISSUER = 'https://link.example.net';
const SERVICE = serviceAt(ISSUER);
const FACTS = factsAt(ISSUER);
const LINKED = {
  id: '1-1',
  at: Date.parse('2026-03-05T14:07:00Z'),
  event: { kind: 'device-linked', by: 'owner', subject: { type: 'device', id: 'x' } },
  device: { name: 'Radio' },
} as const;

describe('an owner who reads German in Berlin', () => {
  const reader = mailReader(SERVICE, { language: 'de', timeZone: 'Europe/Berlin' });

  it('is told of a device in German, and when it was by their own clock', () => {
    const { subject, text, html } = alertMail('rosa@example.org', [LINKED], {
      service: SERVICE,
      reader,
      dispute: () => `${ISSUER}/not-me/x`,
    });
    expect(subject).toBe('Ein Gerät wurde mit Ihrem Konto verbunden');
    expect(text).toContain('15:07');
    expect(text).toContain('Das war ich nicht');
    expect(html).toContain('<html lang="de">');
  });

  it('gets every mail with the code first', () => {
    expect(writeMail('confirm-sign-in', 'rosa@example.org', FACTS, reader).subject).toBe(
      '012345 ist Ihr Code für Latchkey zum Anmelden',
    );
  });
});

it('an owner who reads Spanish gets a text in Spanish, which the browser can fill in', () => {
  const text = writeText('code', FACTS, mailReader(SERVICE, { language: 'es' }));
  expect(text).toBe(
    '012345 es tu código de Latchkey. Nadie de Latchkey te lo pedirá nunca.\n\n@link.example.net #012345',
  );
});

it('an owner whose language is served no more, and one who never chose, read the installation’s', () => {
  expect(mailReader(SERVICE, { language: 'fr' }).language).toBe('en');
  expect(mailReader({ ...SERVICE, languages: { served: ['de'], fallback: 'de' } }).language).toBe('de');
});

it.each(MAILS.filter((name) => name !== 'alert'))('%s is whole in a language of tests', (name) => {
  const { subject, text } = writeMail(name, 'ada@example.org', FACTS, readerFor('en-XA', undefined));
  expect(subject).toMatch(/^⟦.*⟧$/);
  expect(text).not.toMatch(/\b(you|account|somebody)\b/i);
});

it('a visitor whose browser speaks Spanish is mailed their code in Spanish', async () => {
  await using server = await startWholeServer();
  const visitor = server.visitor();
  visitor.headers = { ...visitor.headers, 'accept-language': 'es-MX,es;q=0.9' };
  const form = { name: 'Rosa', email: 'rosa@example.org', password: 'correct horse battery' };
  await visitor.submit('/sign-up', '/sign-up', form);
  const mail = await eventually('the code', () => server.mails.find(({ to }) => to === form.email));
  expect(mail.subject).toMatch(/^\d{6} es tu código de Latchkey para confirmar tu correo$/);
});

it('an owner who reads from right to left sees the name of each fact apart from what it says', () => {
  const facts = (language: string) =>
    alertMail('rosa@example.org', [LINKED], {
      service: SERVICE,
      reader: readerFor(language, undefined),
      dispute: () => `${ISSUER}/not-me/x`,
    }).html;
  expect(facts('ar-XB')).toContain(
    '<th scope="row" align="right" valign="top" style="padding:4px 0 4px 16px',
  );
  expect(facts('en')).toContain('<th scope="row" align="left" valign="top" style="padding:4px 16px 4px 0');
});
