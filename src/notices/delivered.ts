/** What became of one try to tell a receiver. */
export type Delivered =
  | { readonly outcome: 'sent' }
  /** The receiver has answered that it never will take it. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** @property pause milliseconds that the receiver asks to be left alone for */
  | { readonly outcome: 'failed'; readonly reason: string; readonly pause: number };

const SECOND = 1000;
/** However long a receiver asks to be left alone. */
const MAX_PAUSE = 86_400 * SECOND;

/**
 * The pause that an answer asks for, in milliseconds (`Retry-After`, RFC 9110 section 10.2.3: seconds, or a date).
 * @returns 0 where it asks for none
 */
export function pauseOf(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  const asked = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter) * SECOND
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(asked) ? 0 : Math.min(Math.max(asked, 0), MAX_PAUSE);
}
