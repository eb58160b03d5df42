import { ALGORITHMS, makeSigningKey, type SigningKeys } from '../../src/oidc/signing-keys.ts';

/** One key for each algorithm, as a server without a history has them. */
export async function makeSigningKeys(): Promise<SigningKeys> {
  return { keys: await Promise.all(ALGORITHMS.map(makeSigningKey)) };
}
