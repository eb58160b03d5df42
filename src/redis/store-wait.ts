import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../errors/operator-error.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import type { RedisConnection } from './connection.ts';
import { isStoreError } from './store-errors.ts';

/** How a start waits for a store that is slow, late, or still reading its log. */
interface StoreWait {
  /** Milliseconds; 0: it is asked once. */
  readonly longest: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Hears at the first failure, and from then on every ten seconds, why it does not serve. */
  readonly onWaiting?: (reason: string) => void;
}

/** Milliseconds between two tries: a connection that breaks is made anew by itself meanwhile. */
const PAUSE = 100;
const TOLD_EVERY = 10_000;

const REMEDY = 'Check REDIS_URL, and that Redis is running and lets this machine in.';

/** The store did not serve for as long as a start waits for it. */
export class StoreAbsent extends OperatorError {
  /** @param reason why, as far as it is known */
  constructor(longest: number, reason: string) {
    super(`Redis has not served for ${longest / 1000} s: ${reason}. ${REMEDY}`);
    this.name = 'StoreAbsent';
  }
}

/**
 * Waits for the store and does the first work with it, again where the store fails in the middle.
 *
 * @param open what may be done more than once without harm
 * @throws StoreAbsent, the reason of the signal, or what `open` throws that is not the store's fault
 */
export async function untilStoreServes<T>(
  connection: RedisConnection,
  { longest, signal, onWaiting }: StoreWait,
  open: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + longest;
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    signal?.throwIfAborted();
    const failure = await connection
      .whenReady()
      .then(open)
      .then((value) => ({ value }), errorOfStore);
    if ('value' in failure) return failure.value;
    const reason = connection.lastError() ?? failure.reason;
    if (performance.now() >= giveUpAt) throw new StoreAbsent(longest, reason);
    if (performance.now() - toldAt >= TOLD_EVERY) {
      toldAt = performance.now();
      onWaiting?.(reason);
    }
    await sleep(PAUSE, undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
  }
}

function errorOfStore(error: unknown): { reason: string } {
  const cause = error instanceof StoreUnavailable ? (error.cause ?? error) : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  if (error instanceof StoreUnavailable || isStoreError(error)) return { reason };
  throw error;
}
