/** Events in the words of their owner: the titles on the page of recent activity, and the subjects of alerts. */
import { claimedDevice } from '../devices/claimed-device.ts';
import { quoteName } from '../devices/claimed-words.ts';
import { formatUserAgent } from '../devices/user-agent.ts';
import type { EventKind, EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';

/**
 * How much an event matters to an owner who did not expect it. `critical`: told always, and by SMS where a phone is
 * set; `notify`: told unless switched off; `silent`: on the page of recent activity only.
 */
type Severity = 'critical' | 'notify' | 'silent';

interface EventWords {
  readonly severity: Severity;
  /** @param what the device, app or other thing that it is about, with its name where it has one */
  readonly title: (what: string) => string;
}

const WORDS: Readonly<Record<EventKind, EventWords>> = {
  'signed-in': { severity: 'notify', title: () => 'Signed in with a browser' },
  'signed-out': { severity: 'silent', title: () => 'Signed out of a browser' },
  'signed-out-everything': { severity: 'critical', title: () => 'Signed out of everything' },
  'password-changed': { severity: 'critical', title: () => 'Your password was changed' },
  'password-reset': { severity: 'critical', title: () => 'A forgotten password was replaced' },
  'name-changed': { severity: 'silent', title: () => 'Your name was changed' },
  'email-changed': { severity: 'critical', title: () => 'Your email was changed' },
  'device-linked': { severity: 'notify', title: (what) => `${what} was linked to your account` },
  'device-deregistered': { severity: 'notify', title: (what) => `${what} was removed from your account` },
  'device-signed-off': { severity: 'notify', title: (what) => `${what} signed itself off` },
  'device-replayed': {
    severity: 'critical',
    title: (what) => `${what} was signed out, since somebody may have copied its sign-in`,
  },
  'factor-added': { severity: 'critical', title: (what) => `${what} was added to two-step verification` },
  'factor-removed': {
    severity: 'critical',
    title: (what) => `${what} was removed from two-step verification`,
  },
  'sign-in-refused': { severity: 'silent', title: () => 'A wrong password was entered' },
  'codes-refused': { severity: 'notify', title: () => 'Too many wrong device codes were typed' },
  'second-step-refused': {
    severity: 'notify',
    title: () => 'The password was right, but the second step was wrong',
  },
  'backup-code-used': { severity: 'notify', title: () => 'A backup code was used' },
  'browser-trusted': { severity: 'silent', title: () => 'A browser is not asked for codes any more' },
  'browser-trust-ended': { severity: 'silent', title: () => 'A browser is asked for codes again' },
  'passkey-copied': {
    severity: 'critical',
    title: (what) => `${what} was refused, since it may have been copied`,
  },
  'closing-asked': { severity: 'critical', title: () => 'Your account will be closed in 7 days' },
  'closing-taken-back': { severity: 'notify', title: () => 'Your account stays open' },
  'voice-code-set': { severity: 'critical', title: () => 'A voice code was set' },
  'voice-code-removed': { severity: 'notify', title: () => 'Your voice code was removed' },
  'voice-code-locked': {
    severity: 'notify',
    title: (what) => `Your voice code was locked after too many wrong tries, the last on ${what}`,
  },
  'voice-code-unlocked': { severity: 'notify', title: () => 'Your voice code was unlocked' },
  'factors-removed': { severity: 'critical', title: () => 'Two-step verification was switched off' },
  'recovery-asked': {
    severity: 'critical',
    title: () => 'Somebody asked to remove two-step verification from your account',
  },
  'recovery-soon': {
    severity: 'critical',
    title: () => 'Two-step verification can soon be removed from your account',
  },
  'recovery-open': {
    severity: 'critical',
    title: () => 'Two-step verification can be removed from your account now',
  },
  'recovery-cancelled': {
    severity: 'notify',
    title: () => 'Two-step verification stays: the request to remove it was cancelled',
  },
  'recovery-done': { severity: 'critical', title: () => 'Two-step verification was removed after the wait' },
  'link-key-made': {
    severity: 'critical',
    title: (what) => `${what} was made, which links devices to your account`,
  },
  'link-key-refused': {
    severity: 'notify',
    title: (what) => `${what}, which links devices, was used where or as it may not be`,
  },
  'link-key-ended': { severity: 'notify', title: (what) => `${what} was ended, which linked devices` },
  'alerts-changed': { severity: 'critical', title: () => 'What you are told of was changed' },
  'app-allowed': { severity: 'notify', title: (what) => `${what} was allowed to use your account` },
  'app-narrowed': { severity: 'silent', title: (what) => `${what} may do less than before` },
  'app-removed': { severity: 'notify', title: (what) => `${what} was removed from your account` },
  'app-signed-off': { severity: 'silent', title: (what) => `${what} signed itself off` },
  'app-replayed': {
    severity: 'critical',
    title: (what) => `${what} was signed out, since somebody may have copied its sign-in`,
  },
  'account-disabled': { severity: 'critical', title: () => 'Your account was disabled' },
  'account-enabled': { severity: 'notify', title: () => 'Your account was enabled again' },
  'signed-out-others': { severity: 'notify', title: () => 'Signed out of all other browsers' },
  'device-renamed': { severity: 'silent', title: (what) => `${what} was given another name` },
  'device-assigned': {
    severity: 'silent',
    title: (what) => `${what} was given to a member of the household`,
  },
  'household-profile-added': { severity: 'silent', title: (what) => `${what} was added to the household` },
  'household-profile-renamed': {
    severity: 'silent',
    title: (what) => `${what} of the household was given another name`,
  },
  'household-profile-removed': {
    severity: 'silent',
    title: (what) => `${what} was removed from the household`,
  },
};

export function severityOf(kind: EventKind): Severity {
  return WORDS[kind].severity;
}

export function titleOf(kind: EventKind, what: string): string {
  return WORDS[kind].title(what);
}

/** Made once: making one takes longer than a hundred times of formatting. */
const UTC_FORMAT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** Date and time in UTC, such as "5 March 2026 at 14:07 UTC". */
export function formatUtc(at: Date): string {
  return `${UTC_FORMAT.format(at)} UTC`;
}

/** The title of any event of this kind: words of ours alone, fit for the subject of a mail and for a text. */
export function generalTitle(kind: EventKind): string {
  const what = kind.startsWith('app-')
    ? 'An app'
    : kind.startsWith('household-')
      ? 'A member'
      : kind.startsWith('link-key-')
        ? 'A key'
        : /^(factor|passkey)-/.test(kind)
          ? 'A way to sign in'
          : 'A device';
  return titleOf(kind, what);
}

/** The name of what an event is about, as its owner gave it or as the thing calls itself: a stranger may have chosen it. */
export function claimedName({ event, device }: Pick<ActivityEntry, 'event' | 'device'>): string | undefined {
  if (event.subject?.name !== undefined) return event.subject.name;
  if (event.subject?.type !== 'device') return undefined;
  const { name, model } = claimedDevice({ device_name: device?.['name'], device_model: device?.['model'] });
  return name ?? model;
}

const FACTOR_NAME = /^(Authenticator app|Passkey|Backup codes|Backup phone)(?: (.+))?$/;

/** What an event is about, under the name it had then, in quotes: for the sentence of a page. */
export function formatSubject(entry: Pick<ActivityEntry, 'event' | 'device'>): string {
  const type = entry.event.subject?.type;
  const name = claimedName(entry);
  if (name === undefined) return type === 'device' ? 'A device' : 'Something';
  const [, kind, detail] = (type === 'factor' && FACTOR_NAME.exec(name)) || [];
  if (type === 'link-key') return `The key ${quoteName(name)}`;
  if (kind === undefined) return quoteName(name);
  return detail === undefined ? kind : `${kind} ${quoteName(detail)}`;
}

/** From where something came: the program and the address, as far as they are known. */
export function formatPlace({ address, userAgent }: EventPlace): string {
  const program = formatUserAgent(userAgent);
  return program === undefined ? address : `${program}, ${address}`;
}
