/**
 * Proofs that who presents an access token has the key it is bound to, for endpoints of ours (RFC 9449 section 4.3);
 * the library checks those that come to its own.
 */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';

/** Asymmetric alone, for the library as well; published as `dpop_signing_alg_values_supported`. */
export const PROOF_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA'] as const;
/** How far a device's clock may be off, in seconds: as much as the library allows. */
export const CLOCK_SECONDS = 300;

/** The request that a proof was made for. */
interface ProvedRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly address: string;
  readonly token: string;
}

interface KeyProof {
  /** Of the key (RFC 7638), as a token that is bound to it names it. */
  readonly thumbprint: string;
  /** Each is good once. */
  readonly jti: string;
}

/** `undefined`: it proves nothing. Whether it was used before is for the caller to ask. */
export async function readKeyProof(jwt: string, request: ProvedRequest): Promise<KeyProof | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(jwt, EmbeddedJWK, {
      algorithms: [...PROOF_ALGORITHMS],
      typ: 'dpop+jwt',
    });
    const { jti } = payload;
    if (typeof jti !== 'string' || jti === '' || !protectedHeader.jwk || !isFor(request, payload))
      return undefined;
    return { thumbprint: await calculateJwkThumbprint(protectedHeader.jwk), jti };
  } catch {
    return undefined;
  }
}

/**
 * A code that is bound to a key is redeemed with a proof of it (RFC 9449 section 10). The library finds that out when the
 * code is used up already; here nothing is lost, and nothing was begun.
 * @param proof one that the library has found good; empty: none was sent
 * @throws InvalidGrant
 */
export async function requireBoundKey(proof: string, thumbprint: unknown): Promise<void> {
  if (typeof thumbprint !== 'string') return;
  if ((await thumbprintIn(proof)) !== thumbprint)
    throw new errors.InvalidGrant('the proof is not one of the key that the code is bound to');
}

/**
 * Of the key of a proof (RFC 7638).
 * @param proof one that the library has found good; empty: none was sent
 */
export async function thumbprintIn(proof: string): Promise<string | undefined> {
  const { jwk } = proof === '' ? {} : decodeProtectedHeader(proof);
  return jwk && calculateJwkThumbprint(jwk);
}

function isFor({ method, address, token }: ProvedRequest, payload: JWTPayload): boolean {
  const { htm, htu, ath, iat, nonce } = payload;
  const made = typeof htu === 'string' ? URL.parse(htu) : undefined;
  if (!made || typeof iat !== 'number') return false;
  made.search = '';
  made.hash = '';
  return (
    htm === method &&
    made.href === new URL(address).href &&
    ath === createHash('sha256').update(token).digest('base64url') &&
    Math.abs(Date.now() / 1000 - iat) <= CLOCK_SECONDS &&
    // This server gives no nonces, so none can be right.
    nonce === undefined
  );
}
