import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Addresses of IPv4 inside IPv6: mapped (RFC 4291 section 2.5.5.2) and behind a translator (RFC 6052). */
const EMBEDDING = [
  ['0', '0', '0', '0', '0', 'ffff'],
  ['64', 'ff9b', '0', '0', '0', '0'],
];

/** Private addresses (RFC 1918, RFC 4193): a network of their own each, which others use as well. */
const PRIVATE = rangesOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7');

/** Good on this machine or this link alone (RFC 1122, RFC 3927, RFC 4291). */
const LOCAL = rangesOf('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10');

/**
 * Shared by clients that have nothing to do with each other: behind a carrier's translator (RFC 6598, RFC 6333, RFC
 * 8215), of a tunnel (RFC 4380).
 */
const SHARED = rangesOf('100.64.0.0/10', '192.0.0.0/24', '64:ff9b:1::/48', '2001::/32');

/**
 * Names the network of an address, for counting and comparing: an IPv4 /24; an IPv6 /48, which is what a home or
 * office has; of private IPv6 addresses a /64, which is one link of one site.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return 'unknown';
  const groups = groupsOf(plain);
  const bits = /^(f[cd]..|fe[89ab].)$/.test(groups[0] ?? '') ? 64 : 48;
  return `${groups.slice(0, bits / 16).join(':')}::/${bits}`;
}

/** Without a zone, and IPv4 in IPv6 clothes as IPv4. */
export function plainAddress(address: string): string {
  // How Node names an IPv4 peer where it listens on IPv6 as well: most requests.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined || isIPv4(address)) return mapped ?? address;
  const bare = address.replace(/%.*$/, '').toLowerCase();
  return isIPv6(bare) ? (embeddedIPv4(bare) ?? bare) : bare;
}

/** @param address plain, as in the functions below */
export const isPrivate = (address: string): boolean => isIn(PRIVATE, address);
export const isLocal = (address: string): boolean => isIn(LOCAL, address);
export const isShared = (address: string): boolean => isIn(SHARED, address);

function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  if (!EMBEDDING.some((prefix) => prefix.every((group, index) => groups[index] === group))) return undefined;
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 255])
    .join('.');
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = inHexadecimal(address).split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(8 - before.length - after.length, 0)).fill('0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}

/** The last two groups may be written as an IPv4 address (RFC 4291 section 2.2). */
function inHexadecimal(address: string): string {
  if (!address.includes('.')) return address;
  const [first = 0, second = 0, third = 0, fourth = 0] = address
    .slice(address.lastIndexOf(':') + 1)
    .split('.')
    .map(Number);
  const groups = [(first << 8) | second, (third << 8) | fourth].map((group) => group.toString(16));
  return `${address.slice(0, address.lastIndexOf(':') + 1)}${groups.join(':')}`;
}

function rangesOf(...ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

function isIn(ranges: BlockList, address: string): boolean {
  if (isIPv4(address)) return ranges.check(address, 'ipv4');
  return isIPv6(address) && ranges.check(address, 'ipv6');
}
