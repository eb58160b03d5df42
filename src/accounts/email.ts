import { domainToASCII } from 'node:url';
import { visible } from './visible-text.ts';

/** RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all. */
const MAX_LENGTH = 254;
const MAX_LOCAL = 64;

/** As the email fields of browsers have it (HTML, "valid email address"), in lower case: what they let through is read. */
const LOCAL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The one form of an email address that names an account: compatible characters folded, lower case, nothing around
 * it and nothing unseen in it; a domain of other letters in the form that mail is sent to (RFC 5891), so that one
 * address is one account and a look-alike of it another, seen for what it is. `undefined` when it is no address.
 * Mail goes to this form too, so the person who confirms a code reads the mailbox that the account will belong to.
 */
export function normalizeEmail(typed: string): string | undefined {
  if (typed.length > 1000) return undefined;
  const [local = '', given = '', ...rest] = visible(typed).normalize('NFKC').trim().toLowerCase().split('@');
  const domain = domainOf(given);
  const email = `${local}@${domain}`;
  const isAddress = rest.length === 0 && LOCAL.test(local) && DOMAIN.test(domain);
  return isAddress && local.length <= MAX_LOCAL && email.length <= MAX_LENGTH ? email : undefined;
}

/**
 * Of ASCII as it is: the conversion is that of web addresses, and would read numbers as the address of a machine. It
 * would also end the domain at a slash, and decode what is written with a percent sign.
 */
function domainOf(given: string): string {
  if (/^[\x20-\x7e]*$/.test(given)) return given;
  if (/[^a-z0-9.\-\u0080-\u{10ffff}]/u.test(given)) return '';
  const domain = domainToASCII(given);
  return domain.split('.').some((label) => label.startsWith('xn--')) ? domain : '';
}
