import { randomBytes } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ConsentStore } from '../apps/consent-store.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import { requestCache } from './request-cache.ts';
import { claimsOfScopes } from './requested-claims.ts';

type Grant = NonNullable<KoaContextWithOIDC['oidc']['grant']>;

/**
 * The library asks for the grant of an app in this browser. It never gets one that exists, not a device's, nor
 * that of another sign-in: each gets a grant of its own, made from what the owner lets the app do. It is written
 * when the app redeems its code. `undefined`: the owner has not been asked yet.
 */
export async function newGrant(ctx: KoaContextWithOIDC, consents: ConsentStore): Promise<Grant | undefined> {
  const cache = requestCache();
  const { browser } = cache;
  const { client, provider } = ctx.oidc;
  const consent = browser && client && (await consents.find(browser, client.clientId));
  if (!consent) return undefined;
  cache.consent = consent;
  const { accountId, epoch } = browser;
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.jti = formatGrantId({ accountId, epoch, name: randomBytes(16).toString('base64url') });
  grant.addOIDCScope(consent.granted.join(' '));
  grant.addOIDCClaims(claimsOfScopes(consent.granted));
  if (consent.refused.length > 0) {
    grant.rejectOIDCScope(consent.refused.join(' '));
    grant.rejectOIDCClaims(claimsOfScopes(consent.refused));
  }
  return grant;
}

/** In the payload of a grant. The claims are those that were asked for by name. */
interface OpenIdGrant {
  scope?: string;
  claims?: string[];
}

/** What becomes of an active grant of an app that may do less from now on. */
export function narrowGrant(granted: readonly string[]): (payload: Payload) => Payload {
  return (payload) => {
    const { scope = '', claims = [] } = (payload['openid'] ?? {}) as OpenIdGrant;
    const kept = scope.split(' ').filter((one) => granted.includes(one));
    const granting = claimsOfScopes(granted);
    const told = claims.filter((claim) => granting.includes(claim));
    return { ...payload, openid: { scope: kept.join(' '), ...(told.length > 0 && { claims: told }) } };
  };
}
