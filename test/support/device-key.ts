import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key of a device, and its proofs (RFC 9449 section 4.2). */
export interface DeviceKey {
  jwk: JWK;
  thumbprint: string;
  /** @param claims in place of the usual ones, or beside them */
  prove(path: string, method?: string, claims?: Record<string, unknown>): Promise<string>;
}

export async function deviceKey(issuer: string): Promise<DeviceKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const prove = (path: string, method = 'POST', claims: Record<string, unknown> = {}) =>
    new SignJWT({
      htm: method,
      htu: issuer + path,
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      ...claims,
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey);
  return { jwk, thumbprint: await calculateJwkThumbprint(jwk), prove };
}
