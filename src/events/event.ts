/**
 * What happens to an account, as its owner is told of it. An event is written by the same script as the change
 * it tells of, so neither is ever without the other; events without a change, such as a refused sign-in, are
 * written alone.
 */

/** Each is a sentence of its own on the page, and may be an alert. */
export const EVENT_KINDS = [
  'signed-in',
  'signed-out',
  'signed-out-everything',
  'factor-added',
  'factor-removed',
  'sign-in-refused',
  'codes-refused',
  'second-step-refused',
  'backup-code-used',
  'browser-trusted',
  'browser-trust-ended',
  'passkey-copied',
  'voice-code-set',
  'voice-code-removed',
  'voice-code-locked',
  'voice-code-unlocked',
  'voice-limits-changed',
  'factors-removed',
  'recovery-asked',
  'recovery-soon',
  'recovery-open',
  'recovery-cancelled',
  'recovery-done',
  'password-changed',
  'password-reset',
  'name-changed',
  'email-changed',
  'device-linked',
  'device-deregistered',
  'device-signed-off',
  'device-replayed',
  'account-disabled',
  'account-enabled',
  'role-changed',
  'signed-out-others',
  'device-renamed',
  'device-assigned',
  'household-profile-added',
  'household-profile-renamed',
  'household-profile-removed',
  'alerts-changed',
  'closing-asked',
  'closing-taken-back',
  'link-key-made',
  'link-key-refused',
  'link-key-ended',
  'app-allowed',
  'app-narrowed',
  'app-removed',
  'app-signed-off',
  'app-replayed',
  'upstream-linked',
  'upstream-unlinked',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** Who made it happen. `server`: a rule of ours did, such as the one against replay. */
export type EventActor = 'owner' | 'device' | 'app' | 'operator' | 'stranger' | 'server';

export interface ActivityEvent {
  readonly kind: EventKind;
  readonly by: EventActor;
  /** From where, when it came by a request. */
  readonly place?: EventPlace;
  /** What it is about, under the name it had then. */
  readonly subject?: EventSubject;
  /** Whatever else its sentence needs; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface EventPlace {
  /** IP address */
  readonly address: string;
  /** As a `Requester` has it. */
  readonly userAgent: string;
}

/** From where a request came, and no more of what is known of it. */
export function eventPlace({ address, userAgent }: EventPlace): EventPlace {
  return { address, userAgent };
}

export interface EventSubject {
  readonly type: 'device' | 'browser' | 'app' | 'factor' | 'profile' | 'link-key' | 'upstream';
  /** Name of the grant, uid of the browser, and so on: opens nothing. */
  readonly id: string;
  readonly name?: string;
  /** Of an app that has several, by the language of who reads it; under the empty tag that of all others. */
  readonly names?: Readonly<Record<string, string>>;
  /** Of a factor: which it is. */
  readonly kind?: string;
}
