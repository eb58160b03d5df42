import { isIP } from 'node:net';
import { hostOf } from '../net/host.ts';
import type { Mode } from './config.ts';
import { type SettingWarning, settingWarning } from './setting-warnings.ts';

/**
 * What is wrong with ISSUER, a line each; what is merely worth knowing goes to `warnings`.
 * @param given as set; `undefined` where the address of development stands in
 */
export function issuerErrors(
  given: string | undefined,
  issuer: string,
  mode: Mode,
  warnings: SettingWarning[],
): string[] {
  const url = URL.parse(issuer);
  if (!url || !/^https?:$/.test(url.protocol)) return [`ISSUER: ${issuer} is not an http or https address`];
  const plain = url.origin === issuer;
  if (!plain)
    return [`ISSUER: give scheme, host and port only, as ${url.origin} (no path, no trailing slash)`];
  warnings.push(...passkeyWarnings(url));
  if (url.protocol === 'https:' || given === undefined) return [];
  if (mode === 'production') return ['ISSUER: production needs an https address'];
  if (!isPrivateHost(url.hostname)) {
    return ['ISSUER: plain http is accepted on loopback and private networks only; use https'];
  }
  if (!/^(localhost|127\.|\[::1\])/.test(url.hostname)) {
    warnings.push(settingWarning('plain-issuer', { host: url.hostname }));
  }
  return [];
}

/** Browsers make passkeys for names alone (Web Authentication, relying party identifier), and only where no stranger reads along. */
function passkeyWarnings({ protocol, hostname }: URL): SettingWarning[] {
  if (isIP(hostOf({ hostname })) !== 0) return [settingWarning('passkeys-name', {})];
  return protocol === 'https:' || hostname === 'localhost' ? [] : [settingWarning('passkeys-https', {})];
}

/** Numbers stand for a private network where the host is an address: `10.sms.example.com` is a name on the internet. */
export function isPrivateHost(host: string): boolean {
  if (isIP(hostOf({ hostname: host })) === 0)
    return /^localhost$|\.(local|lan|home\.arpa|internal)$/.test(host);
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[::1\]$|\[f[cd])/.test(host);
}
