/** Events in the words of their owner: the titles on the page of recent activity, and the subjects of alerts. */
import { claimedDevice } from '../devices/claimed-device.ts';
import { quoteName } from '../devices/claimed-words.ts';
import { formatUserAgent } from '../devices/user-agent.ts';
import type { EventKind, EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import { addressWords } from '../words/address-words.ts';
import type { Reader } from '../words/reader.ts';
import { saidTo, type Worded } from '../words/worded.ts';

/**
 * How much an event matters to an owner who did not expect it. `critical`: told always, and by SMS where a phone is
 * set; `notify`: told unless switched off; `silent`: on the page of recent activity only.
 */
type Severity = 'critical' | 'notify' | 'silent';

const SEVERITIES: Readonly<Record<EventKind, Severity>> = {
  'signed-in': 'notify',
  'signed-out': 'silent',
  'signed-out-everything': 'critical',
  'password-changed': 'critical',
  'password-reset': 'critical',
  'name-changed': 'silent',
  'email-changed': 'critical',
  'device-linked': 'notify',
  'device-deregistered': 'notify',
  'device-signed-off': 'notify',
  'device-replayed': 'critical',
  'factor-added': 'critical',
  'factor-removed': 'critical',
  'sign-in-refused': 'silent',
  'codes-refused': 'notify',
  'second-step-refused': 'notify',
  'backup-code-used': 'notify',
  'browser-trusted': 'silent',
  'browser-trust-ended': 'silent',
  'passkey-copied': 'critical',
  'closing-asked': 'critical',
  'closing-taken-back': 'notify',
  'voice-code-set': 'critical',
  'voice-code-removed': 'notify',
  'voice-code-locked': 'notify',
  'voice-code-unlocked': 'notify',
  'voice-limits-changed': 'critical',
  'factors-removed': 'critical',
  'recovery-asked': 'critical',
  'recovery-soon': 'critical',
  'recovery-open': 'critical',
  'recovery-cancelled': 'notify',
  'recovery-done': 'critical',
  'link-key-made': 'critical',
  'link-key-refused': 'notify',
  'link-key-ended': 'notify',
  'alerts-changed': 'critical',
  'app-allowed': 'notify',
  'app-narrowed': 'silent',
  'app-removed': 'notify',
  'app-signed-off': 'silent',
  'app-replayed': 'critical',
  'account-disabled': 'critical',
  'account-enabled': 'notify',
  'role-changed': 'critical',
  'signed-out-others': 'notify',
  'device-renamed': 'silent',
  'device-assigned': 'silent',
  'household-profile-added': 'silent',
  'household-profile-renamed': 'silent',
  'household-profile-removed': 'silent',
  'upstream-linked': 'critical',
  'upstream-unlinked': 'critical',
};

/** Their sentence names what they are about. */
const ABOUT = [
  'device-linked',
  'device-deregistered',
  'device-signed-off',
  'device-replayed',
  'factor-added',
  'factor-removed',
  'passkey-copied',
  'voice-code-locked',
  'link-key-made',
  'link-key-refused',
  'link-key-ended',
  'app-allowed',
  'app-narrowed',
  'app-removed',
  'app-signed-off',
  'app-replayed',
  'device-renamed',
  'device-assigned',
  'household-profile-added',
  'household-profile-renamed',
  'household-profile-removed',
  'upstream-linked',
  'upstream-unlinked',
] as const satisfies readonly EventKind[];
type About = (typeof ABOUT)[number];

export function severityOf(kind: EventKind): Severity {
  return SEVERITIES[kind];
}

/** @param what the device, app or other thing that it is about, with its name where it has one */
export function titleOf(reader: Reader, kind: EventKind, what: string): string {
  return isAbout(kind) ? reader.t(`events.about.${kind}`, { what }) : reader.t(`events.title.${kind}`);
}

const isAbout = (kind: EventKind): kind is About => (ABOUT as readonly EventKind[]).includes(kind);

/** The title of any event of this kind: words of ours alone, fit for the subject of a mail and for a text. */
export function generalTitle(reader: Reader, kind: EventKind): string {
  return titleOf(reader, kind, reader.t(`events.general.${thingOf(kind)}`));
}

function thingOf(kind: EventKind): 'app' | 'member' | 'key' | 'factor' | 'provider' | 'device' {
  if (kind.startsWith('app-')) return 'app';
  if (kind.startsWith('household-')) return 'member';
  if (kind.startsWith('link-key-')) return 'key';
  if (kind.startsWith('upstream-')) return 'provider';
  return /^(factor|passkey)-/.test(kind) ? 'factor' : 'device';
}

/** What an app of a device was called when the device was linked, to whom the event is told. */
export function appOf(reader: Reader, { device }: Pick<ActivityEntry, 'device'>): string | undefined {
  const { app, appNames = app } = device ?? {};
  const isSaid = typeof appNames === 'string' || (typeof appNames === 'object' && appNames !== null);
  return (isSaid && saidTo(reader, appNames as Worded)) || undefined;
}

/** The name of what an event is about, as its owner gave it or as the thing calls itself: a stranger may have chosen it. */
function claimedName(
  reader: Reader,
  { event, device }: Pick<ActivityEntry, 'event' | 'device'>,
): string | undefined {
  const { name: said, names = said } = event.subject ?? {};
  if (names !== undefined) return saidTo(reader, names);
  if (event.subject?.type !== 'device') return undefined;
  const { name, model } = claimedDevice({ device_name: device?.['name'], device_model: device?.['model'] });
  return name ?? model;
}

/** Factors are kept under these names, which may be followed by one that their owner gave. */
const FACTOR_NAME = /^(Authenticator app|Passkey|Backup codes|Backup phone)(?: (.+))?$/;
const FACTORS: Readonly<Record<string, 'app' | 'passkey' | 'backup-codes' | 'phone'>> = {
  'Authenticator app': 'app',
  Passkey: 'passkey',
  'Backup codes': 'backup-codes',
  'Backup phone': 'phone',
};

/** Puts words that a stranger may have chosen in quotes, fit for where they stand. */
type Quote = (reader: Reader, words: string) => string;

/** What an event is about, under the name it had then, in quotes: for the sentence of a page. */
export function formatSubject(reader: Reader, entry: Pick<ActivityEntry, 'event' | 'device'>): string {
  const type = entry.event.subject?.type;
  const name = formatName(reader, entry, quoteName);
  if (name === undefined) return reader.t(`events.general.${type === 'device' ? 'device' : 'something'}`);
  return type === 'link-key' ? reader.t('events.key-named', { name }) : name;
}

/** What an event is about, as it was called then; of a way to sign in its kind in the reader's words, and its name. */
export function formatName(
  reader: Reader,
  entry: Pick<ActivityEntry, 'event' | 'device'>,
  quote: Quote,
): string | undefined {
  const name = claimedName(reader, entry);
  if (name === undefined) return undefined;
  return (entry.event.subject?.type === 'factor' && factorWords(reader, name, quote)) || quote(reader, name);
}

/** A way to sign in. @param name as events have it. @returns `undefined` where it is of no kind of ours */
export function factorWords(reader: Reader, name: string, quote: Quote): string | undefined {
  const [, kind = '', detail] = FACTOR_NAME.exec(name) ?? [];
  const factor = FACTORS[kind];
  if (factor === undefined) return undefined;
  const general = reader.t(`events.factor.${factor}`);
  // One that its owner gave no name is kept under that of its kind.
  if (detail === undefined || [kind, general].includes(detail)) return general;
  return reader.t(`events.factor-named.${factor}`, { name: quote(reader, detail) });
}

/** From where something came: the program and the address, as far as they are known. */
export function formatPlace(reader: Reader, { address, userAgent }: EventPlace): string {
  const program = formatUserAgent(reader, userAgent);
  return placeWords(reader, program, address);
}

/**
 * @param program in the reader's words, fit for where they stand
 * @param written the address, as fit
 */
export function placeWords(
  reader: Reader,
  program: string | undefined,
  address: string,
  written = address,
): string {
  const at = addressWords(reader, address, written);
  return program === undefined ? at : reader.running(reader.t('events.place', { program, address: at }));
}
