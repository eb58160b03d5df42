import type { Session } from '../accounts/session.ts';
import type { ActivityEvent, EventPlace } from '../events/event.ts';
import type { ListedSession, ListedSessionStore } from './listed-session.ts';
import type { SessionStore } from './session-store.ts';

/** The browsers that are signed in to an account, as its owner sees and ends them. */
export class Browsers {
  readonly #store: ListedSessionStore & Pick<SessionStore, 'endByUid'>;

  constructor(store: ListedSessionStore & Pick<SessionStore, 'endByUid'>) {
    this.#store = store;
  }

  /** Seen last first; the one that asks is among them. */
  async list(owner: Session): Promise<ListedSession[]> {
    const browsers = await this.#store.list(owner);
    return browsers.sort((one, other) => other.lastSeen - one.lastSeen);
  }

  /** `undefined` when there is none of that name in this account. */
  async find(owner: Session, id: string): Promise<ListedSession | undefined> {
    return (await this.#store.list(owner)).find((browser) => browser.id === id);
  }

  /** Signs another browser of this account out, at once. `false` when there was nothing to end. */
  async end({ accountId }: Session, { id, userAgent }: ListedSession, place: EventPlace): Promise<boolean> {
    const uid = `${accountId}.${id}`;
    const event: ActivityEvent = {
      kind: 'signed-out',
      by: 'owner',
      place,
      subject: { type: 'browser', id: uid },
      details: { userAgent },
    };
    return this.#store.endByUid(uid, event);
  }

  /** Signs every other browser out. @returns how many; `undefined` when the one that asks is signed out itself */
  async endOthers(owner: Session, place: EventPlace): Promise<number | undefined> {
    const subject = { type: 'browser', id: owner.uid } as const;
    return this.#store.endOthers(owner, { kind: 'signed-out-others', by: 'owner', place, subject });
  }
}
