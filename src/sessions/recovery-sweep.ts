import type { ActivityEvent } from '../events/event.ts';
import type { DueRecovery, RecoveryStore } from './recovery-store.ts';

const MAX_AT_ONCE = 200;
/** How long before it can be carried out a request is announced again: 24 hours. */
const LEAD_MS = 24 * 3_600_000;

/**
 * Tells owners again that the second step will be removed: a day before it can be, and when it can be. The event is
 * written in one step with the note that it was, so it is there once, whichever servers look and whenever they die; it
 * goes the way of every alert from there.
 */
export class RecoverySweep {
  readonly #recoveries: Pick<RecoveryStore, 'find' | 'due' | 'remind'>;

  constructor(recoveries: Pick<RecoveryStore, 'find' | 'due' | 'remind'>) {
    this.#recoveries = recoveries;
  }

  async sweep(): Promise<void> {
    for (const due of await this.#recoveries.due(MAX_AT_ONCE)) await this.#look(due);
  }

  async #look(due: DueRecovery): Promise<void> {
    const request = await this.#recoveries.find(due.accountId);
    const event = (kind: 'recovery-soon' | 'recovery-open'): ActivityEvent => ({
      kind,
      by: 'server',
      ...(request && { details: { opensAt: request.opensAt } }),
    });
    await this.#recoveries.remind(due, LEAD_MS, {
      soon: event('recovery-soon'),
      open: event('recovery-open'),
    });
  }
}
