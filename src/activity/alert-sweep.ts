/**
 * From events to alerts, at least once. States of an event: written (by the script of its change), queued (a job
 * that names it), told. A server may die between any two; the next sweep, by whichever server, finds what is
 * written and not queued, and queueing one event twice is queueing it once.
 */
import type { AlertStore, PendingAccount } from './alert-store.ts';
import { gravityOf } from './event-words.ts';

/** One event that somebody is to be told of. Two of the same are one. */
export interface Alert {
  readonly accountId: string;
  readonly entryId: string;
  /** To the email that the account had before this event changed it; else to the one it has. */
  readonly to?: 'former';
}

export interface AlertQueue {
  /** Resolves when the alert will be delivered whatever becomes of this server. */
  add(alert: Alert): Promise<void>;
}

/** Accounts looked at in one sweep. */
const MOST_ACCOUNTS = 200;

export class AlertSweep {
  readonly #store: AlertStore;
  readonly #queue: AlertQueue;

  constructor(store: AlertStore, queue: AlertQueue) {
    this.#store = store;
    this.#queue = queue;
  }

  /** Queues what has not been queued. */
  async sweep(): Promise<void> {
    for (const account of await this.#store.pending(MOST_ACCOUNTS)) await this.#sweepAccount(account);
  }

  async #sweepAccount(account: PendingAccount): Promise<void> {
    const { accountId } = account;
    const entries = await this.#store.untold(accountId);
    for (const { id, event } of entries) {
      if (gravityOf(event.kind) === 'quiet') continue;
      await this.#queue.add({ accountId, entryId: id });
      // An alert of its own: an address that takes no mail any more must not hold the other up.
      if (event.kind === 'email-changed') await this.#queue.add({ accountId, entryId: id, to: 'former' });
    }
    const last = entries.at(-1);
    if (last) await this.#store.tellUpTo(accountId, last.id);
    else await this.#store.settle(account);
  }
}
