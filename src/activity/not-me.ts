/**
 * "It wasn't me": takes back what an event gave, without signing in, by a ticket that came by mail or stands on
 * the owner's own page. It can only take away.
 *
 * States of a ticket: good for 7 days, used once it has taken something away. Looking changes nothing, so that a
 * mail scanner may look. Two uses at once both take away the same thing; the mark comes last, so a crash in the
 * middle leaves a ticket that works. An event that is no longer kept, since so much has happened after it, takes
 * everything along: else whoever holds the account could make so much happen.
 */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import type { ActivityEntry, ActivityStore } from './activity-store.ts';
import type { Alert } from './alert-sweep.ts';
import type { ActivityEvent, EventPlace } from './event.ts';
import type { NotMeTickets } from './not-me-tickets.ts';

/** As many events as are kept. */
const LOOKED_AT = 1000;

/** What saying so does: the one device, the one browser, or everything where somebody may hold the account. */
export type Remedy = 'end-device' | 'end-browser' | 'end-everything';

export interface NotMeDependencies {
  readonly activity: ActivityStore;
  readonly accounts: Pick<AccountStore, 'find' | 'signOutEverything'>;
  readonly grants: Pick<GrantStore, 'end'>;
  /** Signs a browser out by its uid; `true` when it was signed in. */
  readonly endBrowser: (uid: string, event: ActivityEvent) => Promise<boolean>;
  /** Denies the codes that still wait and were asked for from the same network as this device's. */
  readonly denyPendingFrom: (address: string) => Promise<number>;
  readonly used: UsedTickets;
  readonly tickets: NotMeTickets;
}

/** Which tickets have done their work. */
export interface UsedTickets {
  has(alert: Alert): Promise<boolean>;
  add(alert: Alert): Promise<void>;
}

/** What a ticket is about; without an entry, the event is no longer kept. */
export interface NotMeSeen {
  readonly alert: Alert;
  readonly entry: ActivityEntry | undefined;
  readonly remedy: Remedy;
}

export type NotMeOutcome =
  | { readonly outcome: 'done'; readonly remedy: Remedy; readonly entry: ActivityEntry | undefined }
  | { readonly outcome: 'used' | 'gone' };

export class NotMe {
  readonly #with: NotMeDependencies;

  constructor(dependencies: NotMeDependencies) {
    this.#with = dependencies;
  }

  /** What the ticket is about, and what using it will do. `undefined`: not ours, too old, or used. */
  async look(sealed: string): Promise<NotMeSeen | undefined> {
    const { tickets, activity, accounts, used } = this.#with;
    const alert = tickets.read(sealed);
    if (!alert || (await used.has(alert))) return undefined;
    const entry = await activity.find(alert.accountId, alert.entryId);
    if (entry) return { alert, entry, remedy: await this.#remedyFor(alert.accountId, entry) };
    const isThere = await accounts.find(alert.accountId as AccountId);
    return isThere && { alert, entry, remedy: 'end-everything' };
  }

  async use(sealed: string, place: EventPlace): Promise<NotMeOutcome> {
    const seen = await this.look(sealed);
    if (!seen) return { outcome: 'gone' };
    const { entry, alert } = seen;
    const accountId = alert.accountId as AccountId;
    let { remedy } = seen;
    const done = await this.#remedy(accountId, entry, remedy, place);
    if (!done && entry && (await this.#remedyFor(accountId, entry)) !== remedy) {
      remedy = 'end-everything';
      await this.#remedy(accountId, entry, remedy, place);
    }
    await this.#with.used.add(alert);
    return { outcome: 'done', remedy, entry };
  }

  /** A browser that has stayed when all else ended goes by another name since: then everything ends, so that it does. */
  async #remedyFor(accountId: string, { id, at, event }: ActivityEntry): Promise<Remedy> {
    const remedy = remedyOf(event);
    if (remedy !== 'end-browser') return remedy;
    const entries = await this.#with.activity.list(accountId, { most: LOOKED_AT });
    const stayed = entries.some(
      (later) => later.id !== id && later.at >= at && hasStayed(later.event, event.subject?.id),
    );
    return stayed ? 'end-everything' : remedy;
  }

  /** @returns `false` when there was no such browser to sign out */
  async #remedy(
    accountId: AccountId,
    entry: ActivityEntry | undefined,
    remedy: Remedy,
    place: EventPlace,
  ): Promise<boolean> {
    const { grants, accounts, endBrowser, denyPendingFrom } = this.#with;
    const subject = entry?.event.subject;
    const told = { by: 'owner', place, ...(subject && { subject }), details: { notMe: true } } as const;
    if (remedy === 'end-everything') {
      await accounts.signOutEverything(accountId, { kind: 'signed-out-everything', ...told });
    } else if (remedy === 'end-browser') {
      return endBrowser(subject?.id ?? '', { kind: 'signed-out', ...told });
    } else {
      const grantId = formatGrantId({ accountId, epoch: 1, name: subject?.id ?? '' });
      await grants.end(grantId, { kind: 'device-deregistered', ...told });
      const address = entry?.device?.['address'];
      if (typeof address === 'string') await denyPendingFrom(address);
    }
    return true;
  }
}

/** Whether this browser ended everything but itself. */
function hasStayed({ kind, subject, details }: ActivityEvent, uid: string | undefined): boolean {
  const ended =
    kind === 'password-changed' || (kind === 'signed-out-everything' && details?.['kept'] === true);
  return ended && subject?.id === uid;
}

/** Where somebody who is not the owner did this, that is what has to be taken from them. */
export function remedyOf({ kind }: ActivityEvent): Remedy {
  if (kind === 'device-linked') return 'end-device';
  return kind === 'signed-in' ? 'end-browser' : 'end-everything';
}

/** Quiet things, and what the operator or the owner's device did, are nothing that somebody else gained by. */
export function canBeUndone({ kind, by }: ActivityEvent): boolean {
  const gained = ['signed-in', 'device-linked', 'device-deregistered', 'second-step-refused'];
  return (
    by !== 'operator' &&
    (gained.includes(kind) ||
      /^(password|email|factor|recovery-(asked|soon|open|done)|alerts|app-allowed)/.test(kind))
  );
}
