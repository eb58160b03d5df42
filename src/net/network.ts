import { isIPv4 } from 'node:net';
import { type ParsedAddress, parseAddress, Ranges } from './ranges.ts';
import { recentAnswers } from './recent-answers.ts';

/** Addresses of IPv4 inside IPv6: mapped (RFC 4291 section 2.5.5.2) and behind a translator (RFC 6052). */
const EMBEDDING = new Ranges(['::ffff:0:0/96', '64:ff9b::/96']);

/** Private addresses (RFC 1918, RFC 4193): a network of their own each, which others use as well. */
const PRIVATE = new Ranges(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);

/** Good on this machine or this link alone (RFC 1122, RFC 3927, RFC 4291). */
const LOCAL = new Ranges(['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10']);

/**
 * Shared by clients that have nothing to do with each other: behind a carrier's translator (RFC 6598, RFC 6333, RFC
 * 8215), of a tunnel (RFC 4380).
 */
const SHARED = new Ranges(['100.64.0.0/10', '192.0.0.0/24', '64:ff9b:1::/48', '2001::/32']);

/** Of these IPv6 addresses one link is a network. */
const OF_ONE_LINK = new Ranges(['fc00::/7', 'fe80::/10']);

/**
 * Names the network of an address, for counting and comparing: an IPv4 /24; an IPv6 /48, which is what a home or
 * office has; of private IPv6 addresses a /64, which is one link of one site.
 */
export const networkOf = recentAnswers((address: string): string => {
  const { text, parsed } = plain(address);
  if (isIPv4(text)) return `${text.split('.').slice(0, 3).join('.')}.0/24`;
  if (!parsed || !('parts' in parsed)) return 'unknown';
  const bits = OF_ONE_LINK.includes(parsed) ? 64 : 48;
  const groups = parsed.parts.slice(0, bits / 16).map((group) => group.toString(16));
  return `${groups.join(':')}::/${bits}`;
});

/** Without a zone, and IPv4 in IPv6 clothes as IPv4. */
export const plainAddress = (address: string): string => plain(address).text;

function plain(address: string): { text: string; parsed?: ParsedAddress | undefined } {
  // How Node names an IPv4 peer where it listens on IPv6 as well: most requests.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined || isIPv4(address)) return { text: mapped ?? address };
  const text = address.replace(/%.*$/, '').toLowerCase();
  const parsed = parseAddress(text);
  return parsed && EMBEDDING.includes(parsed) ? { text: embeddedIPv4(parsed) } : { text, parsed };
}

/** @param address plain, as in the functions below */
export const isPrivate = (address: string): boolean => PRIVATE.includes(address);
export const isLocal = (address: string): boolean => LOCAL.includes(address);
export const isShared = (address: string): boolean => SHARED.includes(address);

/** The last four bytes. */
function embeddedIPv4(address: ParsedAddress): string {
  return address.toByteArray().slice(-4).join('.');
}
