import { hash, timingSafeEqual } from 'node:crypto';
import { freshBytes } from '../runtime/operations.ts';

/** A secret of 256 random bits. */
export function newToken(): string {
  return freshBytes(32).toString('base64url');
}

/** Of such a secret: it cannot be guessed, so no slow hash is needed. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Takes as long whatever is wrong. */
export function isDigestOf(digest: string, secret: string): boolean {
  const [one, other] = [Buffer.from(digest), Buffer.from(digestOf(secret))];
  return one.length === other.length && timingSafeEqual(one, other);
}
