import { backoffMs, reportUnavailable } from './backoff.ts';
import type { DeviceCode } from './device-code.ts';
import type { Metadata } from './discovery.ts';
import { type Ended, type Ending, ended, type Step, went } from './ending.ts';
import { exchange, type Reply } from './exchange.ts';
import { refusal, unexpected } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import { readTokens, type Tokens } from './tokens.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628 section 3.5: slow_down adds 5 seconds for this and all later requests. */
const SLOW_DOWN_MS = 5_000;

/** How the device paces itself. Times are milliseconds. */
export interface Pace {
  readonly intervalMs: number;
  /** Requests in a row that got no answer. */
  readonly failures: number;
  /** The wait before the next request. */
  readonly waitMs: number;
}

type Verdict =
  | { readonly next: 'poll'; readonly pace: Pace }
  | { readonly next: 'tokens'; readonly tokens: Tokens }
  | { readonly next: 'end'; readonly ending: Ending };

/**
 * Polls for the tokens until the owner has decided or the code has expired (RFC 8628 sections 3.4 and 3.5). The first
 * poll waits an interval too: nobody confirms a code in the instant it is shown.
 */
export async function pollForTokens(
  around: Surroundings,
  metadata: Metadata,
  clientId: string,
  code: DeviceCode,
): Promise<Step<Tokens>> {
  const form = { grant_type: GRANT_TYPE, device_code: code.deviceCode, client_id: clientId };
  let pace: Pace = { intervalMs: code.intervalMs, failures: 0, waitMs: code.intervalMs };
  for (;;) {
    await around.sleep(Math.max(0, Math.min(pace.waitMs, code.expiresAt - around.now())), around.signal);
    if (around.now() >= code.expiresAt) return expired();
    const reply = await exchange(around, { url: metadata.token_endpoint, form });
    const verdict = judgePoll(pace, reply);
    if (verdict.next === 'tokens') return went(verdict.tokens);
    if (verdict.next === 'end') return { ok: false, ending: verdict.ending };
    await reportPoll(around, reply, verdict.pace, code);
    pace = verdict.pace;
  }
}

/** What the reply to one poll means for the next (RFC 8628 section 3.5). */
export function judgePoll(pace: Pace, reply: Reply): Verdict {
  if (reply.kind === 'answer') {
    const tokens = readTokens(reply.body);
    if (tokens !== undefined) return { next: 'tokens', tokens };
    return end(unexpected('the key', 'the answer lacks parts of RFC 6749 section 5.1'));
  }
  if (reply.kind === 'unavailable') {
    const failures = pace.failures + 1;
    const waitMs = backoffMs(pace.intervalMs, failures, reply.retryAfterMs);
    return { next: 'poll', pace: { intervalMs: pace.intervalMs, failures, waitMs } };
  }
  switch (reply.kind === 'refused' ? reply.error : undefined) {
    case 'authorization_pending':
      return { next: 'poll', pace: steady(pace.intervalMs) };
    case 'slow_down':
      return { next: 'poll', pace: steady(pace.intervalMs + SLOW_DOWN_MS) };
    case 'access_denied':
      return end(ended('denied', 'The owner said no: this device is not linked.'));
    case 'expired_token':
      return end(expired());
    default:
      return end(refusal(reply, 'the key'));
  }
}

function steady(intervalMs: number): Pace {
  return { intervalMs, failures: 0, waitMs: intervalMs };
}

function end({ ending }: Ended): Verdict {
  return { next: 'end', ending };
}

function expired(): Ended {
  return ended('code-expired', 'The code expired before it was confirmed.');
}

async function reportPoll(around: Surroundings, reply: Reply, pace: Pace, code: DeviceCode): Promise<void> {
  if (reply.kind === 'unavailable') return reportUnavailable(around, 'the key', reply, pace.waitMs);
  if (reply.kind === 'refused' && reply.error === 'slow_down') {
    return around.report({ event: 'slow_down', interval: pace.intervalMs / 1000 });
  }
  const left = Math.max(0, Math.round((code.expiresAt - around.now()) / 1000));
  return around.report({ event: 'pending', expires_in: left });
}
