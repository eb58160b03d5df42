/** Scopes, relations and the like in the words that owners read. */

import { generalTitle, titleOf } from '../../alerts/event-labels.ts';
import type { DeviceType } from '../../devices/claimed-device.ts';
import { quoteName } from '../../devices/claimed-words.ts';
import type { EventKind } from '../../events/event.ts';
import type { Reader } from '../../words/reader.ts';
import type { NetworkRelation } from './device.ts';

export function formatNetwork(reader: Reader, network: NetworkRelation): string {
  return reader.t('device.network', { network });
}

export function deviceTypeLabel(reader: Reader, type: DeviceType): string {
  return reader.t('device.type', { type });
}

const NOUNS: Readonly<Record<DeviceType, string>> = {
  tv: 'TV',
  stick: 'streaming stick',
  console: 'game console',
  speaker: 'speaker',
  display: 'smart display',
  ereader: 'e-reader',
  tablet: 'tablet',
  phone: 'phone',
  watch: 'watch',
  computer: 'computer',
  cli: 'command line',
  camera: 'camera',
  doorbell: 'doorbell',
  car: 'car',
  printer: 'printer',
  appliance: 'appliance',
  hub: 'home hub',
  other: 'device',
};

/** What people call it in a sentence. */
export function deviceNoun(_reader: Reader, type: DeviceType): string {
  return NOUNS[type];
}

/** What a standard scope lets a device do; undefined for scopes of resource servers, which bring their own words. */
export function scopeLabel(reader: Reader, scope: string): string | undefined {
  return isStandard(scope) ? reader.t(`common.scope.${scope}`) : undefined;
}

const STANDARD = ['openid', 'profile', 'email', 'household', 'voice_code', 'offline_access'] as const;

function isStandard(scope: string): scope is (typeof STANDARD)[number] {
  return STANDARD.some((one) => one === scope);
}

/** An address of this server with its query, encoded. */
export function linkTo(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(given).toString();
  return search === '' ? path : `${path}?${search}`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What stands beside the name of a person: its first letter, whatever it is written with; else its first sign. */
export function initialOf(_reader: Reader, name: string): string {
  const signs = Array.from(graphemes.segment(name), ({ segment }) => segment);
  return (signs.find((sign) => /^[\p{L}\p{N}]/u.test(sign)) ?? signs[0] ?? '').toLocaleUpperCase('en');
}

const FRAMES: Readonly<Partial<Record<DeviceType, string>>> = {
  tv: 'stand',
  stick: 'stand',
  console: 'stand',
  computer: 'stand',
  speaker: 'air',
  hub: 'air',
  doorbell: 'air',
  cli: 'prompt',
};

/** On what the confirm page draws the code: a screen on its stand, a screen, words in the air, a line after a prompt. */
export function codeFrame(_reader: Reader, type: DeviceType): string {
  return FRAMES[type] ?? 'screen';
}

/** What happened, with the name of what it was about, where it has one. */
export function eventTitle(reader: Reader, kind: EventKind, name: string | undefined): string {
  return name === undefined ? generalTitle(reader, kind) : titleOf(reader, kind, quoteName(reader, name));
}

/** The first sentence of a message, and what stands behind it. */
export function firstSentence(reader: Reader, message: string): [first: string, rest: string] {
  const segmenter = new Intl.Segmenter(reader.language, { granularity: 'sentence' });
  const [first] = segmenter.segment(message);
  const end = first?.segment.trimEnd().length ?? message.length;
  return [message.slice(0, end), message.slice(end)];
}
