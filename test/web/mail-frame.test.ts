/** A developer reads mails in the outbox, by whatever address it was opened. */
import { describe, expect, it } from '@jest/globals';
import { writeMail } from '../../src/mail/write-mail.ts';
import { FRAMED_MAIL, framedMail } from '../../src/web/pages/mail-frame.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { serviceAt } from '../support/service.ts';

const ISSUER = 'http://localhost:3000';
const hrefsOf = (html: string) =>
  [...framedMail(html, ISSUER).matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);

describe('a mail in the frame of the outbox', () => {
  it('leads to paths of this server, and opens them in the window around it', () => {
    const link = `${ISSUER}/forgot-password/t0ken`;
    const { html = '' } = writeMail(
      'forgotten-password',
      'ada@example.org',
      {
        link,
        ...serviceAt(ISSUER),
      },
      ENGLISH,
    );
    expect(hrefsOf(html)).toEqual(['/forgot-password/t0ken']);
    expect(framedMail(html, ISSUER)).toContain('<head><base target="_top">');
  });

  it('leads nowhere else, however that is written', () => {
    const others = [
      'https://evil.example/',
      'http://localhost:3000.evil.example/',
      'javascript:alert(1)',
      '//evil.example',
    ];
    expect(hrefsOf(others.map((address) => `<a href="${address}">x</a>`).join(''))).toEqual([]);
    for (const behind of ['//evil.example', '/\\\\evil.example'])
      expect(hrefsOf(`<a href="${ISSUER}${behind}">x</a>`)).toEqual(['/evil.example']);
  });

  it('runs nothing and loads nothing, and only pages of ours show it', () => {
    const directives = FRAMED_MAIL.policy.split('; ');
    expect(directives).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "frame-ancestors 'self'",
        'sandbox allow-top-navigation-by-user-activation',
      ]),
    );
    expect(FRAMED_MAIL.policy).not.toMatch(/script|allow-same-origin/);
  });
});
