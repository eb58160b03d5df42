/**
 * The path of ours that a browser goes on to after signing in; anything that would lead elsewhere becomes the
 * account page, so that nobody can send an owner away with a link to us.
 */
export function safeReturnTo(given: string | undefined, fallback = '/account'): string {
  if (!given || given.length > 512 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(given) || given.includes('\\'))
    return fallback;
  const url = URL.parse(given, 'http://here.invalid');
  return url?.origin === 'http://here.invalid' ? url.pathname + url.search : fallback;
}

export function leadsToDevice(returnTo: string): boolean {
  return /^\/device(\?|$)/.test(returnTo);
}
