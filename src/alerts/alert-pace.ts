/**
 * How often one account is written to. Few alerts go out at once; when they come fast, what comes within the pause
 * is gathered into one mail. What is critical has places of its own, which quieter events of the same account
 * cannot use up.
 */
import type { NextTimes } from './owed-mails.ts';

/** One mail in so long, once those that go out at once are used up. */
export const ALERT_PACE_MS = 10_000;
const AT_ONCE = { notify: 3, critical: 7 } as const;

/** @param paced as the store keeps it: when the mails that were sent would have been due, one in `ALERT_PACE_MS` */
export function nextTimes(paced: number): NextTimes {
  return {
    critical: paced - (AT_ONCE.critical - 1) * ALERT_PACE_MS,
    notify: paced - (AT_ONCE.notify - 1) * ALERT_PACE_MS,
  };
}
