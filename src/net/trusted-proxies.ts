/** TRUSTED_PROXIES: whose word on the address of a client is taken. */
import { parseRange, Ranges } from './ranges.ts';

/** What an operator writes whose server is reached without a proxy. */
const NO_PROXY = 'none';

/**
 * What is wrong with TRUSTED_PROXIES, a line each. In production it must be said, since behind a proxy that is not
 * named every client seems to be in one network: the proxy's.
 */
export function trustedProxyErrors(entries: readonly string[], mode: 'development' | 'production'): string[] {
  if (entries.length === 0 && mode === 'production') {
    return [
      'TRUSTED_PROXIES: production needs it: the addresses or ranges of the proxies in front, such as 127.0.0.1, ' +
        `or the word ${NO_PROXY} where clients reach this server directly`,
    ];
  }
  if (entries.includes(NO_PROXY)) {
    const others = entries.filter((entry) => entry !== NO_PROXY);
    return others.length > 0
      ? [
          `TRUSTED_PROXIES: ${NO_PROXY} stands beside ${others.join(', ')}: give the addresses, or ${NO_PROXY} alone`,
        ]
      : [];
  }
  return entries.flatMap((entry) => {
    const range = parseRange(entry);
    if (!range) return [`TRUSTED_PROXIES: ${entry} is neither an address nor a range such as 10.0.0.0/8`];
    const isEverybody = range[1] === 0;
    return isEverybody
      ? [
          `TRUSTED_PROXIES: ${entry} is every address there is, so each client could say who it is; name the proxies`,
        ]
      : [];
  });
}

/**
 * The addresses that TRUSTED_PROXIES names: addresses and ranges such as `10.0.0.0/8` or `fd00::/8`, or `none`.
 * @param entries without errors; see `trustedProxyErrors`
 */
export function parseTrustedProxies(entries: readonly string[]): Ranges {
  return new Ranges(entries);
}
