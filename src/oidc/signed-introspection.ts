/** Introspection answered by a signed JWT, for APIs that keep what they heard as evidence (RFC 9701). */
import { importJWK, SignJWT } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { SigningKeys } from './signing-keys.ts';

const TYPE = 'token-introspection+jwt';
const MEDIA_TYPE = `application/${TYPE}`;

/** Of a client: the algorithm of such answers (RFC 9701 section 6). */
export const SIGNED_INTROSPECTION_ALG = 'introspection_signed_response_alg';

/** With which they can be signed. */
export const INTROSPECTION_ALGORITHMS = ['RS256', 'ES256'] as const;

/**
 * To be called with an answer that is complete. What asks in the plain way, is refused, or has not proved who it is goes
 * on hearing JSON.
 */
export async function signIntrospection(ctx: KoaContextWithOIDC, { keys }: SigningKeys): Promise<void> {
  const { client, issuer } = ctx.oidc;
  const asksForIt = ctx.accepts(['application/json', MEDIA_TYPE]) === MEDIA_TYPE;
  if (ctx.status !== 200 || !client || client.clientAuthMethod === 'none' || !asksForIt) return;
  const wanted = client[SIGNED_INTROSPECTION_ALG];
  const alg = INTROSPECTION_ALGORITHMS.find((one) => one === wanted) ?? 'RS256';
  const key = keys.find((one) => one.alg === alg);
  if (!key) throw new TypeError(`no key for ${alg}`);
  // Without `sub` and `exp`, so that it cannot be taken for an access token (section 8.1).
  ctx.body = await new SignJWT({ token_introspection: ctx.body })
    .setProtectedHeader({ alg, typ: TYPE, ...(key.kid !== undefined && { kid: key.kid }) })
    .setIssuer(issuer)
    .setAudience(client.clientId)
    .setIssuedAt()
    .sign(await importJWK(key));
  ctx.type = MEDIA_TYPE;
}
