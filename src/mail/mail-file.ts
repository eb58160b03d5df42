import type { Mail } from './mail.ts';

/** What is read of a mail again. */
export type ReadMail = Pick<Mail, 'to' | 'subject' | 'text'> & { date: Date };

/**
 * Reads a mail that the outbox wrote: ASCII headers, and plain text, perhaps with HTML behind it as the second of
 * two parts. It reads no other program's mail.
 */
export function readMailFile(content: string): ReadMail {
  const mail = readPart(content);
  const boundary = /boundary="([^"]*)"/.exec(mail.header('Content-Type'))?.[1];
  // The line break before a boundary is the boundary's (RFC 2046 section 5.1.1).
  const part = mail.body.split(`--${boundary}\r\n`)[1]?.replace(/\r\n$/, '') ?? '';
  const plain = boundary === undefined ? mail : readPart(part);
  const encoded = plain.header('Content-Transfer-Encoding') === 'quoted-printable';
  return {
    to: mail.header('To'),
    subject: mail.header('Subject'),
    date: new Date(mail.header('Date')),
    text: (encoded ? readQuotedPrintable(plain.body) : plain.body).replaceAll('\r\n', '\n'),
  };
}

function readPart(content: string): { header: (name: string) => string; body: string } {
  const end = content.indexOf('\r\n\r\n');
  const headers = content.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
  return {
    header: (name) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '',
    body: content.slice(end + 4),
  };
}

/** RFC 2045 section 6.7. */
function readQuotedPrintable(text: string): string {
  const joined = text.replace(/=\r\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
