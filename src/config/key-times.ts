import type { Settings } from './settings.ts';

/** When signing keys change; milliseconds. */
export interface KeyTimes {
  /** After which a key is replaced; 0: never by itself. */
  readonly age: number;
  /** For which a key is published before it signs. */
  readonly lead: number;
  /** For which it stays published after its last signature. */
  readonly keep: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MAX_HINT = 7 * DAY;

/**
 * What a key has signed is good for an hour at most, and a day is left for clocks that are wrong. But apps give an ID
 * token back as a hint of who is signed in, and do so while a browser is: for a week at most, so that the list of
 * keys stays short.
 */
export function keyTimes(
  values: Pick<Settings, 'KEY_DAYS' | 'KEY_PUBLISHED_HOURS' | 'SESSION_HOURS'>,
): KeyTimes {
  return {
    age: values.KEY_DAYS * DAY,
    lead: values.KEY_PUBLISHED_HOURS * HOUR,
    keep: DAY + Math.min(values.SESSION_HOURS * HOUR, MAX_HINT),
  };
}
