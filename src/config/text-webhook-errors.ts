import { isIP } from 'node:net';
import { hostOf } from '../net/host.ts';
import { isPublic } from '../net/ranges.ts';
import { isPrivateHost } from './issuer.ts';
import { type SettingWarning, settingWarning } from './setting-warnings.ts';

/**
 * What is wrong with SMS_WEBHOOK_URL: texts hold codes, and its path is the secret of the gateway. A name may lead
 * inside, which is not looked up here, so that http to it is told in `warnings`.
 */
export function textWebhookErrors(address: string | undefined, warnings: SettingWarning[]): string[] {
  if (address === undefined) return [];
  const url = URL.parse(address);
  if (!url) return ['SMS_WEBHOOK_URL: is no address: such as https://sms.example.com/send'];
  const host = hostOf(url);
  if (url.protocol === 'https:' || isPrivateHost(url.hostname)) return [];
  if (isIP(host) !== 0 && isPublic(host))
    return ['SMS_WEBHOOK_URL: codes and the token in it would cross the internet in the clear; use https'];
  if (isIP(host) === 0 && host.includes('.')) warnings.push(settingWarning('plain-texts', { host }));
  return [];
}
