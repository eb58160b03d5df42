/**
 * Tokens that leave this server and come back, and need no record: what they say, sealed so that no client reads or alters
 * it. The HMAC of it is the counter that it is encrypted with, as in RFC 5297 (SIV): no nonce of another token can be met,
 * however many servers make however many tokens under one key.
 */
import { createCipheriv, type KeyObject, timingSafeEqual } from 'node:crypto';
import { randomOctets } from '../runtime/random-octets.ts';
import type { QuickMac } from './quick-mac.ts';

/** Half of the HMAC goes out with the token, and makes it one of ours. */
const TAG_BYTES = 16;
/** What makes each token another than every other, and one that not even the keys can guess. */
const RANDOM_BYTES = 16;

export interface TokenKeys {
  readonly mac: Pick<QuickMac, 'ofOctets'>;
  readonly cipher: KeyObject;
}

export interface OpenedBytes {
  readonly bytes: Buffer;
  /** The other half of the HMAC, which stays here: names the token without opening anything. */
  readonly name: string;
}

/** @returns the token's bytes, and what names it */
export function encrypt(keys: TokenKeys, bytes: Buffer): { sealed: Buffer; name: string } {
  const text = Buffer.concat([bytes, randomOctets(RANDOM_BYTES)]);
  const { tag, name } = authenticate(keys, text);
  return { sealed: Buffer.concat([tag, counterMode(keys, tag, text)]), name };
}

/** @returns `undefined` for bytes that were not made with these keys */
export function decrypt(keys: TokenKeys, sealed: Buffer): OpenedBytes | undefined {
  if (sealed.length <= TAG_BYTES + RANDOM_BYTES) return undefined;
  const given = sealed.subarray(0, TAG_BYTES);
  const text = counterMode(keys, given, sealed.subarray(TAG_BYTES));
  const { tag, name } = authenticate(keys, text);
  return timingSafeEqual(tag, given) ? { bytes: text.subarray(0, -RANDOM_BYTES), name } : undefined;
}

function authenticate({ mac }: TokenKeys, text: Buffer): { tag: Buffer; name: string } {
  const digest = mac.ofOctets(text);
  return { tag: digest.subarray(0, TAG_BYTES), name: digest.toString('base64url', TAG_BYTES) };
}

function counterMode({ cipher }: TokenKeys, counter: Buffer, text: Buffer): Buffer {
  return createCipheriv('aes-256-ctr', cipher, counter).update(text);
}
