import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { EVENT_KINDS, type EventKind, type EventPlace } from '../events/event.ts';
import { severityOf } from './event-labels.ts';

/** Alerts that an owner may do without; the most severe are not among them. */
export const OPTIONAL_ALERTS: readonly EventKind[] = EVENT_KINDS.filter(
  (kind) => severityOf(kind) === 'notify',
);

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

  /** The kinds that the owner does without. */
  async unwanted(accountId: AccountId): Promise<readonly EventKind[]> {
    const account = await this.#accounts.find(accountId);
    return OPTIONAL_ALERTS.filter((kind) => account?.profile.unwantedAlerts?.includes(kind));
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
    const unwantedAlerts = OPTIONAL_ALERTS.filter((kind) => !wanted.includes(kind));
    const before = OPTIONAL_ALERTS.filter((kind) => account.profile.unwantedAlerts?.includes(kind));
    if (before.join() === unwantedAlerts.join()) return true;
    const profile = { ...account.profile, unwantedAlerts };
    return this.#accounts.replaceProfile(account, profile, { kind: 'alerts-changed', by: 'owner', place });
  }
}
