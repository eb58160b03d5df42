import * as client from 'openid-client';
import { backoffMs, reportUnavailable } from './backoff.ts';
import type { DeviceCode } from './device-code.ts';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { exchange, type Reply } from './exchange.ts';
import { refusal } from './refusal.ts';

/** A token response (RFC 6749 section 5.1), field names as on the wire. */
export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628 section 3.5: slow_down adds 5 seconds for this and all later requests. */
const SLOW_DOWN_MS = 5_000;

/** How the device paces itself. Times are milliseconds. */
interface Pace {
  readonly intervalMs: number;
  /** Requests in a row that got no answer. */
  readonly failures: number;
  /** The wait before the next request. */
  readonly waitMs: number;
}

/**
 * Polls for the tokens until the owner has decided or the code has expired (RFC 8628 sections 3.4 and 3.5). The first
 * poll waits an interval too: no owner confirms a code in the instant it is shown.
 * @throws RunEnded
 */
export async function pollForTokens(
  around: Environment,
  server: client.Configuration,
  code: DeviceCode,
): Promise<Tokens> {
  const { device_code } = code.answer;
  let pace = steady(code.intervalMs);
  for (;;) {
    await around.sleep(Math.max(0, Math.min(pace.waitMs, code.expiresAt - around.now())), around.signal);
    if (around.now() >= code.expiresAt) throw expired();
    const reply = await exchange(around, () =>
      client.genericGrantRequest(server, DEVICE_GRANT, { device_code }),
    );
    if (reply.kind === 'answer') return reply.value;
    pace = paceAfter(pace, reply);
    await reportPoll(around, reply, pace, code);
  }
}

/**
 * What the reply to one poll means for the next (RFC 8628 section 3.5).
 * @throws RunEnded where there is no next one
 */
function paceAfter({ intervalMs, failures }: Pace, reply: Exclude<Reply<Tokens>, { kind: 'answer' }>): Pace {
  if (reply.kind === 'unavailable') {
    const waitMs = backoffMs(intervalMs, failures + 1, reply.retryAfterMs);
    return { intervalMs, failures: failures + 1, waitMs };
  }
  switch (reply.kind === 'refused' && reply.error) {
    case 'authorization_pending':
      return steady(intervalMs);
    case 'slow_down':
      return steady(intervalMs + SLOW_DOWN_MS);
    case 'access_denied':
      throw new RunEnded('denied', 'The owner said no: this device is not linked.');
    case 'expired_token':
      throw expired();
    default:
      throw refusal(reply, 'the key');
  }
}

function steady(intervalMs: number): Pace {
  return { intervalMs, failures: 0, waitMs: intervalMs };
}

function expired(): RunEnded {
  return new RunEnded('code-expired', 'The code expired before it was confirmed.');
}

async function reportPoll(around: Environment, reply: Reply<Tokens>, pace: Pace, code: DeviceCode) {
  if (reply.kind === 'unavailable') return reportUnavailable(around, 'the key', reply, pace.waitMs);
  if (reply.kind === 'refused' && reply.error === 'slow_down')
    return around.report({ event: 'slow_down', interval: pace.intervalMs / 1000 });
  const left = Math.max(0, Math.round((code.expiresAt - around.now()) / 1000));
  return around.report({ event: 'pending', expires_in: left });
}
