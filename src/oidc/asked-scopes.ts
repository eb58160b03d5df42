import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { scopesIn } from './asked-resources.ts';
import { OUR_SCOPES } from './clients.ts';
import { NoKnownScope } from './errors.ts';

type Next = () => Promise<unknown>;

/** Of all scopes together of which is remembered what was found. */
export const MAX_SCOPES_LENGTH = 100;

const KNOWN: ReadonlySet<string> = new Set(OUR_SCOPES);
/** The library refuses these without the scope `openid`, before it looks at the scope itself. */
const OF_OPENID: ReadonlySet<string> = new Set([
  ...['acr_values', 'claims', 'claims_locales', 'id_token_hint', 'max_age', 'nonce'],
]);
const NEEDS_OPENID = /^openid scope must be requested/;

/** Whether this server knows a scope, so that asking for it can give something. */
export function isKnownScope(scope: string): boolean {
  return KNOWN.has(scope);
}

/**
 * There is no scope by default, so a request that names none, or none that is known, fails (RFC 6749 section 3.3): its
 * owner would be led through pages to allow nothing. Unknown ones beside a known one are left out; those of a resource
 * are known where it is named. To be called when the library has taken out what this client cannot have.
 * @throws NoKnownScope
 */
export function requireKnownScope({ oidc: { params, resourceServers } }: KoaContextWithOIDC): void {
  const theirs = new Set(Object.values(resourceServers ?? {}).flatMap(({ scopes }) => [...scopes]));
  const known = scopesIn(params?.['scope']).filter((scope) => isKnownScope(scope) || theirs.has(scope));
  if (!params || known.length === 0) throw new NoKnownScope();
  params['scope'] = known.join(' ');
}

/** Middleware of the library: an app that asks for nothing hears so, whatever else it asks. */
export async function readScopeFirst(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  const { scope, resource } = ctx.query;
  // A scope of a resource is known by the library alone.
  if (
    /^\/auth\/?$/i.test(ctx.path) &&
    resource === undefined &&
    !Array.isArray(scope) &&
    !hasKnownScope(scope)
  ) {
    ctx.query = Object.fromEntries(Object.entries(ctx.query).filter(([name]) => !OF_OPENID.has(name)));
  }
  await next();
}

/**
 * Some client libraries send a nonce with every request, as AppAuth for Android does. Without `openid` there is no ID token for it
 * to be in: it is a parameter like any that is not known, which MUST be ignored (RFC 6749 section 3.1), and the library
 * would refuse it. What would be relied on in vain, such as `max_age`, stays refused. Before it looks at what needs
 * `openid`, the library asks the client for its response type in /auth and /par, and for its grant in /device/auth.
 */
export function ignoreNonceWithoutOpenId(provider: Provider): void {
  const { prototype } = (provider as unknown as { Client: { prototype: AskedClient } }).Client;
  const { responseTypeAllowed, grantTypeAllowed } = prototype;
  prototype.responseTypeAllowed = function isAllowed(type): boolean {
    if (type !== 'id_token') leaveOutUnusedNonce();
    return responseTypeAllowed.call(this, type);
  };
  prototype.grantTypeAllowed = function isAllowed(type): boolean {
    if (Provider.ctx?.oidc.route === 'device_authorization') leaveOutUnusedNonce();
    return grantTypeAllowed.call(this, type);
  };
}

interface AskedClient {
  responseTypeAllowed(type: string): boolean;
  grantTypeAllowed(type: string): boolean;
}

function leaveOutUnusedNonce(): void {
  const params = Provider.ctx?.oidc.params;
  if (params && !scopesIn(params['scope']).includes('openid')) params['nonce'] = undefined;
}

/** A device that asks for nothing hears so as well; its request is a body that only the library reads. */
export function nameMissingScope(ctx: KoaContextWithOIDC, body: Record<string, unknown>): void {
  const { scope, resource } = ctx.oidc.params ?? {};
  if (!NEEDS_OPENID.test(String(body['error_description'])) || resource || hasKnownScope(scope)) return;
  const { error, error_description } = new NoKnownScope();
  Object.assign(body, { error, error_description });
}

function hasKnownScope(scope: unknown): boolean {
  return scopesIn(scope).some(isKnownScope);
}
