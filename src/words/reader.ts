/** The person who reads what we write: in which language, and in which time zone. */
import type { MessageArguments } from '../../locales/arguments.d.ts';
import { localeOf, type MessageKey, messageOf } from './catalogue.ts';
import { type Html, htmlOfMessage, type Values, wordsOf } from './mark-up.ts';

type Argument<A> = { readonly [Name in keyof A]: A[Name] extends string ? A[Name] | Html : A[Name] };
type Given<Key extends MessageKey> = keyof MessageArguments[Key] extends never
  ? []
  : [values: Argument<MessageArguments[Key]>];
/** `href`: where the link of the message leads. */
type GivenHtml<Key extends MessageKey> = keyof MessageArguments[Key] extends never
  ? [values?: { readonly href: string; readonly href2?: string }]
  : [values: Argument<MessageArguments[Key]> & { readonly href?: string; readonly href2?: string }];

/** A message that asks for nothing. */
export type PlainKey = {
  [Key in MessageKey]: keyof MessageArguments[Key] extends never ? Key : never;
}[MessageKey];

/** A letter that is not seen, and runs from right to left (Unicode Standard Annex 9). */
const TO_THE_LEFT = '\u200f';

/** No line ends between a number and what is counted. */
const inOneLine = (words: string) => words.replaceAll(/(\p{Nd}) /gu, '$1\u00a0');

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export class Reader {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** In which times are told; `undefined`: not known, and UTC is. */
  readonly zone: string | undefined;
  /** For `Intl`. */
  readonly locale: string;
  /** Made once: making one takes longer than a hundred times of formatting. */
  readonly #made = new Map<string, unknown>();

  constructor(language: string, zone: string | undefined) {
    this.language = language;
    this.zone = zone;
    this.direction = /^(ar|he|fa|ur)(-|$)/.test(language) ? 'rtl' : 'ltr';
    this.locale = localeOf(language);
  }

  /** A message in plain words, which pages escape. */
  t<Key extends MessageKey>(key: Key, ...[values]: Given<Key>): string {
    return wordsOf(messageOf(this.language, key), (values ?? {}) as Values);
  }

  /** A message as mark-up, which pages show as it is. */
  html<Key extends MessageKey>(key: Key, ...[values]: GivenHtml<Key>): string {
    return htmlOfMessage(messageOf(this.language, key), (values ?? {}) as Values);
  }

  /** Words of ours that begin with a name in letters of another script: they run as the rest does, wherever they stand. */
  running(words: string): string {
    return this.direction === 'rtl' && !words.startsWith(TO_THE_LEFT) ? `${TO_THE_LEFT}${words}` : words;
  }

  /** Addresses and the like among words of ours: from left to right in every language. */
  leftToRight(address: string): string {
    return this.direction === 'rtl' ? `\u2066${address}\u2069` : address;
  }

  /** Date and time, such as "5 March 2026 at 14:07 UTC". */
  moment(at: Date): string {
    const time = this.#format(at, { dateStyle: 'long', timeStyle: 'short' });
    return this.zone === undefined ? this.t('common.utc', { time }) : time;
  }

  /** The day, such as "5 March 2026". */
  date(at: Date): string {
    return this.#format(at, { dateStyle: 'long' });
  }

  /** Hours and minutes, such as "14:07". */
  time(at: Date): string {
    return this.#format(at, { timeStyle: 'short' });
  }

  /** How many days of the reader's calendar lie between the two. */
  daysBetween(then: Date, now: Date): number {
    const make = () => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: this.zone ?? 'UTC' });
    const calendar = this.#once('calendar', make);
    const dayOf = (at: Date) => Date.parse(`${calendar.format(at)}T00:00:00Z`) / (DAY * 1000);
    return Math.round(dayOf(now) - dayOf(then));
  }

  /** Such as "5 minutes", in one line. */
  count(count: number, unit: 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'): string {
    const make = () => new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' });
    return inOneLine(this.#once(`count ${unit}`, make).format(count));
  }

  /** Such as "5 minutes ago", in the largest unit that is whole. */
  ago(seconds: number): string {
    const relative = this.#once('ago', () => new Intl.RelativeTimeFormat(this.locale));
    const said = (count: number, unit: 'second' | 'minute' | 'hour' | 'day') =>
      inOneLine(relative.format(-Math.floor(count), unit));
    if (seconds < MINUTE) return said(seconds, 'second');
    if (seconds < HOUR) return said(seconds / MINUTE, 'minute');
    if (seconds < DAY) return said(seconds / HOUR, 'hour');
    return said(seconds / DAY, 'day');
  }

  /** An amount, such as "€12.50". @param decimals as the currency has them */
  money(amount: number, currency: string, decimals: number): string {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const make = () => new Intl.NumberFormat(this.locale, { style: 'currency', currency, ...digits });
    return this.#once(`money ${currency}`, make).format(amount);
  }

  /** A currency as its readers call it. @param code ISO 4217 */
  currency(code: string): string {
    const make = () => new Intl.DisplayNames(this.locale, { type: 'currency', fallback: 'code' });
    return this.#once('currencies', make).of(code) ?? code;
  }

  /** A country as its readers call it. @param code ISO 3166-1 */
  country(code: string): string {
    return new Intl.DisplayNames(this.locale, { type: 'region', fallback: 'code' }).of(code) ?? code;
  }

  #format(at: Date, options: Intl.DateTimeFormatOptions): string {
    const make = () => new Intl.DateTimeFormat(this.locale, { ...options, timeZone: this.zone ?? 'UTC' });
    return this.#once(`${options.dateStyle} ${options.timeStyle}`, make).format(at);
  }

  #once<T>(name: string, make: () => T): T {
    const made = (this.#made.get(name) ?? make()) as T;
    this.#made.set(name, made);
    return made;
  }
}

const readers = new Map<string, Reader>();

/** @param zone of the IANA's list; it was checked: see `isTimeZone` */
export function readerFor(language: string, zone: string | undefined): Reader {
  const name = `${language} ${zone}`;
  const reader = readers.get(name) ?? new Reader(language, zone);
  readers.set(name, reader);
  return reader;
}

/** A zone to tell times in; `undefined` where it is none, or UTC, of which pages say that it is. */
export function knownZone(zone: string | undefined): string | undefined {
  return zone !== undefined && zone !== 'UTC' && isTimeZone(zone) ? zone : undefined;
}

/** Who has said nothing of themselves. */
export const ENGLISH = readerFor('en', undefined);

export const TIME_ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');
const ZONES: ReadonlySet<string> = new Set(['UTC', ...TIME_ZONES]);

export function isTimeZone(name: string): boolean {
  return ZONES.has(name);
}
