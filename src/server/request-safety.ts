import { parseTrustedProxies } from '../net/trusted-proxies.ts';
import { KnownBrowsers } from '../sessions/known-browsers.ts';
import { knownBrowserIn } from '../web/middleware/cookies.ts';
import { PROXY_WARNINGS, ProxyWarning } from '../web/middleware/proxy-warning.ts';
import type { SafeRequestSettings } from '../web/middleware/safe-request.ts';
import type { Parts } from './parts.ts';

/** What requests are held against before anything else looks at them, and who hears of a proxy that is not set. */
export function requestSafetyOf({ config, log, metrics, overrides }: Parts): SafeRequestSettings {
  const now = overrides.now ?? Date.now;
  const { unnamed: unnamedWords, silent: silentWords } = PROXY_WARNINGS;
  const unnamed = new ProxyWarning(unnamedWords, { log, count: () => metrics.countUnnamedProxy(), now });
  const silent = new ProxyWarning(silentWords, { log, count: () => metrics.countSilentProxy(), now });
  return {
    issuer: config.issuer,
    trustedProxies: parseTrustedProxies(config.trustedProxies),
    playsDevices: config.mode === 'development',
    onUnnamedProxy: (proxy) => unnamed.seen(proxy),
    onSilentProxy: (proxy) => silent.seen(proxy),
  };
}

/** For whom a browser is known, by the cookies that it sends: whose turns its requests take. */
export function knownAccountOf({ config, keyring, overrides }: Parts) {
  const known = new KnownBrowsers(keyring, overrides.now);
  const isSecure = config.issuer.startsWith('https:');
  return (cookies: string | undefined) => known.lastAccount(knownBrowserIn(cookies, isSecure));
}
