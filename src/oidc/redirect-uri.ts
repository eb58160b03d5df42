/** Addresses to which an app has people sent back (RFC 9700 section 2.1, RFC 8252 section 7). */

/** Hosts that are the owner's own machine. */
export const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address there: the host, the port, what follows. */
const LOOPBACK_ADDRESS = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?([/?].*)?$/i;

/** What follows where there is no path: a slash or none, and a query. */
const NO_PATH = /^(\/?)(\?.*)?$/;

/** RFC 3986 section 2: with others, two readers may take an address for two different ones. */
const CHARACTERS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/;

/** What is wrong with an address in the clients file; `undefined` where nothing is. */
export function redirectError(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (!url) return 'is no address';
  if (!CHARACTERS.test(uri)) return 'has a character that no address has';
  if (uri.includes('#')) return 'has a fragment';
  if (uri.includes('*')) return 'has a wildcard: each address is given in full';
  if (url.username || url.password) return 'has a name or password in it';
  switch (url.protocol) {
    case 'https:':
      return undefined;
    case 'http:':
      return LOOPBACK.has(url.hostname) ? undefined : 'is plain http: use https, or http on 127.0.0.1';
    default:
      return url.protocol.includes('.')
        ? undefined
        : 'has a scheme without a dot: use a domain of yours turned round, such as com.example.app:/signed-in';
  }
}

/** The same of all addresses under one name. */
export function addressErrors(path: string, uris: readonly string[]): { path: string[]; message: string }[] {
  return uris.flatMap((uri) => {
    const error = redirectError(uri);
    return error === undefined ? [] : [{ path: [path], message: `${uri} ${error}` }];
  });
}

/** Whether the answer goes to a program on the machine of the owner who signs in, and not to a site on the web. */
export function isLocal(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol !== 'https:' || LOOPBACK.has(url.hostname);
}

/** An address on plain http on the owner's own machine, where the port is left to chance. `undefined`: it is none. */
export function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, , rest = ''] = LOOPBACK_ADDRESS.exec(uri) ?? [];
  return host === undefined ? undefined : host + rest;
}

/**
 * The same address with or without the slash that stands for an empty path, of a program that listens on plain http on
 * the owner's own machine. `undefined`: there is no other spelling.
 */
export function otherSpelling(uri: string): string | undefined {
  const [, host, port = '', rest = ''] = LOOPBACK_ADDRESS.exec(uri) ?? [];
  const [whole, slash, query = ''] = NO_PATH.exec(rest) ?? [];
  if (host === undefined || whole === undefined) return undefined;
  return `${host}${port}${slash === '/' ? '' : '/'}${query}`;
}
