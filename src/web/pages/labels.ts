/** Times, scopes and relations in the words that owners read. */

import { formatDate } from '../../alerts/event-labels.ts';

export { formatDate, formatUtc } from '../../alerts/event-labels.ts';
export { quoteName } from '../../devices/claimed-words.ts';

import type { ProvedAction } from '../../config/proof-ages.ts';
import type { LinkKeyLife, LinkKeyRefusal } from '../../devices/link-key.ts';
import type { DeviceType, NetworkRelation } from './device.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS_OF_YEAR = 365.25;
const DAYS_OF_MONTH = DAYS_OF_YEAR / 12;

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** How long to wait, rounded up, so that a reader who waits that long is never early. */
export function formatWait(seconds: number): string {
  if (seconds <= 10) return 'a few seconds';
  if (seconds <= MINUTE) return 'one minute';
  if (seconds <= 90 * MINUTE) return counted(Math.ceil(seconds / MINUTE), 'minute');
  if (seconds <= 2 * DAY) return counted(Math.ceil(seconds / HOUR), 'hour');
  return counted(Math.ceil(seconds / DAY), 'day');
}

/** A longest time of so many days, rounded up: "30 days", "6 months", "2 years". */
export function formatDays(days: number): string {
  if (days <= 60) return counted(days, 'day');
  const months = Math.ceil(days / DAYS_OF_MONTH);
  return months < 24 ? counted(months, 'month') : counted(Math.ceil(days / DAYS_OF_YEAR), 'year');
}

/** How long ago `then` was at `now`. A clock that runs ahead is no reason to speak of the future. */
export function formatAgo(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - then.getTime()) / 1000));
  if (seconds < 10) return 'Just now';
  if (seconds < MINUTE) return `${counted(seconds, 'second')} ago`;
  if (seconds < HOUR) return `${counted(Math.floor(seconds / MINUTE), 'minute')} ago`;
  if (seconds < DAY) return `${counted(Math.floor(seconds / HOUR), 'hour')} ago`;
  return `${counted(Math.floor(seconds / DAY), 'day')} ago`;
}

const secondsFrom = (then: Date, now: Date): number => Math.floor((now.getTime() - then.getTime()) / 1000);

/** What is known is at most a minute behind, so that is now. */
export const isActive = (then: Date, now: Date): boolean => secondsFrom(then, now) < 2 * MINUTE;

/** When something was last used, in a row. */
export function formatActive(then: Date, now: Date): string {
  if (isActive(then, now)) return 'active now';
  const seconds = secondsFrom(then, now);
  return seconds >= DAY && seconds < 2 * DAY ? 'yesterday' : formatAgo(then, now);
}

/** When something was last used, on its own page: "Active now", "Last used 3 days ago". */
export function formatLastUsed(then: Date, now: Date): string {
  const active = formatActive(then, now);
  return active === 'active now' ? 'Active now' : `Last used ${active}`;
}

/** How long something has not been used, in whole days: "Not used for 94 days". */
export function formatUnused(lastUsed: Date, now: Date): string {
  const days = Math.max(1, Math.floor((now.getTime() - lastUsed.getTime()) / (DAY * 1000)));
  return `Not used for ${counted(days, 'day')}`;
}

/** The day of `at` at `now`, both in UTC: "Today", "Yesterday", "5 March 2026". */
export function formatDay(at: Date, now: Date): string {
  const days = Math.floor(now.getTime() / (DAY * 1000)) - Math.floor(at.getTime() / (DAY * 1000));
  return days === 0 ? 'Today' : days === 1 ? 'Yesterday' : formatDate(at);
}

/** Hours and minutes in UTC, such as "14:07". */
export function formatTime(at: Date): string {
  return at.toISOString().slice(11, 16);
}

/** For the attribute `datetime`. */
export function machineTime(at: Date): string {
  return at.toISOString();
}

const RELATIONS: Readonly<Record<NetworkRelation, string>> = {
  same: 'The same network as this browser',
  different: 'A different network from this browser',
  unknown: 'We can’t tell whether it is the network of this browser',
};

export function formatNetwork(relation: NetworkRelation): string {
  return RELATIONS[relation];
}

const DEVICES: Readonly<Record<DeviceType, string>> = {
  tv: 'TV',
  speaker: 'Speaker',
  tablet: 'Tablet or e-reader',
  computer: 'Computer or command line',
  phone: 'Phone',
  other: 'Device',
};

export function deviceTypeLabel(type: DeviceType): string {
  return DEVICES[type];
}

const NOUNS: Readonly<Record<DeviceType, string>> = {
  tv: 'TV',
  speaker: 'speaker',
  tablet: 'device',
  computer: 'computer',
  phone: 'phone',
  other: 'device',
};

/** What people call it in a sentence. */
export function deviceNoun(type: DeviceType): string {
  return NOUNS[type];
}

/** Such as "a TV". No noun of ours begins with a vowel. */
export function withArticle(noun: string): string {
  return `a ${noun}`;
}

const PLACES: Readonly<Record<NetworkRelation, string>> = {
  same: 'On your network',
  different: 'On a different network',
  unknown: 'On a network that we can’t compare with yours',
};

/** Where a device is, as its owner sees it. */
export function formatPlace(relation: NetworkRelation): string {
  return PLACES[relation];
}

const SCOPES: Readonly<Record<string, string>> = {
  openid: 'Know which account is yours',
  profile: 'See your name',
  email: 'See your email address',
  household: 'Know which member of your household uses it',
  voice_code: 'Check your voice code when you buy something by voice',
  offline_access: 'Stay signed in while you don’t use it',
};

const PROVED_ACTIONS: Readonly<Record<ProvedAction, string>> = {
  'link-device': 'Before a device is linked to your account',
  'make-link-key': 'Before a key is made that links devices to your account',
  'allow-offline-access': 'Before an app may stay signed in while you are not using it',
  'change-password': 'Before your password can be changed',
  'change-email': 'Before your email can be changed',
  'change-factors': 'Before your two-step verification can be changed',
  'change-alerts': 'Before what you are told of can be changed',
  'change-voice-code': 'Before your voice code can be changed',
  'view-backup-codes': 'Before new backup codes are made',
  'sign-out-browsers': 'Before another browser is signed out',
  'sign-out-everything': 'Before everything is signed out',
  'download-data': 'Before your data can be downloaded',
  'close-account': 'Before your account can be closed',
};

const STRENGTHS = ['very weak', 'weak', 'fair', 'good', 'strong'];

/** How hard a password is to guess. @param score 0 to 4 */
export function strengthLabel(score: number): string {
  return STRENGTHS[score] ?? 'fair';
}

/** Such as "no other browsers", "1 other browser", "3 other browsers". */
export function formatCount(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count === 0 ? 'no' : count} ${many}`;
}

/** The beginning of a sentence that asks for a proof. */
export function provedActionLabel(action: ProvedAction): string {
  return PROVED_ACTIONS[action];
}

/** What a standard scope lets a device do; undefined for scopes of resource servers, which bring their own words. */
export function scopeLabel(scope: string): string | undefined {
  return Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
}

/** An address of this server with its query, encoded. */
export function linkTo(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(given).toString();
  return search === '' ? path : `${path}?${search}`;
}

const KEY_LIVES: Readonly<Record<LinkKeyLife, string>> = { hour: '1 hour', day: '1 day', week: '7 days' };

/** How long a key may be good. */
export function keyLifeLabel(life: LinkKeyLife): string {
  return KEY_LIVES[life];
}

const KEY_REFUSALS: Readonly<Record<LinkKeyRefusal, string>> = {
  client: 'another kind of device used it',
  network: 'it was used from another network',
  unsure:
    'it came from an address that cannot be compared with that network, as IPv6 with IPv4: this may have been your own machine',
  scope: 'a device asked for more than it may',
  proof: 'a device asked for a newer proof of who you are',
};

/** Why a key was refused. */
export function keyRefusalLabel(why: LinkKeyRefusal): string {
  return KEY_REFUSALS[why];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What stands beside the name of a person: its first letter, whatever it is written with; else its first sign. */
export function initialOf(name: string): string {
  const signs = Array.from(graphemes.segment(name), ({ segment }) => segment);
  return (signs.find((sign) => /^[\p{L}\p{N}]/u.test(sign)) ?? signs[0] ?? '').toLocaleUpperCase('en');
}
