/** The parts of an address, as RFC 3986 writes them. What is wrong is told in words that hold nothing secret. */
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** Its message goes to the operator. */
export class AddressError extends Error {}

interface AddressParts {
  /** In lower case. */
  readonly scheme: string;
  /** In front of the @; `undefined` where there is none. */
  readonly userInfo: string | undefined;
  /** Hosts and ports. */
  readonly places: string;
  readonly path: string;
  readonly query: string | undefined;
}

export interface AddressLogin {
  readonly username?: string;
  readonly password: string;
}

export interface HostAndPort {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Scheme, authority, path, query, fragment: RFC 3986 appendix B. */
const ADDRESS = /^([a-z][a-z\d+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(#.*)?$/i;
/** What an unescaped character of a password is most often taken for. */
export const ESCAPE = 'in a password write % as %25, / as %2F, ? as %3F, # as %23 and @ as %40';

/** @returns what `read` does, or what is wrong with the address, with the remedy and without anything secret */
export function addressOr<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof AddressError) return error.message;
    throw error;
  }
}

/**
 * @param schemes that it may have, in lower case
 * @throws AddressError
 */
export function splitAddress(text: string, schemes: readonly string[]): AddressParts {
  const [, found = '', authority = '', path = '', query, fragment] = ADDRESS.exec(text) ?? [];
  const scheme = found.toLowerCase();
  if (!schemes.includes(scheme)) {
    const known = schemes.map((name) => `${name}://`);
    throw new AddressError(
      `begins with ${known.length > 2 ? `one of ${known.join(' ')}` : known.join(' or ')}`,
    );
  }
  if (fragment !== undefined) throw new AddressError(`holds a #, which has no meaning here; ${ESCAPE}`);
  const parts = authority.split('@');
  if (parts.length > 2) throw new AddressError(`holds more than one @; ${ESCAPE}`);
  const places = parts.pop() ?? '';
  return { scheme, userInfo: parts.pop(), places, path, query };
}

/**
 * @param usual the port where none is named
 * @throws AddressError
 */
export function readHost(place: string, usual: number): HostAndPort {
  const [matched, literal, name = '', port = ''] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(place) ?? [];
  if (matched === undefined)
    throw new AddressError(`has a host or port that is none (an IPv6 address stands in brackets); ${ESCAPE}`);
  const host = literal === undefined ? domainToASCII(decoded(name)) : decoded(literal);
  if (literal !== undefined && !isIPv6(host))
    throw new AddressError('holds brackets without an IPv6 address');
  if (host === '') throw new AddressError('lacks a host');
  const number = port === '' ? usual : Number(port);
  if (number < 1 || number > 65_535) throw new AddressError('has a port that is not from 1 to 65535');
  return { host, port: number };
}

/** @throws AddressError */
export function readLogin(userInfo: string | undefined): AddressLogin | undefined {
  if (userInfo === undefined || userInfo === '' || userInfo === ':') return undefined;
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(userInfo) ?? [];
  if (password === '')
    throw new AddressError('has a user without a password: write user:password@, or :password@');
  const username = decoded(user);
  return { ...(username !== '' && { username }), password: decoded(password) };
}

/** @throws AddressError */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AddressError(`holds a % that is no escape; ${ESCAPE}`);
  }
}
