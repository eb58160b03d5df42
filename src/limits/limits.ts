/**
 * Every limit on guessing and on what strangers can make this server do, by name. Each but the computed ones is a
 * setting, `LIMIT_<NAME>`, written `<free>/<span> <first delay>..<highest delay>`: `5/1d 2s..15m` lets five
 * through, then one after 2 seconds, the next after 4, and so on up to 15 minutes; a day without one forgets.
 */
import type { GuessPace } from './attempt-store.ts';

interface LimitDefinition {
  /** As an operator would write it. */
  readonly preset: string;
  /** Whom the counter is for; a network is named by one of its addresses. */
  readonly by: 'account' | 'browser' | 'network' | 'client' | 'all';
  /**
   * `rolling`: forgotten after the span without another one; `fixed`: every span begins anew, so that what many
   * people share cannot be kept full for good. Of what counts `all`, one network has at most a sixteenth,
   * and less as it fills: see `AttemptStore.takeShare`. `draining`: as rolling, but each holds the counter for its part
   * of the span alone, one of five for a fifth: strangers can begin any number of such counters.
   */
  readonly span: 'rolling' | 'fixed' | 'draining';
  /** More free ones than this are refused as a setting. */
  readonly maxFree?: number;
  /** What lets more than this through within 30 days, however it is spread over them, is refused as a setting. */
  readonly maxInMonth?: number;
}

export const LIMIT_SETTINGS = {
  /** Wrong passwords in a browser in which the owner has signed in before. */
  PASSWORD_BROWSER: { preset: '5/1d 2s..5m', by: 'browser', span: 'rolling', maxFree: 100 },
  /** Wrong passwords for one account, from unknown browsers of one network. */
  PASSWORD_STRANGER: { preset: '5/12h 2s..15m', by: 'account', span: 'draining', maxFree: 100 },
  /**
   * Right passwords for one account, from unknown browsers of one network: what signs in a browser each time. Beyond
   * them they count as wrong ones, so that they cost no more hashes.
   */
  PASSWORD_RIGHT: { preset: '20/1h 1m..10m', by: 'account', span: 'rolling' },
  /** Wrong passwords of one network for all accounts: an office is more than one person. */
  PASSWORD_NETWORK: { preset: '500/1h 1s..1m', by: 'network', span: 'fixed' },
  /** The same for all accounts and networks. */
  PASSWORD_ALL: { preset: '20000/10m 20ms..50ms', by: 'all', span: 'fixed' },
  /**
   * In a row for one account; beyond them a password alone lets no unknown browser in. An email without an account counts
   * in the same way, or the difference would tell it: so it drains for both, 9.6 hours each. Who guesses as slowly makes
   * 75 in 30 days, and 25 more at once: the 100 of NIST SP 800-63B-4, 3.2.2.
   */
  PASSWORD_IN_A_ROW: { preset: '25/10d 30d..30d', by: 'account', span: 'draining', maxInMonth: 100 },
  /** Codes mailed to one account because of that: each gives an attacker with the password 5 chances in 1,000,000. */
  SIGN_IN_MAIL_ACCOUNT: { preset: '5/1d 10m..1h', by: 'account', span: 'draining' },
  /** Wrong second steps in a browser in which the owner has signed in before: 3 codes of 1,000,000 are right at a time. */
  SECOND_STEP_BROWSER: { preset: '10/1d 15m..6h', by: 'browser', span: 'rolling', maxFree: 100 },
  /** The same for one account, from unknown browsers of any network. */
  SECOND_STEP_STRANGER: { preset: '10/1d 15m..6h', by: 'account', span: 'rolling', maxFree: 100 },
  /** The same for one account, where a link or code from its mailbox was the first step. */
  SECOND_STEP_MAIL: { preset: '10/1d 15m..6h', by: 'account', span: 'rolling', maxFree: 100 },
  /** Wrong backup codes for one account, from unknown browsers of one network: 10 of 2^60 are right. */
  SECOND_STEP_BACKUP: { preset: '20/1d 10s..5m', by: 'account', span: 'rolling', maxFree: 100 },
  /** In a row, of each of these (NIST SP 800-63B-4, 3.2.2). */
  SECOND_STEP_IN_A_ROW: { preset: '100/30d 30d..30d', by: 'account', span: 'rolling', maxInMonth: 100 },
  /** Text messages to one phone number, for one account and of one network, and over all. */
  TEXT_NUMBER: { preset: '5/1d 1m..1h', by: 'account', span: 'draining' },
  TEXT_ACCOUNT: { preset: '5/1d 1m..1h', by: 'account', span: 'rolling' },
  TEXT_NETWORK: { preset: '50/1h 10s..5m', by: 'network', span: 'fixed' },
  TEXT_ALL: { preset: '1000/1h 1s..10s', by: 'all', span: 'fixed' },
  /** Alerts by text have places of their own, so that no codes use them up, and they no places of codes. */
  TEXT_ALERT_NUMBER: { preset: '5/1d 1h..6h', by: 'account', span: 'rolling' },
  TEXT_ALERT_ACCOUNT: { preset: '5/1d 1h..6h', by: 'account', span: 'rolling' },
  /** Of these five, for alerts that an attacker could make many of: what is more severe keeps the rest. */
  TEXT_ALERT_MINOR: { preset: '2/1d 6h..1d', by: 'account', span: 'rolling' },
  TEXT_ALERT_NETWORK: { preset: '50/1h 10s..5m', by: 'network', span: 'fixed' },
  TEXT_ALERT_ALL: { preset: '1000/1h 1s..10s', by: 'all', span: 'fixed' },
  /** Changes of what an owner is told of, and of their factors: each is told, by text too. */
  ALERTS_CHANGE_ACCOUNT: { preset: '10/1d 1m..1h', by: 'account', span: 'rolling' },
  FACTORS_CHANGE_ACCOUNT: { preset: '20/1d 1m..1h', by: 'account', span: 'rolling' },
  /** Mails of sign-ups to one address. */
  SIGN_UP_MAIL_ACCOUNT: { preset: '5/1d 1m..1h', by: 'account', span: 'draining' },
  SIGN_UP_MAIL_NETWORK: { preset: '100/1h 1s..1m', by: 'network', span: 'fixed' },
  SIGN_UP_MAIL_ALL: { preset: '5000/1h 500ms..2s', by: 'all', span: 'fixed' },
  /** Codes mailed to one account for changing its password or email. */
  CHANGE_MAIL_ACCOUNT: { preset: '5/1d 1m..1h', by: 'account', span: 'rolling' },
  /** Codes mailed to one account whose owner has no second step left. */
  RECOVERY_MAIL_ACCOUNT: { preset: '5/1d 1m..1h', by: 'account', span: 'rolling' },
  /** Links for a forgotten password of one email: asked for in one network, or in one browser that its owner is known by. */
  FORGOTTEN_MAIL_VISITOR: { preset: '5/1d 5m..1h', by: 'account', span: 'draining' },
  /** The same for one email, in all unknown browsers: at most what a link lives apart, so that one that works is there. */
  FORGOTTEN_MAIL_ACCOUNT: { preset: '10/1d 1m..9m', by: 'account', span: 'draining' },
  FORGOTTEN_MAIL_NETWORK: { preset: '50/1h 1s..1m', by: 'network', span: 'fixed' },
  FORGOTTEN_MAIL_ALL: { preset: '5000/1h 500ms..2s', by: 'all', span: 'fixed' },
  /** Wrong user codes; over all see `codeBudget`. */
  CODE_ACCOUNT: { preset: '5/10m 30s..10m', by: 'account', span: 'rolling', maxFree: 100 },
  CODE_BROWSER: { preset: '5/10m 30s..10m', by: 'browser', span: 'rolling', maxFree: 100 },
  /**
   * From an account's third one on: an owner who mistyped once is not held up by neighbours. More than one member of a
   * household can use up, and even then no long wait.
   */
  CODE_NETWORK: { preset: '20/10m 5s..1m', by: 'network', span: 'fixed' },
  /**
   * Device codes that web pages ask for: any website can have its visitor's browser ask, and must leave the visitor's own
   * devices their places.
   */
  PAGE_CODE_NETWORK: { preset: '10/1m 30s..1m', by: 'network', span: 'fixed' },
  /** Polls with device codes that were never issued; known ones cost nothing. */
  UNKNOWN_CODE_NETWORK: { preset: '20/10m 1s..1m', by: 'network', span: 'fixed' },
  UNKNOWN_CODE_ALL: { preset: '5000/10m 100ms..1s', by: 'all', span: 'fixed' },
  /** Sign-ins begun for apps by browsers that are not signed in: each waits in the store for an hour. */
  APP_SIGN_IN_NETWORK: { preset: '500/10m 1s..10s', by: 'network', span: 'fixed' },
  APP_SIGN_IN_ALL: { preset: '20000/10m 20ms..100ms', by: 'all', span: 'fixed' },
  /** Answers of other providers that browsers bring: each asks the provider, and is kept for ten minutes. */
  UPSTREAM_NETWORK: { preset: '100/10m 1s..10s', by: 'network', span: 'fixed' },
  UPSTREAM_ALL: { preset: '10000/10m 20ms..100ms', by: 'all', span: 'fixed' },
  /** Requests of clients that register themselves: those that are refused, and whatever is asked about one that is there. */
  REGISTRATION_NETWORK: { preset: '100/10m 1s..10s', by: 'network', span: 'fixed' },
  /** Opaque tokens that one client gets in its own name: each is kept until it ends. */
  CLIENT_TOKENS: { preset: '600/10m 1s..10s', by: 'client', span: 'fixed' },
  /** Calls of the Admin API by one client. */
  ADMIN_CALLS: { preset: '50/1s 100ms..1s', by: 'client', span: 'fixed' },
  /** Calls of one receiver of security events, polls among them; and of these, those by which it asks for an event. */
  SIGNAL_CALLS: { preset: '50/1s 100ms..1s', by: 'client', span: 'fixed' },
  SIGNAL_VERIFICATIONS: { preset: '10/1m 6s..1m', by: 'client', span: 'fixed' },
} as const satisfies Record<string, LimitDefinition>;

/** Follow from other settings: see `limit-settings.ts` and `devices/code-budget.ts`. */
export const COMPUTED_LIMITS = {
  /** Tells an account's first wrong user code from further ones. */
  CODE_FIRST: { by: 'account', span: 'rolling' },
  CODE_ALL_FIRST: { by: 'all', span: 'fixed' },
  CODE_ALL_FURTHER: { by: 'all', span: 'fixed' },
} as const satisfies Record<string, Omit<LimitDefinition, 'preset'>>;

export type LimitSettingName = keyof typeof LIMIT_SETTINGS;
export type ComputedLimitName = keyof typeof COMPUTED_LIMITS;
export type LimitName = LimitSettingName | ComputedLimitName;
export type Limits = Readonly<Record<LimitName, GuessPace>>;

export const LIMIT_SETTING_NAMES = Object.keys(LIMIT_SETTINGS) as LimitSettingName[];

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_SPAN = 30 * 86_400_000;
const MAX_FREE = 1_000_000;

/** The limits of this environment; what is wrong with one is told in `errors`, and its preset stands in. */
export function readLimits(
  environment: Readonly<Record<string, string | undefined>>,
  errors: string[],
): Readonly<Record<LimitSettingName, GuessPace>> {
  const entries = LIMIT_SETTING_NAMES.map((name) => {
    const definition: LimitDefinition = LIMIT_SETTINGS[name];
    const { preset } = definition;
    const given = environment[`LIMIT_${name}`] || preset;
    const pace = boundedInMonth(parseLimit(given, definition.maxFree), definition);
    if (typeof pace === 'string') errors.push(`LIMIT_${name}: ${pace}; such as ${preset}`);
    return [name, typeof pace === 'string' ? parseLimit(preset, MAX_FREE) : pace];
  });
  return Object.fromEntries(entries) as Record<LimitSettingName, GuessPace>;
}

/** @returns the pace, or what is wrong with the text */
export function parseLimit(text: string, maxFree: number = MAX_FREE): GuessPace | string {
  const parts = /^(\d{1,9})\/(\d{1,9}[a-z]+) +(\d{1,9}[a-z]+)\.\.(\d{1,9}[a-z]+)$/.exec(text.trim());
  if (!parts) return 'write <free>/<span> <first delay>..<highest delay>';
  const free = Number(parts[1]);
  const [memory, firstDelay, highestDelay] = parts.slice(2).map(milliseconds);
  if (memory === undefined || firstDelay === undefined || highestDelay === undefined)
    return 'times are whole numbers of ms, s, m, h or d, at most 30d';
  if (free < 1 || free > maxFree) return `between 1 and ${maxFree} are free`;
  if (firstDelay > highestDelay) return 'the first delay is longer than the highest';
  return { free, firstDelay, highestDelay, memory };
}

/** @returns the pace, or what is wrong with it */
function boundedInMonth(
  pace: GuessPace | string,
  { maxInMonth = Number.POSITIVE_INFINITY, span }: LimitDefinition,
) {
  if (typeof pace === 'string' || maxInMonthOf(pace, span === 'draining') <= maxInMonth) return pace;
  return `lets more than ${maxInMonth} through within 30 days`;
}

/**
 * How many can be let through within 30 days at the most. A draining counter that each holds for its part of the
 * memory begins anew as often as that, and at the end all free ones are made at once; a rolling one takes a rest of the
 * memory before it does. Beyond the free ones come as many as there are delays.
 */
export function maxInMonthOf({ free, firstDelay, memory }: GuessPace, draining: boolean): number {
  const anew = draining ? Math.floor((MAX_SPAN * free) / memory) : free * Math.floor((MAX_SPAN - 1) / memory);
  return anew + free + Math.floor((MAX_SPAN - 1) / firstDelay);
}

function milliseconds(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  const time = Number(count) * (UNITS[unit] ?? Number.NaN);
  return time >= 1 && time <= MAX_SPAN ? time : undefined;
}
