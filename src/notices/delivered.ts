import { callFailure } from '../net/call-failure.ts';
import type { Egress } from '../net/egress.ts';

/** What became of one try to tell a receiver. */
export type Delivered =
  | { readonly outcome: 'sent' }
  /** Nothing was sent: the receiver is switched off. */
  | { readonly outcome: 'off'; readonly reason: 'off' }
  /** The receiver has answered that it never will take it. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** @property pause milliseconds that the receiver asks to be left alone for */
  | { readonly outcome: 'failed'; readonly reason: string; readonly pause: number };

const TIMEOUT_MS = 15_000;
/** Bytes of an answer that says why. */
const MAX_REASON = 4096;
const SECOND = 1000;
/** However long a receiver asks to be left alone. */
const MAX_PAUSE = 86_400 * SECOND;

type Call = { readonly address: string; readonly headers: Record<string, string>; readonly body: string };

/**
 * One try to tell a receiver by POST. Never throws: what fails is tried again.
 * @param call is made when it is sent; what fails in making it has failed as well
 * @param never the status by which the receiver says that it never will take it; with `reasonIn`, only where that finds the
 *   reason in what it says beside
 * @param signal breaks it off
 */
export async function deliver(
  egress: Egress,
  call: () => Call | Promise<Call>,
  never: number | { readonly status: number; readonly reasonIn: (body: string) => string | undefined },
  signal?: AbortSignal,
): Promise<Delivered> {
  const final = typeof never === 'number' ? { status: never, reasonIn: undefined } : never;
  try {
    const { address, headers, body } = await call();
    const request = {
      method: 'POST',
      headers,
      body,
      timeout: TIMEOUT_MS,
      maxBytes: (status: number) => (status === final.status && final.reasonIn ? MAX_REASON : 0),
      ...(signal && { signal }),
    };
    const answer = await egress.request(address, request);
    if (answer.status >= 200 && answer.status < 300) return { outcome: 'sent' };
    const reason = String(answer.status);
    const refusal =
      answer.status !== final.status
        ? undefined
        : final.reasonIn
          ? final.reasonIn(answer.body.toString())
          : reason;
    if (refusal !== undefined) return { outcome: 'refused', reason: refusal };
    return { outcome: 'failed', reason, pause: pauseOf(answer.headers['retry-after']) };
  } catch (error) {
    return { outcome: 'failed', reason: callFailure(error), pause: 0 };
  }
}

/**
 * The pause that an answer asks for, in milliseconds (`Retry-After`, RFC 9110 section 10.2.3: seconds, or a date).
 * @returns 0 where it asks for none
 */
function pauseOf(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  const asked = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter) * SECOND
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(asked) ? 0 : Math.min(Math.max(asked, 0), MAX_PAUSE);
}
