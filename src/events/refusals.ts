import type { EventKind, EventPlace } from './event.ts';
import type { ActivityStore } from './event-store.ts';

/** Events of one kind within this time are one, so that a stranger cannot fill an owner's log. */
const ONCE_PER_MS = 10 * 60_000;
/** Among so many of the newest events another one of the kind is looked for. */
const LOOKED_AT = 30;

/**
 * What a client or a browser tried and was refused, for the owner's log. It is written after the answer has gone out, and
 * without a request waiting for it: an answer that took longer where there is an account would tell that there is one
 * (ASVS 6.3.8).
 */
export class Refusals {
  readonly #activity: Pick<ActivityStore, 'list' | 'record'>;
  readonly #now: () => number;
  readonly #underWay = new Set<Promise<void>>();

  constructor(activity: Pick<ActivityStore, 'list' | 'record'>, now: () => number = Date.now) {
    this.#activity = activity;
    this.#now = now;
  }

  record(
    accountId: string,
    kind: Extract<EventKind, 'sign-in-refused' | 'codes-refused'>,
    place: EventPlace,
  ): void {
    const noting = this.#record(accountId, kind, place)
      // The store is down: the answer said so, or was right without it.
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(noting));
    this.#underWay.add(noting);
  }

  /** Resolves when everything noted so far is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #record(accountId: string, kind: EventKind, place: EventPlace): Promise<void> {
    const newest = await this.#activity.list(accountId, { most: LOOKED_AT });
    const since = this.#now() - ONCE_PER_MS;
    if (newest.some(({ at, event }) => event.kind === kind && at > since)) return;
    // Codes of devices are entered in a browser where the owner is signed in.
    const by = kind === 'codes-refused' ? 'owner' : 'stranger';
    await this.#activity.record(accountId, { kind, by, place });
  }
}
