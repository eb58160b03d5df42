/** This server's own APIs, as resources that clients ask for tokens for in their own name. */
import { ADMIN_SCOPES, adminResource } from '../admin/scopes.ts';
import type { Config } from '../config/config.ts';
import { SIGNAL_SCOPES, signalsResource } from '../signals/scopes.ts';
import type { Resource } from './resources.ts';

/** No owner reads their names: none is asked about them. */
export function ownResourcesOf(issuer: string): Resource[] {
  const own = { format: 'opaque', algorithm: 'RS256' } as const;
  return [
    { id: adminResource(issuer), name: 'Admin API', scopes: ADMIN_SCOPES, ...own },
    { id: signalsResource(issuer), name: 'Security events', scopes: SIGNAL_SCOPES, ...own },
  ];
}

/** Those that there are by the settings: for no other are tokens given. */
export function servedResources({
  issuer,
  admin,
  sharedSignals,
}: Pick<Config, 'issuer' | 'admin' | 'sharedSignals'>): ReadonlySet<string> {
  return new Set([
    ...(admin.api ? [adminResource(issuer)] : []),
    ...(sharedSignals ? [signalsResource(issuer)] : []),
  ]);
}
