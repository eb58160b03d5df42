/**
 * From events to alerts, at least once. States of an event: written (by the script of its change), owed (its
 * account waits for its turn), mailed. A server may die between any two; the next sweep, by whichever server, finds
 * what is written and not owed, and owing one account twice is owing it once.
 */
import type { Sealing } from '../accounts/sealing.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import { walkPending } from '../notices/pending-walk.ts';
import { nextTimes } from './alert-pace.ts';
import type { AlertStore, PendingAccount } from './alert-store.ts';
import { severityOf } from './event-labels.ts';
import type { OwedMailStore } from './owed-mails.ts';

/** One event that an owner says was not them. */
export interface Alert {
  readonly accountId: string;
  readonly entryId: string;
  /** Written to the email that the account had before this event changed it: that owner may take it back. */
  readonly to?: 'former';
}

export class AlertSweep {
  readonly #store: AlertStore;
  readonly #owed: OwedMailStore;
  readonly #sealing: Sealing;

  constructor(store: AlertStore, owed: OwedMailStore, sealing: Sealing) {
    this.#store = store;
    this.#owed = owed;
    this.#sealing = sealing;
  }

  /** Owes what is not owed yet, of every account that is pending: none waits behind so many others. */
  async sweep(): Promise<void> {
    await walkPending(
      (from, most) => this.#store.pending(from, most),
      (account) => this.#sweepAccount(account),
    );
  }

  async #sweepAccount(account: PendingAccount): Promise<void> {
    const { accountId } = account;
    const { entries, paced, dropped } = await this.#store.pendingEvents(accountId);
    const last = entries.at(-1);
    if (!last) return this.#store.settle(account);
    const told = entries.filter(({ event }) => severityOf(event.kind) !== 'silent');
    for (const entry of told) await this.#oweFormer(accountId, entry);
    if (told.length > 0 || dropped) {
      const critical = dropped || told.some(({ event }) => severityOf(event.kind) === 'critical');
      const next = nextTimes(paced);
      await this.#owed.owe(accountId, {
        urgency: critical ? 'critical' : 'notify',
        notBefore: critical ? next.critical : next.notify,
      });
    }
    await this.#store.markDelivered(accountId, last.id);
  }

  /**
   * The email that the account had before is a receiver of its own, with all that is written there: neither the
   * new mailbox nor whatever happens in the account afterwards holds that mail up.
   */
  async #oweFormer(accountId: string, { id, event }: ActivityEntry): Promise<void> {
    if (event.kind !== 'email-changed') return;
    const { was: email, change, language } = event.details ?? {};
    if (typeof email !== 'string') return;
    const receiver = `former:${accountId}:${id}`;
    const dispute: Alert | undefined =
      change === undefined ? undefined : { accountId, entryId: id, to: 'former' };
    const spoken = typeof language === 'string' ? { language } : {};
    const facts: FormerMail = { email, ...spoken, ...(dispute && { dispute }) };
    await this.#owed.owe(receiver, { urgency: 'critical', sealed: this.#sealing.seal(receiver, facts) });
  }
}

/** All that is written to the email before a change. */
export interface FormerMail {
  readonly email: string;
  /** Of the account; absent: it has none. */
  readonly language?: string;
  /** What its button takes back, where it can. */
  readonly dispute?: Alert;
}
