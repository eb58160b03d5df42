import { z } from 'zod';
import type { Metadata } from './discovery.ts';
import { type Step, went } from './ending.ts';
import type { DeviceEvent } from './event.ts';
import { exchange } from './exchange.ts';
import type { DeviceOptions } from './options.ts';
import { refusal, unexpected } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/** RFC 8628 section 3.2: without an interval, the client uses 5 seconds. */
const DEFAULT_INTERVAL_S = 5;

const webAddress = z.url({ protocol: /^https?$/ });

const authorizationSchema = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1),
  verification_uri: webAddress,
  verification_uri_complete: webAddress.optional().catch(undefined),
  expires_in: z.number().positive(),
  interval: z.number().nonnegative().optional(),
});

/** A code under way. Times are milliseconds. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  readonly expiresAt: number;
  readonly intervalMs: number;
}

/** Asks for a code, saying what the device is (RFC 8628 section 3.1; the words about itself are extra parameters). */
export async function requestDeviceCode(
  around: Surroundings,
  metadata: Metadata,
  options: Pick<DeviceOptions, 'clientId' | 'scope' | 'words'>,
): Promise<Step<DeviceCode>> {
  // Counted from before the request, so that the device never believes in a code longer than the server does.
  const askedAt = around.now();
  const form = { client_id: options.clientId, scope: options.scope, ...options.words };
  const reply = await exchange(around, { url: metadata.device_authorization_endpoint, form });
  if (reply.kind !== 'answer') return refusal(reply, 'the request for a code');
  const parsed = authorizationSchema.safeParse(reply.body);
  if (!parsed.success) return unexpected('the code', 'the answer lacks parts of RFC 8628 section 3.2');
  const answer = parsed.data;
  const complete = answer.verification_uri_complete;
  return went({
    deviceCode: answer.device_code,
    userCode: answer.user_code,
    verificationUri: answer.verification_uri,
    ...(complete === undefined ? {} : { verificationUriComplete: complete }),
    expiresAt: askedAt + answer.expires_in * 1000,
    // At least a second: an interval of 0 must not turn the device into a flood.
    intervalMs: Math.max(answer.interval ?? DEFAULT_INTERVAL_S, 1) * 1000,
  });
}

/** The code as shown to the owner: everything but the device_code. */
export function codeEvent(code: DeviceCode, now: number): DeviceEvent {
  const complete = code.verificationUriComplete;
  return {
    event: 'code',
    user_code: code.userCode,
    verification_uri: code.verificationUri,
    ...(complete === undefined ? {} : { verification_uri_complete: complete }),
    expires_in: Math.max(0, Math.round((code.expiresAt - now) / 1000)),
    interval: code.intervalMs / 1000,
  };
}
