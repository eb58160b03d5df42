/**
 * "It wasn't me": takes back what an event gave, without signing in, by a ticket that came by mail or stands on
 * the owner's own page. It can only take away; what, says `remedies.ts`.
 *
 * States of a ticket: good for 7 days, used once it has taken something away. Looking changes nothing, so that a
 * mail scanner may look. Two uses at once both take away the same thing; the mark comes last, so a crash in the
 * middle leaves a ticket that works. An event that is no longer kept, since so much has happened after it, takes
 * everything along: else an attacker who holds the account could make so much happen.
 */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { takenBackTo } from '../accounts/former-emails.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import type { EventPlace } from '../events/event.ts';
import type { ActivityEntry, ActivityStore } from '../events/event-store.ts';
import type { DisputeButton, DisputeTickets } from './dispute-tickets.ts';
import { canBeUndone, type Remedy, remedyFor } from './remedies.ts';
import type { TakingBack } from './take-back.ts';

/** As many events as are kept. */
const LOOKED_AT = 1000;

interface DisputeDependencies {
  readonly activity: ActivityStore;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly takingBack: Pick<TakingBack, 'isOver' | 'run'>;
  readonly used: UsedTickets;
  readonly tickets: DisputeTickets;
  /** milliseconds since 1970 */
  readonly now: () => number;
}

/** Which tickets have done their work. */
export interface UsedTickets {
  has(alert: DisputeButton): Promise<boolean>;
  add(alert: DisputeButton): Promise<void>;
  /** Whether any ticket of this event has. */
  hasAny(accountId: AccountId, entryId: string): Promise<boolean>;
}

/** What a ticket is about; without an entry, the event is no longer kept. */
interface DisputePreview {
  readonly alert: DisputeButton;
  readonly entry: ActivityEntry | undefined;
  readonly remedy: Remedy;
  /** What it would end by itself has ended already. */
  readonly isOver: boolean;
}

type DisputeOutcome =
  | {
      readonly outcome: 'done';
      readonly account: string;
      readonly remedy: Remedy;
      readonly entry: ActivityEntry | undefined;
      readonly isOver: boolean;
    }
  | { readonly outcome: 'gone' };

function unlessStore(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}

export class Disputes {
  readonly #with: DisputeDependencies;

  constructor(dependencies: DisputeDependencies) {
    this.#with = dependencies;
  }

  /** What the ticket is about, and what using it will do. `undefined`: not ours, too old, or used. */
  async look(sealed: string): Promise<DisputePreview | undefined> {
    const { tickets, activity, accounts, used } = this.#with;
    const alert = tickets.read(sealed);
    if (!alert || (await used.has(alert))) return undefined;
    const entry = await activity.find(alert.accountId, alert.entryId);
    if (!entry && !(await accounts.find(alert.accountId as AccountId))) return undefined;
    const remedy = await this.#remedyFor(alert, entry);
    const accountId = alert.accountId as AccountId;
    return { alert, entry, remedy, isOver: await this.#with.takingBack.isOver({ accountId, entry, remedy }) };
  }

  /** The ids of those that were taken back already, on the page or by the mail about them. */
  async takenBack(accountId: AccountId, entries: readonly ActivityEntry[]): Promise<ReadonlySet<string>> {
    const isUsed = async ({ id }: ActivityEntry) =>
      (await this.#with.used.hasAny(accountId, id)) ? [id] : [];
    const asked = entries.filter(({ event }) => canBeUndone(event));
    return new Set((await Promise.all(asked.map(isUsed))).flat());
  }

  /** Takes it back. What a browser did in the meantime, to slip away, takes everything along. */
  async use(sealed: string, place: EventPlace): Promise<DisputeOutcome> {
    const seen = await this.look(sealed);
    if (!seen) return { outcome: 'gone' };
    const { entry, alert, remedy } = seen;
    const { takingBack, used } = this.#with;
    const request = { accountId: alert.accountId as AccountId, entry, place };
    let outcome = await takingBack.run({ ...request, remedy });
    if (outcome === 'missing') {
      const now = await this.#remedyFor(alert, entry);
      outcome = now === remedy ? remedy : await takingBack.run({ ...request, remedy: now });
    }
    // It is taken back: where memory is full the mark alone is missing, as after a crash.
    await used.add(alert).catch(unlessStore);
    const { accountId: account } = alert;
    const done = outcome === 'missing' ? remedy : outcome;
    return { outcome: 'done', account, remedy: done, entry, isOver: seen.isOver && done === remedy };
  }

  async #remedyFor({ accountId, to }: DisputeButton, entry: ActivityEntry | undefined): Promise<Remedy> {
    const { activity, accounts, now } = this.#with;
    const entries = entry ? await activity.list(accountId, { most: LOOKED_AT }) : [];
    const later = entries.filter(({ at }) => entry && at >= entry.at);
    const remedy = remedyFor(entry, later, to);
    if (remedy !== 'email') return remedy;
    const account = await accounts.find(accountId as AccountId);
    const change = String(entry?.event.details?.['change']);
    return account && takenBackTo(account.profile, change, now()) ? remedy : 'everything';
  }
}
