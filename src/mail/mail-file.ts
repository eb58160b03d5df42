import type { Mail } from './mail.ts';

/** What is read of a mail again. */
export type ReadMail = Pick<Mail, 'to' | 'subject' | 'text'> & { date: Date; html: string | undefined };

/**
 * Reads a mail that the outbox wrote: plain text, perhaps with HTML behind it as the second of
 * two parts. It reads no other program's mail.
 */
export function readMailFile(content: string): ReadMail {
  const mail = readPart(content);
  const boundary = /boundary="([^"]*)"/.exec(mail.header('Content-Type'))?.[1];
  // The line break before a boundary is the boundary's (RFC 2046 section 5.1.1). Behind the last one is nothing.
  const parts = mail.body.split(`--${boundary}`).slice(1, -1);
  const [plain = mail, html] = parts.map((part) => readPart(part.replace(/^\r\n|\r\n$/g, '')));
  return {
    to: mail.header('To'),
    subject: readHeader(mail.header('Subject')),
    date: new Date(mail.header('Date')),
    text: textOf(plain),
    html: html && textOf(html),
  };
}

interface Part {
  header: (name: string) => string;
  body: string;
}

function textOf({ header, body }: Part): string {
  const encoding = header('Content-Transfer-Encoding');
  const read = { 'quoted-printable': readQuotedPrintable, base64: readBase64 }[encoding];
  return (read ? read(body) : body).replaceAll('\r\n', '\n');
}

/** Words of a header that ASCII has no letters for (RFC 2047). Between two of them the space means nothing. */
function readHeader(text: string): string {
  const joined = text.replace(/(\?=)\s+(?==\?)/g, '$1');
  return joined.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toUpperCase() === 'B' ? readBase64(word) : readQuotedPrintable(word.replaceAll('_', ' ')),
  );
}

const readBase64 = (text: string) => Buffer.from(text, 'base64').toString('utf8');

function readPart(content: string): Part {
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
