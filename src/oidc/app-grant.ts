import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Consent } from '../apps/consent.ts';
import type { AppGrant } from '../apps/consent-store.ts';
import { resourceEntry } from '../devices/asked-resource.ts';
import { sameStamp } from '../devices/client-state.ts';
import { parseGrantId } from '../devices/grant-id.ts';

interface GrantTerms {
  readonly grantId: string | undefined;
  readonly accountId: string | undefined;
  /** uid of the browser in which its owner signed in to the app. */
  readonly sessionUid: string | undefined;
  readonly scopes: readonly string[];
  readonly resources?: readonly string[];
  /** It stays when that browser signs out. */
  readonly stays: boolean;
  /** milliseconds */
  readonly lifetime: number;
}

/** The grant that a sign-in of an app begins, from what its owner has allowed the app in this request. */
export function appGrantOf(
  { oidc }: KoaContextWithOIDC,
  consent: Consent,
  { grantId, accountId, sessionUid, scopes, resources = [], stays, lifetime }: GrantTerms,
): AppGrant {
  const { client, grant } = oidc;
  if (!client || !grant || !parseGrantId(grantId ?? ''))
    throw new TypeError('a sign-in of an app without its grant');
  const now = Math.floor(Date.now() / 1000);
  const claims = grant.getOIDCClaimsFiltered(oidc.requestParamClaims);
  const theirs = resources.map((id) => [
    id,
    grant.getResourceScopeFiltered(id, [resourceEntry(id), ...scopes]),
  ]);
  return {
    clientId: client.clientId,
    cut: consent.cut,
    browser: stays ? undefined : sessionUid,
    session: sessionUid ?? '',
    lifetime,
    payload: {
      kind: 'Grant',
      jti: grantId,
      accountId,
      clientId: client.clientId,
      ...sameStamp({ clientEpoch: consent.clientEpoch }),
      openid: { scope: grant.getOIDCScopeFiltered([...scopes]), ...(claims.length > 0 && { claims }) },
      ...(theirs.length > 0 && { resources: Object.fromEntries(theirs) }),
      iat: now,
      exp: now + Math.floor(lifetime / 1000),
      use: 'app',
    },
  };
}
