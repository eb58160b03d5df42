import type { Account, AccountId, AccountProfile } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { EVENT_KINDS, type EventKind, type EventPlace } from '../events/event.ts';
import { severityOf } from './event-labels.ts';

/** Alerts that an owner may do without; the most severe are not among them. */
export const OPTIONAL_ALERTS: readonly EventKind[] = EVENT_KINDS.filter(
  (kind) => severityOf(kind) === 'notify',
);

/** The same by what they are about, as an owner switches them on and off. */
export const ALERT_GROUPS = ['sign-ins', 'devices', 'codes', 'account'] as const;
type AlertGroupName = (typeof ALERT_GROUPS)[number];

interface AlertGroup {
  readonly name: AlertGroupName;
  readonly kinds: readonly EventKind[];
  /** `some`: chosen one by one. */
  readonly wanted: 'all' | 'some' | 'none';
}

/** The groups as they stand for an owner who does without these kinds. */
export function alertGroups(unwanted: readonly EventKind[]): AlertGroup[] {
  return ALERT_GROUPS.map((name) => {
    const kinds = OPTIONAL_ALERTS.filter((kind) => groupOf(kind) === name);
    const off = kinds.filter((kind) => unwanted.includes(kind)).length;
    return { name, kinds, wanted: off === 0 ? 'all' : off < kinds.length ? 'some' : 'none' };
  });
}

function groupOf(kind: EventKind): AlertGroupName {
  if (/^(signed-|second-step-|backup-code-)/.test(kind)) return 'sign-ins';
  if (/^(device|app|link-key)-/.test(kind)) return 'devices';
  return /^(codes|voice-code)-/.test(kind) ? 'codes' : 'account';
}

/**
 * What is wanted once the groups are switched so: a group that stays on keeps what was chosen in it one by one.
 * @param on the groups whose switch is on
 */
export function switchedAlerts(unwanted: readonly EventKind[], on: readonly string[]): EventKind[] {
  return alertGroups(unwanted).flatMap(({ name, kinds, wanted }) => {
    if (!on.includes(name)) return [];
    return wanted === 'none' ? kinds : kinds.filter((kind) => !unwanted.includes(kind));
  });
}

/** The kinds that the owner does without. */
export function unwantedAlerts({ unwantedAlerts = [] }: Pick<AccountProfile, 'unwantedAlerts'>): EventKind[] {
  return OPTIONAL_ALERTS.filter((kind) => unwantedAlerts.includes(kind));
}

/** Whether the owner wants to be told of events of this kind. */
export function isWanted(
  kind: EventKind,
  { unwantedAlerts = [] }: Pick<Account['profile'], 'unwantedAlerts'>,
): boolean {
  return severityOf(kind) === 'critical' || !unwantedAlerts.includes(kind);
}

/** Of what an owner wants to be told. A change of this choice is always told. */
export class AlertChoices {
  readonly #accounts: Pick<AccountStore, 'find' | 'replaceProfile'>;

  constructor(accounts: Pick<AccountStore, 'find' | 'replaceProfile'>) {
    this.#accounts = accounts;
  }

  /**
   * @param epoch of the browser that asks
   * @param wanted what to tell of, of `OPTIONAL_ALERTS`
   * @returns `false`, and nothing has changed, when the account has changed meanwhile
   */
  async choose(
    { accountId, epoch }: { accountId: AccountId; epoch: number },
    wanted: readonly string[],
    place: EventPlace,
  ): Promise<boolean> {
    const account = await this.#accounts.find(accountId);
    if (account?.epoch !== epoch) return false;
    const unwanted = OPTIONAL_ALERTS.filter((kind) => !wanted.includes(kind));
    if (unwantedAlerts(account.profile).join() === unwanted.join()) return true;
    const profile = { ...account.profile, unwantedAlerts: unwanted };
    return this.#accounts.replaceProfile(account, profile, { kind: 'alerts-changed', by: 'owner', place });
  }
}
