import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** What the server signs with: RS256, which every client knows, and ES256 for those that ask (RFC 7518). */
export const ALGORITHMS = ['RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof ALGORITHMS)[number];
const RSA_BITS = 3072;

/** What a server publishes; it signs with the first of each algorithm. */
export interface SigningKeys {
  keys: JWK[];
}

/** A private key with its name and its algorithm. */
export interface PrivateKey extends JWK {
  readonly kid: string;
  readonly alg: string;
}

/** A fresh private key; `kid` is the RFC 7638 thumbprint. */
export async function makeSigningKey(alg: SigningAlgorithm): Promise<PrivateKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: RSA_BITS });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
