import type { NewSession, Session, SessionTimes } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { SignInProof } from '../mfa/factor.ts';

/**
 * Signed-in browsers. A browser's cookie holds a session id; the id leads to the browser's record in the
 * account's slot, and only that record says that it is signed in. The event that comes with a change is written
 * down for the owner in the same step, if the change happens.
 */
export interface SessionStore {
  /**
   * Signs a browser in under the epoch that was read beside the password hash; `false`, and it is not signed
   * in, when the owner has signed out of everything since, or when the account has factors and this is no proof
   * of one that is accepted now. Accepting it and signing in is one step, so a code signs one browser in. A request to
   * remove the second step is over with a proof of it, or with a trusted browser: `recoveryOver` tells of that. Where as
   * many are signed in as may be, the one that was unused longest is signed out in the same step, and its owner told.
   */
  insert(
    browser: NewSession,
    time: SessionTimes,
    event?: ActivityEvent,
    proof?: SignInProof,
    recoveryOver?: ActivityEvent,
  ): Promise<boolean>;
  /**
   * The browser that comes with a session id; notes, at most once a minute, that it was seen. `undefined` when the id is
   * unknown, or the browser signed out, past its end, or of an older epoch.
   */
  resume(sessionId: string): Promise<Session | undefined>;
  /** As `resume`; the result's `sessionId` is empty, since a cookie cannot be learned from a uid. */
  resumeByUid(uid: string): Promise<Session | undefined>;
  /** Saves what a browser carries, perhaps under a new session id. Update only: `false` when it is signed out. */
  save(browser: Session): Promise<boolean>;
  /** Signs the browser out; `true` when it was signed in. */
  end(sessionId: string, event?: ActivityEvent): Promise<boolean>;
  /** As `end`, for a browser of which only the record is known. */
  endByUid(uid: string, event?: ActivityEvent): Promise<boolean>;
}
