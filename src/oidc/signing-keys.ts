import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** What the server signs with: RS256, which every client knows, and ES256 for those that ask (RFC 7518). */
const ALGORITHMS = ['RS256', 'ES256'] as const;
const RSA_BITS = 3072;

export interface SigningKeys {
  keys: JWK[];
}

/** A fresh private key for each algorithm; `kid` is the RFC 7638 thumbprint. */
export async function makeSigningKeys(): Promise<SigningKeys> {
  return { keys: await Promise.all(ALGORITHMS.map(makeKey)) };
}

async function makeKey(alg: (typeof ALGORITHMS)[number]): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: RSA_BITS });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
