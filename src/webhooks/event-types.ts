/** What receivers are told of, by the names of its events: a table of every kind of event, which the compiler holds whole. */
import type { ClientEventKind } from '../events/client-event.ts';
import type { EventKind } from '../events/event.ts';

/** `undefined`: no receiver is told of it; it is between the owner and this server. */
const TYPES = {
  'signed-in': 'session.started',
  'signed-out': 'session.ended',
  'signed-out-others': 'session.ended',
  'signed-out-everything': 'account.signed_out_everything',
  'factor-added': 'account.factor_added',
  'factor-removed': 'account.factor_removed',
  'factors-removed': 'account.factor_removed',
  'sign-in-refused': undefined,
  'codes-refused': undefined,
  'second-step-refused': undefined,
  'backup-code-used': undefined,
  'browser-trusted': undefined,
  'browser-trust-ended': undefined,
  'passkey-copied': undefined,
  'voice-code-set': undefined,
  'voice-code-removed': undefined,
  'voice-code-locked': undefined,
  'voice-code-unlocked': undefined,
  'voice-limits-changed': undefined,
  'recovery-asked': 'account.recovery_asked',
  'recovery-soon': undefined,
  'recovery-open': undefined,
  'recovery-cancelled': undefined,
  'recovery-done': 'account.recovery_done',
  'password-changed': 'account.password_changed',
  'password-reset': 'account.password_changed',
  'name-changed': 'account.updated',
  'email-changed': 'account.email_changed',
  'device-linked': 'device.linked',
  'device-deregistered': 'device.deregistered',
  'device-signed-off': 'device.signed_off',
  'device-replayed': 'device.replayed',
  'device-renamed': 'device.renamed',
  'device-assigned': 'device.assigned',
  'account-disabled': 'account.disabled',
  'account-enabled': 'account.enabled',
  'role-changed': undefined,
  'household-profile-added': undefined,
  'household-profile-renamed': undefined,
  'household-profile-removed': undefined,
  'alerts-changed': undefined,
  'closing-asked': 'account.closing',
  'closing-taken-back': 'account.closing_cancelled',
  'link-key-made': undefined,
  'link-key-refused': undefined,
  'link-key-ended': undefined,
  'app-allowed': 'app.allowed',
  'app-narrowed': 'app.narrowed',
  'app-removed': 'app.removed',
  'app-signed-off': 'app.signed_off',
  'app-replayed': 'app.replayed',
  'upstream-linked': 'account.updated',
  'upstream-unlinked': 'account.updated',
} as const satisfies Readonly<Record<EventKind, string | undefined>>;

const CLIENT_TYPES = {
  'client-created': 'client.created',
  'client-updated': 'client.updated',
  'client-secret-rotated': 'client.secret_rotated',
  'client-disabled': 'client.disabled',
  'client-enabled': 'client.enabled',
  'client-ended': 'client.ended',
  'client-deleted': 'client.deleted',
} as const satisfies Readonly<Record<ClientEventKind, string>>;

/** Of these no event tells: the account is not there yet or no more, keys change by time, the operator asks whether a receiver hears. */
const OTHERS = ['account.created', 'account.closed', 'keys.rotated', 'ping'] as const;

export type WebhookType =
  | NonNullable<(typeof TYPES)[EventKind]>
  | (typeof CLIENT_TYPES)[ClientEventKind]
  | (typeof OTHERS)[number];

export function typeOf(kind: EventKind): WebhookType | undefined {
  return TYPES[kind];
}

export const clientTypeOf = (kind: ClientEventKind): WebhookType => CLIENT_TYPES[kind];

/** Each that there is, once. */
export const WEBHOOK_TYPES: readonly WebhookType[] = [
  ...new Set([
    ...Object.values(TYPES).filter((type) => type !== undefined),
    ...Object.values(CLIENT_TYPES),
    ...OTHERS,
  ]),
].sort();

/** As its operator would write them: `*` for all, `device.*` for all of a group. */
export function patternsOf(types: readonly string[]): string[] {
  const has = new Set(types);
  const isWhole = (some: readonly string[]) => some.every((type) => has.has(type));
  if (isWhole(WEBHOOK_TYPES)) return ['*'];
  const groupOf = (type: string) => type.slice(0, type.indexOf('.') + 1);
  const groups = [...Map.groupBy(WEBHOOK_TYPES, groupOf)];
  return groups.flatMap(([group, all]) => {
    if (group === '') return [];
    return all.length > 1 && isWhole(all) ? [`${group}*`] : all.filter((type) => has.has(type));
  });
}
