import { randomUUID } from 'node:crypto';
import type { AccountStore, SignOutRequest } from '../accounts/account-store.ts';
import type { NewSession, Session, SessionTimes } from '../accounts/session.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import type { ActivityEvent, EventPlace } from '../events/event.ts';
import { stayingBrowser } from '../sessions/staying-session.ts';
import type { EndedThings, SnapshotStore } from './snapshot.ts';

type SignOutOutcome =
  | {
      readonly outcome: 'done';
      /** Names what has ended, for `ended`. */
      readonly copy: string;
      /** The new session id of the browser that stays signed in. */
      readonly sessionId: string | undefined;
      /** Its new uid. */
      readonly uid: string | undefined;
    }
  /** Another request was quicker: this browser is signed out, and nothing was changed by it. */
  | { readonly outcome: 'signed-out' };

interface SignOutEverythingDependencies {
  accounts: AccountStore;
  ended: SnapshotStore;
  browserTimes: SessionTimes;
  now: () => number;
}

/** For an owner who fears that a stranger uses the account: everything ends at once, without a new password. */
export class SignOutEverything {
  readonly #with: SignOutEverythingDependencies;

  constructor(dependencies: SignOutEverythingDependencies) {
    this.#with = dependencies;
  }

  /**
   * Once this has returned no device, browser, app, token, confirmed code or trusted browser from before is
   * accepted, whatever was under way.
   * @param keep this browser stays signed in, under a new session id
   */
  async signOut(browser: Session, keep: boolean, place: EventPlace): Promise<SignOutOutcome> {
    const copy = randomUUID();
    const stays = keep ? stayingBrowser(browser, this.#with.browserTimes, this.#with.now()) : undefined;
    const ended = await this.#end(browser, place, { copy, stays }).catch((error: unknown) => {
      // Where no other cookie can be given to this browser the end matters more: it ends with the rest.
      if (!stays || !(error instanceof StoreUnavailable)) throw error;
      return this.#end(browser, place, { copy, stays: undefined });
    });
    if (!ended) return { outcome: 'signed-out' };
    return { outcome: 'done', copy, sessionId: ended.stayed?.sessionId, uid: ended.stayed?.uid };
  }

  async #end(
    { accountId, epoch, uid }: Session,
    place: EventPlace,
    { copy, stays }: Pick<SignOutRequest, 'copy' | 'stays'>,
  ): Promise<{ stayed: NewSession | undefined } | undefined> {
    const event: ActivityEvent = {
      kind: 'signed-out-everything',
      by: 'owner',
      place,
      subject: { type: 'browser', id: uid },
      details: { kept: stays !== undefined },
    };
    const ended = await this.#with.accounts.signOutEverything(accountId, event, { epoch, stays, copy });
    return ended && { stayed: stays?.becomes };
  }

  /** What has ended; within the hour. */
  ended({ accountId }: Pick<Session, 'accountId'>, copy: string): Promise<EndedThings> {
    return this.#with.ended.read(accountId, copy);
  }
}
