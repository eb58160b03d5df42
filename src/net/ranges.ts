/** Addresses, and ranges of them such as `10.0.0.0/8`. Only this file knows the package. */
import { isIP } from 'node:net';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';
import { recentAnswers } from './recent-answers.ts';

export type ParsedAddress = IPv4 | IPv6;

/**
 * Without its zone. `undefined` for what is no address: Node says what is one, since the package takes `10.1` as well.
 * The package takes `::10.0.0.1` (RFC 4291 section 2.5.5.1) for `::ffff:10.0.0.1`, which is another address, unless its
 * zeros are written.
 */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (isIP(text) === 0) return undefined;
  return ipaddr.parse(text.replace(/%.*$/, '').replace(/^::(?=\d+\.)/, '0:0:0:0:0:0:'));
}

/** One address, or a range of them by the length of its prefix. `undefined` for what is neither. */
export function parseRange(text: string): readonly [ParsedAddress, number] | undefined {
  const [first = '', bits, ...rest] = text.split('/');
  const address = parseAddress(first);
  if (!address || rest.length > 0) return undefined;
  const most = address.kind() === 'ipv6' ? 128 : 32;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  return prefix <= most ? [address, prefix] : undefined;
}

/** A set of ranges. An IPv4 address in the clothes of IPv6 (`::ffff:10.0.0.1`) is in the ranges of either. */
export class Ranges {
  readonly #ranges: readonly (readonly [ParsedAddress, number])[];
  readonly #includesText = recentAnswers((text) => {
    const address = parseAddress(text);
    return address !== undefined && this.#includes(address);
  });

  /** @param ranges what `parseRange` takes for none is left out */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map(parseRange).filter((range) => range !== undefined);
  }

  /** `false` for what is no address. */
  includes(text: string | ParsedAddress): boolean {
    return typeof text === 'string' ? this.#includesText(text) : this.#includes(text);
  }

  #includes(address: ParsedAddress): boolean {
    return this.#ranges.some((range) => isIn(address, range));
  }
}

/** All of IPv6 that is given out (IANA, Global Unicast Address Assignments). */
const GIVEN = ipaddr.parse('2000::');

/**
 * Whether it is an address of the public internet: not of this machine, a private net, a link, a carrier, a translator,
 * a tunnel or a group, and not set aside (RFC 6890 and its registries). `false` for what is no address.
 */
export function isPublic(text: string): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  if (!('isIPv4MappedAddress' in address)) return address.range() === 'unicast';
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().range() === 'unicast';
  return address.range() === 'unicast' && address.match(GIVEN, 3);
}

function isIn(address: ParsedAddress, [first, prefix]: readonly [ParsedAddress, number]): boolean {
  if (address.kind() === first.kind()) return address.match(first, prefix);
  if ('isIPv4MappedAddress' in address)
    return address.isIPv4MappedAddress() && address.toIPv4Address().match(first, prefix);
  return address.toIPv4MappedAddress().match(first, prefix);
}
