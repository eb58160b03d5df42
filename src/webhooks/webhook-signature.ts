/** How a receiver knows that a notice is ours (Standard Webhooks 1.0). */
import { createHmac } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

const PREFIX = 'whsec_';
const KEY = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
/** Bytes of a key; the specification's bounds. */
const [SHORTEST, LONGEST] = [24, 64];

/** What is wrong with a key, as its operator wrote it; `undefined`: nothing. */
export function keyError(text: string): string | undefined {
  const [, encoded] = KEY.exec(text) ?? [];
  const length = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  return length >= SHORTEST && length <= LONGEST
    ? undefined
    : `is not ${PREFIX} and ${SHORTEST} to ${LONGEST} random bytes in base64; "echo ${PREFIX}$(openssl rand -base64 32)" makes one`;
}

/**
 * The three headers of one try.
 * @param seconds when it is sent, since 1970
 * @param body as it is sent, to the letter
 */
export function signedHeaders(id: string, seconds: number, body: string, secrets: readonly Secret[]) {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
