import type { KoaContextWithOIDC } from 'oidc-provider';
import { OUR_SCOPES } from './clients.ts';
import { NoKnownScope } from './errors.ts';

const KNOWN: ReadonlySet<string> = new Set(OUR_SCOPES);

/** Whether this server knows a scope, so that asking for it can give something. */
export function isKnownScope(scope: string): boolean {
  return KNOWN.has(scope);
}

/**
 * There is no scope by default, so a request that names none, or none that is known, fails (RFC 6749 section 3.3): its
 * owner would be led through pages to allow nothing. Unknown ones beside a known one are left out. To be called when the
 * library has taken out what this client cannot have.
 * @throws NoKnownScope
 */
export function requireKnownScope({ oidc: { params } }: KoaContextWithOIDC): void {
  const asked = String(params?.['scope'] ?? '').split(' ');
  if (!asked.some(isKnownScope)) throw new NoKnownScope();
}
