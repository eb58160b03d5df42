/** Why receivers refuse an event, in the words of RFC 8935 section 2.4: no other word of theirs is kept or logged. */
const FINAL = ['invalid_request', 'invalid_key', 'invalid_issuer', 'invalid_audience'];
/** They may be put right on the receiver's side, as after a changed header: such an event is tried again. */
const RECOVERABLE = ['authentication_failed', 'access_denied'];
const OTHER = 'refused';

const KNOWN: ReadonlySet<unknown> = new Set([...FINAL, ...RECOVERABLE]);
const REFUSALS: ReadonlySet<string> = new Set([...FINAL, ...RECOVERABLE, OTHER]);

/** @param err as the receiver wrote it */
export const reasonOf = (err: unknown): string => (KNOWN.has(err) ? String(err) : OTHER);

/** Whether a receiver has refused what was given up for this reason; else it was not reached. */
export const isRefusal = (reason: string): boolean => REFUSALS.has(reason);

/**
 * What an answer of status 400 to a pushed event means.
 * @returns why it will never be taken; `undefined`: it is worth another try
 */
export function finalRefusal(body: string): string | undefined {
  const err = errIn(body);
  if (typeof err !== 'string') return undefined;
  return RECOVERABLE.includes(err) ? undefined : reasonOf(err);
}

function errIn(body: string): unknown {
  try {
    const said = JSON.parse(body) as unknown;
    return typeof said === 'object' && said !== null ? (said as { err?: unknown }).err : undefined;
  } catch {
    return undefined;
  }
}
