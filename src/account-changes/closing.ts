import type { Session } from '../accounts/session.ts';
import type { EventPlace } from '../events/event.ts';
import type { ClosingStore } from './closing-store.ts';

/** How long an owner may change their mind, in milliseconds. */
export const GRACE_PERIOD = 7 * 24 * 3_600_000;

/** Closing an account: asked for, taken back within 7 days, or done. */
export class Closing {
  readonly #store: ClosingStore;

  constructor(store: ClosingStore) {
    this.#store = store;
  }

  /** `undefined` for a browser that was signed out meanwhile. */
  async ask(browser: Session, place: EventPlace): Promise<Date | undefined> {
    const event = { kind: 'closing-asked', by: 'owner', place } as const;
    const at = await this.#store.ask(browser, GRACE_PERIOD, event);
    return at === undefined ? undefined : new Date(at);
  }

  async keep(browser: Session, place: EventPlace): Promise<boolean> {
    return this.#store.keep(browser, { kind: 'closing-taken-back', by: 'owner', place });
  }
}
