import { hash, timingSafeEqual } from 'node:crypto';

/** Of a secret of 256 random bits: it cannot be guessed, so no slow hash is needed. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Takes as long whatever is wrong. */
export function isDigestOf(digest: string, secret: string): boolean {
  const [one, other] = [Buffer.from(digest), Buffer.from(digestOf(secret))];
  return one.length === other.length && timingSafeEqual(one, other);
}
