import { cleanClaim } from '../devices/claimed-device.ts';
import { scopeInWords } from './words.ts';

/** What the scopes let a device do, a sentence each; one that has no words of ours is shown by its name. */
export function abilitiesOf(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].map((scope) => scopeInWords(scope) ?? `Use “${cleanClaim(scope) ?? '?'}”`);
}
