/** What "It wasn't me" takes back of each kind of event: the one table of it. */

import type { ActivityEvent, EventKind } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';

/**
 * `nothing`: nothing was gained, or it has ended already. `browser`, `trusted-browser`, `device`, `app`, `link-key` (with the
 * devices that it linked): that one alone, with the codes that were entered in the account and wait. `recovery`: the request alone. Every other one ends
 * everything, since the account was in other hands, and takes back what it is named after in the same step.
 */
export type Remedy =
  | 'nothing'
  | 'browser'
  | 'trusted-browser'
  | 'device'
  | 'app'
  | 'link-key'
  | 'recovery'
  | 'factor'
  | 'backup-codes'
  | 'password'
  | 'email'
  | 'voice-code'
  | 'voice-limits'
  | 'alerts'
  | 'closing'
  | 'upstream'
  | 'everything';

/** `back`: that alone is taken back. `both`: that, and everything ends. `everything`: there is nothing to take back, and everything ends. */
export type DisputeEffect = 'back' | 'both' | 'everything';

const ALONE: readonly Remedy[] = [
  'nothing',
  'browser',
  'trusted-browser',
  'device',
  'app',
  'link-key',
  'recovery',
];

/** What the button is called after: it must say when it ends everything. */
export function effectOf(remedy: Remedy): DisputeEffect {
  if (ALONE.includes(remedy)) return 'back';
  return remedy === 'everything' ? remedy : 'both';
}

/** An event that is not named here cannot be: the compiler asks for it. */
export const REMEDIES: Readonly<Record<EventKind, Remedy>> = {
  'signed-in': 'browser',
  'signed-out': 'everything',
  'signed-out-everything': 'everything',
  'signed-out-others': 'everything',
  'factor-added': 'factor',
  'factor-removed': 'everything',
  'factors-removed': 'everything',
  // The password was wrong: that stranger has nothing.
  'sign-in-refused': 'nothing',
  'codes-refused': 'everything',
  'second-step-refused': 'everything',
  'backup-code-used': 'backup-codes',
  'browser-trusted': 'trusted-browser',
  'browser-trust-ended': 'everything',
  'passkey-copied': 'factor',
  'voice-code-set': 'voice-code',
  'voice-code-removed': 'everything',
  // A stranger guesses at this device: it goes, and nothing else of the owner's.
  'voice-code-locked': 'device',
  'voice-code-unlocked': 'everything',
  'voice-limits-changed': 'voice-limits',
  'recovery-asked': 'recovery',
  'recovery-soon': 'recovery',
  'recovery-open': 'recovery',
  'recovery-cancelled': 'everything',
  'recovery-done': 'everything',
  'password-changed': 'password',
  'password-reset': 'password',
  'name-changed': 'everything',
  'email-changed': 'email',
  'device-linked': 'device',
  'device-deregistered': 'everything',
  // The device did it itself, or its key has been taken back already.
  'device-signed-off': 'nothing',
  'device-replayed': 'nothing',
  'device-renamed': 'everything',
  'device-assigned': 'everything',
  // The people who run the server did it.
  'account-disabled': 'nothing',
  'account-enabled': 'nothing',
  'role-changed': 'nothing',
  'household-profile-added': 'everything',
  'household-profile-renamed': 'everything',
  'household-profile-removed': 'everything',
  'alerts-changed': 'alerts',
  'closing-asked': 'closing',
  'closing-taken-back': 'everything',
  // Making one takes a proof given for it: a stranger who made it has the password, and is signed in.
  'link-key-made': 'everything',
  // The stranger who has it may have used it, too.
  'link-key-refused': 'link-key',
  'link-key-ended': 'everything',
  'app-allowed': 'app',
  'app-narrowed': 'everything',
  'app-removed': 'everything',
  'app-signed-off': 'nothing',
  'app-replayed': 'nothing',
  'upstream-linked': 'upstream',
  'upstream-unlinked': 'everything',
};

/**
 * What the button takes back of this very event.
 * @param entry `undefined`: it is no longer kept, since so much has happened after it: then everything ends
 * @param later what happened since, as far as it is kept
 * @param to `former`: the button stands in the mail to the email that the account had before; it alone brings that back.
 *   `page`: on the page of recent activity, which a stolen cookie opens without a fresh proof
 */
export function remedyFor(
  entry: ActivityEntry | undefined,
  later: readonly ActivityEntry[],
  to?: 'former' | 'page',
): Remedy {
  if (!entry) return 'everything';
  const remedy = REMEDIES[entry.event.kind];
  if (to === 'page' && BY_MAIL_ALONE.includes(remedy)) return 'everything';
  if (remedy === 'email')
    return to === 'former' && typeof entry.event.details?.['change'] === 'string' ? remedy : 'everything';
  if (remedy !== 'browser' && remedy !== 'trusted-browser') return remedy;
  const uid = browserOf(entry.event);
  // A browser that has stayed when all else ended goes by another name since: everything ends, so that it does, too.
  return later.some(({ id, event }) => id !== entry.id && hasStayed(event, uid)) ? 'everything' : remedy;
}

/**
 * A signed-in owner changes these after a fresh proof of both steps. The mailbox stands for that in the button of a mail; a
 * cookie alone does not, or who stole it and knows the password would take the second step away.
 */
const BY_MAIL_ALONE: readonly Remedy[] = [
  'factor',
  'backup-codes',
  'password',
  'email',
  'voice-code',
  'voice-limits',
  'upstream',
];

/** The uid of the browser that an event is about. */
export function browserOf({ kind, subject, details }: ActivityEvent): string {
  return String((kind === 'browser-trusted' ? details?.['browser'] : subject?.id) ?? '');
}

/** Whether this browser ended everything but itself. */
function hasStayed({ kind, subject, details }: ActivityEvent, uid: string): boolean {
  const ended =
    kind === 'password-changed' || (kind === 'signed-out-everything' && details?.['kept'] === true);
  return ended && subject?.id === uid;
}

/** Whether the page of recent activity offers the button: not for what was no person's doing, or the operator's. */
export function canBeUndone({ kind, by }: ActivityEvent): boolean {
  return REMEDIES[kind] !== 'nothing' && by !== 'operator';
}
