/** Times in the words that owners read. */
import type { Reader } from '../../words/reader.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS_OF_YEAR = 365.25;
const DAYS_OF_MONTH = DAYS_OF_YEAR / 12;

/** How long to wait, rounded up, so that a reader who waits that long is never early. */
export function formatWait(reader: Reader, seconds: number): string {
  if (seconds <= 10) return reader.t('common.few-seconds');
  if (seconds <= MINUTE) return reader.t('common.one-minute');
  if (seconds <= 90 * MINUTE) return reader.count(Math.ceil(seconds / MINUTE), 'minute');
  if (seconds <= 2 * DAY) return reader.count(Math.ceil(seconds / HOUR), 'hour');
  return reader.count(Math.ceil(seconds / DAY), 'day');
}

/** A longest time of so many days, rounded up: "30 days", "6 months", "2 years". */
export function formatDays(reader: Reader, days: number): string {
  if (days <= 60) return reader.count(days, 'day');
  const months = Math.ceil(days / DAYS_OF_MONTH);
  return months < 24 ? reader.count(months, 'month') : reader.count(Math.ceil(days / DAYS_OF_YEAR), 'year');
}

/** How long ago `then` was at `now`. A clock that runs ahead is no reason to speak of the future. */
export function formatAgo(reader: Reader, then: Date, now: Date): string {
  const seconds = secondsBetween(then, now);
  return seconds < 10 ? reader.t('common.just-now') : reader.ago(seconds);
}

/** The same inside a sentence: "just now". */
export function formatAgoInside(reader: Reader, then: Date, now: Date): string {
  const seconds = secondsBetween(then, now);
  return seconds < 10 ? reader.t('common.just-now-inside') : reader.ago(seconds);
}

/** What is known is at most a minute behind, so that is now. */
export function isActive(_reader: Reader, then: Date, now: Date): boolean {
  return secondsBetween(then, now) < 2 * MINUTE;
}

/** When something was last used, in a row. */
export function formatActive(reader: Reader, then: Date, now: Date): string {
  if (isActive(reader, then, now)) return reader.t('common.active-now');
  const seconds = secondsBetween(then, now);
  return isYesterday(seconds) ? reader.t('common.yesterday-inside') : reader.ago(seconds);
}

/** When something was last used, on its own page: "Active now", "Last used 3 days ago". */
export function formatLastUsed(reader: Reader, then: Date, now: Date): string {
  const seconds = secondsBetween(then, now);
  const active = isActive(reader, then, now) ? 'now' : isYesterday(seconds) ? 'yesterday' : 'before';
  return reader.t('common.last-used', { active, ago: reader.ago(seconds) });
}

/** How long something has not been used, in whole days: "Not used for 94 days". */
export function formatUnused(reader: Reader, lastUsed: Date, now: Date): string {
  return reader.t('common.unused', { days: unusedDays(reader, lastUsed, now) });
}

/** For how many whole days something has not been used: one at least. */
export function unusedDays(_reader: Reader, lastUsed: Date, now: Date): number {
  return Math.max(1, Math.floor(secondsBetween(lastUsed, now) / DAY));
}

/** The day of `at` at `now`, both of the reader's calendar: "Today", "Yesterday", "5 March 2026". */
export function formatDay(reader: Reader, at: Date, now: Date): string {
  const days = reader.daysBetween(at, now);
  if (days === 0) return reader.t('common.today');
  return days === 1 ? reader.t('common.yesterday') : reader.date(at);
}

/** Date and time, such as "5 March 2026 at 14:07 UTC". */
export function formatMoment(reader: Reader, at: Date): string {
  return reader.moment(at);
}

/** For the attribute `datetime`. */
export function machineTime(_reader: Reader, at: Date): string {
  return at.toISOString();
}

function secondsBetween(then: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - then.getTime()) / 1000));
}

function isYesterday(seconds: number): boolean {
  return seconds >= DAY && seconds < 2 * DAY;
}
