import type { Session } from '../accounts/session.ts';
import type { EventPlace } from '../events/event.ts';
import type { SessionStore } from './session-store.ts';

/** Signs this one browser out, at once and on the server: its cookie is worth nothing afterwards. */
export class SignOut {
  readonly #browsers: SessionStore;

  constructor(browsers: SessionStore) {
    this.#browsers = browsers;
  }

  /**
   * @param place from where it was asked
   * @returns whether it was signed in
   */
  async signOut({ sessionId, uid }: Session, place: EventPlace): Promise<boolean> {
    const subject = { type: 'browser', id: uid } as const;
    return this.#browsers.end(sessionId, { kind: 'signed-out', by: 'owner', place, subject });
  }
}
