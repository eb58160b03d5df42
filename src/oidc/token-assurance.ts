import type { KoaContextWithOIDC } from 'oidc-provider';

/** As much of an access token that is being issued as the decision needs. */
interface IssuedToken {
  readonly kind: string;
  readonly resourceServer?: unknown;
}

/** Of the code or refresh token that is exchanged for it. */
interface Exchanged {
  readonly authTime?: number | undefined;
  readonly acr?: string | undefined;
  readonly amr?: readonly string[] | undefined;
}

/**
 * How and when the owner proved who they are, for the API that a token is for: in a JWT (RFC 9068 section 2.2.1), and at
 * introspection (RFC 9470 section 6). A refresh says what was so at the beginning.
 */
export function assuranceOf({ oidc }: KoaContextWithOIDC, token: IssuedToken) {
  if (token.kind !== 'AccessToken' || !token.resourceServer) return undefined;
  const { RefreshToken, AuthorizationCode, DeviceCode } = oidc.entities;
  const source: Exchanged | undefined = RefreshToken ?? AuthorizationCode ?? DeviceCode;
  if (source?.authTime === undefined) return undefined;
  return { auth_time: source.authTime, acr: source.acr, amr: source.amr };
}
