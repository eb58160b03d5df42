import { randomBytes } from 'node:crypto';
import type { Session, SessionTimes, StayingSession } from '../accounts/session.ts';

/**
 * The browser from which an owner ends everything else of their account: it goes on under a session id and a uid
 * that were never seen before (ASVS 7.2.4), and for no longer than it would have. What apps had of its session ends with
 * the rest.
 * @param now milliseconds since 1970
 */
export function stayingBrowser(browser: Session, times: SessionTimes, now: number): StayingSession {
  const { profile: _profile, ...kept } = browser;
  const left = browser.expiresAt * 1000 - now;
  return {
    was: browser.uid,
    becomes: {
      ...kept,
      sessionId: randomBytes(32).toString('base64url'),
      uid: `${browser.accountId}.${randomBytes(16).toString('base64url')}`,
      state: {},
    },
    time: { idle: times.idle, absolute: Math.max(1, Math.min(left, times.absolute)) },
  };
}
