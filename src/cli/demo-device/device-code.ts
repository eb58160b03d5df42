import * as client from 'openid-client';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import type { DeviceEvent } from './event.ts';
import { exchange } from './exchange.ts';
import type { DeviceOptions } from './options.ts';
import { refusal, unexpected } from './refusal.ts';

/** RFC 8628 section 3.2: without an interval, the client uses 5 seconds. */
const DEFAULT_INTERVAL_S = 5;

/** A code under way. Times are milliseconds. */
export interface DeviceCode {
  readonly answer: client.DeviceAuthorizationResponse;
  readonly expiresAt: number;
  readonly intervalMs: number;
}

/**
 * Asks for a code, saying what the device is (RFC 8628 section 3.1; the words about itself are extra parameters).
 * @param key of its owner, which decides in place of a page
 * @throws RunEnded
 */
export async function requestDeviceCode(
  around: Environment,
  server: client.Configuration,
  { scope, words, issuer }: DeviceOptions,
  key?: string,
): Promise<DeviceCode> {
  // Counted from before the request, so that the device never believes in a code longer than the server does.
  const askedAt = around.now();
  const reply = await exchange(around, () =>
    client.initiateDeviceAuthorization(server, { scope, ...words, ...(key && { latchkey_key: key }) }),
  );
  if (key && reply.kind === 'refused' && reply.error === 'invalid_grant') throw refusedKey(issuer);
  if (reply.kind !== 'answer') throw refusal(reply, 'the request for a code');
  const answer = reply.value;
  if (!isWebAddress(answer.verification_uri)) throw unexpected('the code', 'its address is no web address');
  return {
    answer,
    expiresAt: askedAt + answer.expires_in * 1000,
    // At least a second: a tiny interval must not turn the device into a flood.
    intervalMs: Math.max(answer.interval ?? DEFAULT_INTERVAL_S, 1) * 1000,
  };
}

function refusedKey(issuer: string): RunEnded {
  const why = 'It may be used up, expired or ended, or for another network, kind of device or scope.';
  const remedy = `Its owner sees what it is for at ${issuer}/account/keys, and makes another one there.`;
  return new RunEnded('protocol-error', `The server does not take this key. ${why} ${remedy}`);
}

/** The code as shown to the owner: everything but the device_code. */
export function codeEvent({ answer, expiresAt, intervalMs }: DeviceCode, now: number): DeviceEvent {
  const { user_code, verification_uri, verification_uri_complete: complete } = answer;
  return {
    event: 'code',
    user_code,
    verification_uri,
    ...(complete !== undefined && isWebAddress(complete) && { verification_uri_complete: complete }),
    expires_in: Math.max(0, Math.round((expiresAt - now) / 1000)),
    interval: intervalMs / 1000,
  };
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\/[^/]/.test(address) && URL.canParse(address);
}
