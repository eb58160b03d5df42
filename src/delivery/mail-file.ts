import type { Mail } from '../accounts/mail.ts';

/** Reads a mail that the outbox wrote: ASCII headers, and one part of plain text. No mail of anybody else's. */
export function readMailFile(content: string): Mail & { date: Date } {
  const end = content.indexOf('\r\n\r\n');
  const headers = content.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '';
  const body = content.slice(end + 4);
  const encoded = header('Content-Transfer-Encoding') === 'quoted-printable';
  return {
    to: header('To'),
    subject: header('Subject'),
    date: new Date(header('Date')),
    text: (encoded ? readQuotedPrintable(body) : body).replaceAll('\r\n', '\n'),
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
