/** Events in the words of their owner: the titles on the page of recent activity, and the subjects of alerts. */
import type { EventKind } from './event.ts';

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
  'device-linked': { gravity: 'alert', title: (what) => `${what} was linked to your account` },
  'device-deregistered': { gravity: 'alert', title: (what) => `${what} was deregistered` },
  'device-signed-off': { gravity: 'alert', title: (what) => `${what} signed itself off` },
  'device-replayed': {
    gravity: 'grave',
    title: (what) => `${what} was signed out, since somebody may have copied its key`,
  },
  'account-disabled': { gravity: 'grave', title: () => 'Your account was disabled' },
  'account-enabled': { gravity: 'alert', title: () => 'Your account was enabled again' },
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
