import type { KoaContextWithOIDC } from 'oidc-provider';
import { standing } from '../apps/consent.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import { resourceEntry } from '../devices/asked-resource.ts';
import { formatGrantId, newGrantName } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import { grantAt, scopesAt } from './asked-resources.ts';
import { OUR_SCOPES } from './clients.ts';
import { isCompanion } from './companion-clients.ts';
import { companionGrant } from './companion-grant.ts';
import { requestCache } from './request-cache.ts';
import { claimsOfScopes } from './requested-claims.ts';
import type { ResourceCatalog } from './resources.ts';

type Grant = NonNullable<KoaContextWithOIDC['oidc']['grant']>;

/**
 * The library asks for the grant of an app in this browser. It never gets one that exists, not a device's, nor
 * that of another sign-in: each gets a grant of its own, made from what the owner lets the app do. It is written
 * when the app redeems its code. `undefined`: the owner has not been asked yet.
 */
export async function newGrant(
  ctx: KoaContextWithOIDC,
  consents: ConsentStore,
  resources: ResourceCatalog,
): Promise<Grant | undefined> {
  const cache = requestCache();
  const { browser } = cache;
  const { client, provider } = ctx.oidc;
  if (isCompanion(client)) return companionGrant(ctx, resources);
  const consent = browser && client && standing(await consents.find(browser, client.clientId));
  if (!consent) return undefined;
  cache.consent = consent;
  const { accountId, epoch } = browser;
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.jti = formatGrantId({ accountId, epoch, name: newGrantName() });
  grant.addOIDCScope(oidcScopes(consent.granted).join(' '));
  grant.addOIDCClaims(claimsOfScopes(consent.granted));
  if (consent.refused.length > 0) {
    grant.rejectOIDCScope(oidcScopes(consent.refused).join(' '));
    grant.rejectOIDCClaims(claimsOfScopes(consent.refused));
  }
  for (const id of Object.keys(ctx.oidc.resourceServers ?? {})) {
    const resource = resources.find(id);
    if (!resource || !consent.granted.includes(resourceEntry(id))) continue;
    grantAt(grant, resource, consent.granted);
    const refused = scopesAt(resource).filter((scope) => consent.refused.includes(scope));
    if (refused.length > 0) grant.rejectResourceScope(id, refused);
  }
  return grant;
}

/** Of the entries of a consent, those that are scopes of this server itself. */
function oidcScopes(entries: readonly string[]): string[] {
  return entries.filter((entry) => (OUR_SCOPES as readonly string[]).includes(entry));
}

/** In the payload of a grant. The claims are those that were asked for by name. */
interface GrantedAccess {
  openid?: { scope?: string; claims?: string[] };
  resources?: Record<string, string>;
}

/** What becomes of an active grant of an app that may do less from now on. */
export function narrowGrant(granted: readonly string[]): (payload: Payload) => Payload {
  const kept = (scope: string) =>
    scope
      .split(' ')
      .filter((one) => granted.includes(one))
      .join(' ');
  return (payload) => {
    const { openid: { scope = '', claims = [] } = {}, resources = {} } = payload as GrantedAccess;
    const granting = claimsOfScopes(granted);
    const told = claims.filter((claim) => granting.includes(claim));
    const allowed = Object.entries(resources).filter(([id]) => granted.includes(resourceEntry(id)));
    const { resources: _, ...others } = payload;
    return {
      ...others,
      openid: { scope: kept(scope), ...(told.length > 0 && { claims: told }) },
      ...(allowed.length > 0 && {
        resources: Object.fromEntries(allowed.map(([id, scopes]) => [id, kept(scopes)])),
      }),
    };
  };
}
