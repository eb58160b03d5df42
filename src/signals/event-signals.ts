/** What receivers of security events are told of what happens: a table of every kind of event, which the compiler holds whole. */
import type { ActivityEvent, EventActor, EventKind } from '../events/event.ts';
import type { SignalType } from './signal-types.ts';

/** One event of the account as one that a receiver knows. */
interface Signal {
  readonly type: SignalType;
  /** Members of a `credential-change` (CAEP 1.0 section 3.3.1). */
  readonly credential?: (event: ActivityEvent) => { credential_type: string; change_type: string };
}

/**
 * `none`: it is between the owner and this server, or what a client has done itself. `ends`: apps have lost sign-ins in some
 * browsers, and each hears of its own, from the ends that are written with the change.
 */
type Told = 'none' | 'ends' | readonly Signal[];

const REVOKED = { type: 'session-revoked' } as const;
const changed = (credential_type: string, change_type: string): Signal => ({
  type: 'credential-change',
  credential: () => ({ credential_type, change_type }),
});
const factor = (change_type: string): Signal => ({
  type: 'credential-change',
  credential: ({ subject }) => ({
    credential_type: CREDENTIALS[subject?.kind ?? ''] ?? 'other',
    change_type,
  }),
});

/** As CAEP names them; it has no name for a passkey of either kind, nor for backup codes. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  totp: 'app',
  passkey: 'passkey',
  phone: 'phone-sms',
  'backup-codes': 'backup-codes',
};

const TOLD = {
  'signed-in': 'none',
  'signed-out': 'ends',
  'signed-out-others': 'ends',
  'signed-out-everything': [REVOKED],
  'factor-added': [factor('create')],
  'factor-removed': [factor('delete')],
  'factors-removed': [changed('all-second-factors', 'delete')],
  'sign-in-refused': 'none',
  'codes-refused': 'none',
  'second-step-refused': 'none',
  'backup-code-used': 'none',
  'browser-trusted': 'none',
  'browser-trust-ended': 'none',
  'passkey-copied': 'none',
  'voice-code-set': 'none',
  'voice-code-removed': 'none',
  'voice-code-locked': 'none',
  'voice-code-unlocked': 'none',
  'voice-limits-changed': 'none',
  'recovery-asked': [{ type: 'recovery-activated' }],
  'recovery-soon': 'none',
  'recovery-open': 'none',
  'recovery-cancelled': 'none',
  'recovery-done': [REVOKED, changed('all-second-factors', 'delete')],
  'password-changed': [REVOKED, changed('password', 'update')],
  'password-reset': [REVOKED, changed('password', 'update')],
  'name-changed': 'none',
  'email-changed': [{ type: 'recovery-information-changed' }],
  'device-linked': 'none',
  'device-deregistered': [REVOKED],
  'device-signed-off': [REVOKED],
  'device-replayed': [REVOKED],
  'device-renamed': 'none',
  'device-assigned': 'none',
  'account-disabled': [REVOKED, { type: 'account-disabled' }],
  'account-enabled': [{ type: 'account-enabled' }],
  'role-changed': 'none',
  'household-profile-added': 'none',
  'household-profile-renamed': 'none',
  'household-profile-removed': 'none',
  'alerts-changed': 'none',
  'closing-asked': 'none',
  'closing-taken-back': 'none',
  'link-key-made': 'none',
  'link-key-refused': 'none',
  'link-key-ended': 'none',
  'app-allowed': 'none',
  'app-narrowed': 'none',
  'app-removed': [REVOKED],
  'app-signed-off': 'none',
  'app-replayed': 'ends',
  'upstream-linked': 'none',
  'upstream-unlinked': 'none',
} as const satisfies Readonly<Record<EventKind, Told>>;

export const toldOf = (kind: EventKind): Told => TOLD[kind];

/** Whether receivers hear of such an event by itself. */
export const isTold = (kind: EventKind): boolean => Array.isArray(TOLD[kind]);

const INITIATORS: Readonly<Record<EventActor, string>> = {
  owner: 'user',
  device: 'user',
  app: 'user',
  operator: 'admin',
  stranger: 'user',
  server: 'policy',
};

/** Members that all events of CAEP have (section 2); those of RISC have none of these. */
export function caepFields(at: number, by: EventActor): Record<string, unknown> {
  return { event_timestamp: Math.floor(at / 1000), initiating_entity: INITIATORS[by] };
}
