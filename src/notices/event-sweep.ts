/**
 * From events to notices. States of an event: written (by the script of its change), queued (with each receiver that it
 * concerns, of whatever kind), noticed.
 */
import type { ActivityEntry } from '../events/event-store.ts';
import type { NoticeSource } from './notice-sweep.ts';

/** How far receivers have been told of the events of an account. */
export interface NoticedEvents {
  unnoticed(accountId: string): Promise<UnnoticedEvents>;
  /** Its creation, and events up to this entry, are queued. */
  markNoticed(accountId: string, entryId?: string): Promise<void>;
}

interface UnnoticedEvents {
  /** Those that are not queued yet, oldest first. */
  readonly entries: ActivityEntry[];
  /** The newest of them, also where it cannot be read any more. */
  readonly last?: string;
  /** Some are lost, since so many came after them. */
  readonly dropped: boolean;
  /** When the account was created, milliseconds since 1970 by the store's clock, where that is not queued yet. */
  readonly created?: number;
}

/** Queues what receivers of one kind are to hear. Twice is once. */
export interface EventHearer {
  /** The account is new. @param at when it was created */
  hearCreated?(accountId: string, at: number): Promise<void>;
  /** @param entries the oldest first */
  hear(accountId: string, entries: readonly ActivityEntry[]): Promise<void>;
  /** The account is about to be gone, with all that is written of it. */
  hearClosed(accountId: string): Promise<void>;
}

interface EventSweepSettings {
  readonly events: NoticedEvents;
  readonly hearers: readonly EventHearer[];
  /** Hears that events of an account were written over before they could be queued. */
  readonly onLost: () => void;
}

export class EventSweep implements NoticeSource {
  readonly #with: EventSweepSettings;

  constructor(settings: EventSweepSettings) {
    this.#with = settings;
  }

  async sweepAccount(accountId: string): Promise<boolean> {
    const { events, hearers, onLost } = this.#with;
    const { entries, last, dropped, created } = await events.unnoticed(accountId);
    if (dropped) onLost();
    if (last === undefined && created === undefined) return false;
    for (const hearer of hearers) {
      if (created !== undefined) await hearer.hearCreated?.(accountId, created);
      await hearer.hear(accountId, entries);
    }
    await events.markNoticed(accountId, last);
    return true;
  }

  async tellClosed(accountId: string): Promise<void> {
    for (const hearer of this.#with.hearers) await hearer.hearClosed(accountId);
  }
}
