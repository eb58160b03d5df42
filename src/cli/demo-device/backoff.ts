import type { Environment } from './environment.ts';
import { exchange, type Reply, type Unavailable } from './exchange.ts';

const MAX_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1_000;

/**
 * How long to wait after the `failures`-th failure in a row: the base doubled each time (RFC 8628 section 3.5), at
 * most a minute unless the base is longer, and never less than the server's Retry-After.
 */
export function backoffMs(baseMs: number, failures: number, retryAfterMs: number): number {
  const doubled = Math.min(baseMs * 2 ** failures, Math.max(baseMs, MAX_WAIT_MS));
  return Math.max(doubled, retryAfterMs);
}

interface Persistence {
  /** What is being tried, for the person watching. */
  readonly what: string;
  /** Attempts before giving up; Infinity for never. */
  readonly attempts: number;
}

/** Repeats `attempt` with growing waits while there is no answer. Returns the last reply when it gives up. */
export async function untilAnswered<T>(
  around: Pick<Environment, 'sleep' | 'signal' | 'report'>,
  { what, attempts }: Persistence,
  attempt: () => Promise<T>,
): Promise<Reply<T>> {
  for (let failures = 1; ; failures += 1) {
    const reply = await exchange(around, attempt);
    if (reply.kind !== 'unavailable' || failures >= attempts) return reply;
    const wait = backoffMs(FIRST_WAIT_MS, failures - 1, reply.retryAfterMs);
    await reportUnavailable(around, what, reply, wait);
    await around.sleep(wait, around.signal);
  }
}

export async function reportUnavailable(
  around: Pick<Environment, 'report'>,
  what: string,
  reply: Unavailable,
  waitMs: number,
): Promise<void> {
  await around.report({ event: 'unavailable', what, reason: reply.reason, retry_in: waitMs / 1000 });
}
