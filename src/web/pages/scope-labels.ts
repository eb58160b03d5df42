import { cleanClaim } from '../../devices/claimed-device.ts';
import { scopeLabel } from './labels.ts';

/** What the scopes let a device or an app do, a sentence each. */
export function abilitiesOf(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].map(abilityOf);
}

/** A scope that has no words of ours is shown by its name. */
export function abilityOf(scope: string): string {
  return scopeLabel(scope) ?? `Use “${cleanClaim(scope) ?? '?'}”`;
}
