/** Events in the words of their owner: the titles on the page of recent activity, and the subjects of alerts. */
import { claimedDevice } from '../devices/claimed-device.ts';
import { quoteName } from '../devices/claimed-words.ts';
import { userAgentInWords } from '../devices/user-agent.ts';
import type { EventKind, EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';

/**
 * How much an event matters to an owner who did not expect it. `grave`: told always, and by SMS where a phone is
 * set; `alert`: told unless switched off; `quiet`: on the page of recent activity only.
 */
export type Gravity = 'grave' | 'alert' | 'quiet';

interface EventWords {
  readonly gravity: Gravity;
  /** @param what the device, app or other thing that it is about, with its name where it has one */
  readonly title: (what: string) => string;
}

const WORDS: Readonly<Record<EventKind, EventWords>> = {
  'signed-in': { gravity: 'alert', title: () => 'Signed in with a browser' },
  'signed-out': { gravity: 'quiet', title: () => 'Signed out of a browser' },
  'signed-out-everything': { gravity: 'grave', title: () => 'Signed out of everything' },
  'password-changed': { gravity: 'grave', title: () => 'Your password was changed' },
  'password-reset': { gravity: 'grave', title: () => 'A forgotten password was replaced' },
  'name-changed': { gravity: 'quiet', title: () => 'Your name was changed' },
  'email-changed': { gravity: 'grave', title: () => 'Your email was changed' },
  'device-linked': { gravity: 'alert', title: (what) => `${what} was linked to your account` },
  'device-deregistered': { gravity: 'alert', title: (what) => `${what} was deregistered` },
  'device-signed-off': { gravity: 'alert', title: (what) => `${what} signed itself off` },
  'device-replayed': {
    gravity: 'grave',
    title: (what) => `${what} was signed out, since somebody may have copied its key`,
  },
  'factor-added': { gravity: 'grave', title: (what) => `${what} was added to two-step verification` },
  'factor-removed': { gravity: 'grave', title: (what) => `${what} was removed from two-step verification` },
  'sign-in-refused': { gravity: 'quiet', title: () => 'Somebody tried a wrong password' },
  'codes-refused': { gravity: 'alert', title: () => 'Too many wrong device codes were typed' },
  'second-step-refused': {
    gravity: 'alert',
    title: () => 'The password was right, but the second step was wrong',
  },
  'backup-code-used': { gravity: 'alert', title: () => 'A backup code was used' },
  'browser-trusted': { gravity: 'quiet', title: () => 'A browser is not asked for codes any more' },
  'browser-trust-ended': { gravity: 'quiet', title: () => 'A browser is asked for codes again' },
  'passkey-copied': {
    gravity: 'grave',
    title: (what) => `${what} was refused, since it may have been copied`,
  },
  'closing-asked': { gravity: 'grave', title: () => 'Your account will be closed in 7 days' },
  'closing-taken-back': { gravity: 'alert', title: () => 'Your account stays open' },
  'voice-code-set': { gravity: 'grave', title: () => 'A voice code was set' },
  'voice-code-removed': { gravity: 'alert', title: () => 'Your voice code was removed' },
  'voice-code-locked': {
    gravity: 'alert',
    title: (what) => `Your voice code was locked after too many wrong tries, the last on ${what}`,
  },
  'voice-code-unlocked': { gravity: 'alert', title: () => 'Your voice code was unlocked' },
  'factors-removed': { gravity: 'grave', title: () => 'Two-step verification was switched off' },
  'recovery-asked': {
    gravity: 'grave',
    title: () => 'Somebody asked to remove two-step verification from your account',
  },
  'recovery-soon': {
    gravity: 'grave',
    title: () => 'Two-step verification can soon be removed from your account',
  },
  'recovery-open': {
    gravity: 'grave',
    title: () => 'Two-step verification can be removed from your account now',
  },
  'recovery-cancelled': {
    gravity: 'alert',
    title: () => 'Two-step verification stays: the request to remove it was cancelled',
  },
  'recovery-done': { gravity: 'grave', title: () => 'Two-step verification was removed after the wait' },
  'alerts-changed': { gravity: 'grave', title: () => 'What you are told of was changed' },
  'app-allowed': { gravity: 'alert', title: (what) => `${what} was allowed to use your account` },
  'app-narrowed': { gravity: 'quiet', title: (what) => `${what} may do less than before` },
  'app-removed': { gravity: 'alert', title: (what) => `${what} was removed from your account` },
  'app-signed-off': { gravity: 'quiet', title: (what) => `${what} signed itself off` },
  'app-replayed': {
    gravity: 'grave',
    title: (what) => `${what} was signed out, since somebody may have copied its key`,
  },
  'account-disabled': { gravity: 'grave', title: () => 'Your account was disabled' },
  'account-enabled': { gravity: 'alert', title: () => 'Your account was enabled again' },
  'signed-out-others': { gravity: 'alert', title: () => 'Signed out of all other browsers' },
  'device-renamed': { gravity: 'quiet', title: (what) => `${what} was given another name` },
  'device-assigned': { gravity: 'quiet', title: (what) => `${what} was given to a member of the household` },
  'household-profile-added': { gravity: 'quiet', title: (what) => `${what} was added to the household` },
  'household-profile-renamed': {
    gravity: 'quiet',
    title: (what) => `${what} of the household was given another name`,
  },
  'household-profile-removed': {
    gravity: 'quiet',
    title: (what) => `${what} was removed from the household`,
  },
};

export function gravityOf(kind: EventKind): Gravity {
  return WORDS[kind].gravity;
}

export function titleOf(kind: EventKind, what: string): string {
  return WORDS[kind].title(what);
}

/** Date and time in UTC, such as "5 March 2026 at 14:07 UTC". */
export function utcInWords(at: Date): string {
  const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${words.format(at)} UTC`;
}

/** The title of any event of this kind: words of ours alone, fit for the subject of a mail and for a text. */
export function generalTitle(kind: EventKind): string {
  const what = kind.startsWith('app-')
    ? 'An app'
    : kind.startsWith('household-')
      ? 'A member'
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
export function subjectInWords(entry: Pick<ActivityEntry, 'event' | 'device'>): string {
  const type = entry.event.subject?.type;
  const name = claimedName(entry);
  if (name === undefined) return type === 'device' ? 'A device' : 'Something';
  const [, kind, detail] = (type === 'factor' && FACTOR_NAME.exec(name)) || [];
  if (kind === undefined) return quoteName(name);
  return detail === undefined ? kind : `${kind} ${quoteName(detail)}`;
}

/** From where something came: the program and the address, as far as they are known. */
export function placeInWords({ address, userAgent }: EventPlace): string {
  const program = userAgentInWords(userAgent);
  return program === undefined ? address : `${program}, ${address}`;
}
