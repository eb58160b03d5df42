const MAX_LENGTH = 2000;

/**
 * Where a browser goes on after signing in: a path of ours, or `fallback`. It comes with the address of a page,
 * so an attacker can choose it: it must not lead to another site (ASVS 3.7.2), not even by `//`, by a backslash,
 * which browsers take for a slash, or by dots that leave `//` behind.
 */
export function ownPath(given: string | undefined, issuer: string, fallback = '/account'): string {
  if (!given || given.length > MAX_LENGTH || !/^\/(?!\/)[\x21-\x7e]*$/.test(given) || given.includes('\\')) {
    return fallback;
  }
  const url = URL.parse(given, issuer);
  if (url?.origin !== new URL(issuer).origin || url.pathname.startsWith('//')) return fallback;
  return url.pathname + url.search;
}

/** Whether the browser comes from linking a device, and goes back there. */
export function isLinkingDevice(path: string): boolean {
  return /^\/device(?:[/?]|$)/.test(path);
}

/** The request of an app from which the browser comes, and to which it goes back. */
export function interactionIn(path: string): string | undefined {
  return /^\/interaction\/([\w-]{1,100})$/.exec(path)?.[1];
}
