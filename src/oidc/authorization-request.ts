/** What clients ask for at the authorization endpoint, turned into what the library and our pages work with. */
import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { LASTING_SCOPE } from '../apps/app-sign-in.ts';
import { readClaims, refuseUnknownAcr, requestedAcr, withAcr } from './requested-claims.ts';

type Parameters = NonNullable<KoaContextWithOIDC['oidc']['params']>;

/** Once client, redirect address and bounds are known to be good, and before anything is kept. */
export function completeRequest({ oidc, method, query }: KoaContextWithOIDC): void {
  const { params, client, route } = oidc;
  if (!params || !client || route === 'device_authorization') return;
  const given = pushed(oidc) ?? (method === 'POST' ? oidc.body : query);
  askForLasting(params, client, String(given?.['scope'] ?? ''));
  selectBySigningIn(params);
  keepServedClaims(params);
}

/** What was pushed before (RFC 9126), where the request only names it. */
function pushed({ entities }: KoaContextWithOIDC['oidc']): Record<string, unknown> | undefined {
  const { request } = (entities.PushedAuthorizationRequest ?? {}) as { request?: string };
  return request === undefined ? undefined : decodeJwt(request);
}

/**
 * The library forgets `offline_access` unless the client asks for the consent page too, which few client libraries
 * do. Here owners are asked for it, and for a fresh proof, in any case.
 */
function askForLasting(
  params: Parameters,
  client: { scope?: string | undefined; grantTypeAllowed(type: string): boolean },
  scope: string,
): void {
  if (!scope.split(' ').includes(LASTING_SCOPE) || !client.grantTypeAllowed('refresh_token')) return;
  if (client.scope !== undefined && !client.scope.split(' ').includes(LASTING_SCOPE)) return;
  const scopes = new Set(
    String(params['scope'] ?? '')
      .split(' ')
      .filter(Boolean),
  );
  params['scope'] = [...scopes.add(LASTING_SCOPE)].join(' ');
}

/** A browser has one account at a time: another one is selected by signing in to it. */
function selectBySigningIn(params: Parameters): void {
  const prompts = String(params['prompt'] ?? '').split(' ');
  if (!prompts.includes('select_account')) return;
  const others = prompts.filter((prompt) => prompt !== 'select_account' && prompt !== 'login');
  params['prompt'] = ['login', ...others].join(' ');
}

/**
 * An `acr` that is only wished for is asked for as `acr_values` are. An essential one stays with the claims: beside
 * `acr_values` the library would forget that it is essential.
 */
function keepServedClaims(params: Parameters): void {
  if (typeof params['claims'] !== 'string') return;
  const claims = readClaims(params['claims']);
  const acr = requestedAcr(claims);
  if (acr?.essential) {
    refuseUnknownAcr(acr.values);
    params['acr_values'] = undefined;
    params['claims'] = JSON.stringify(withAcr(claims, acr.values));
    return;
  }
  if (acr) params['acr_values'] ??= acr.values.join(' ');
  // Without a value that it names, it asks for nothing.
  if (claims.id_token) delete claims.id_token['acr'];
  params['claims'] = JSON.stringify(claims);
}
