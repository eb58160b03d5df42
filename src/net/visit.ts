import type { Requester } from './requester.ts';

/** The browser that asks for something: what is known of it before it signs in. */
export interface Visit extends Pick<Requester, 'address' | 'userAgent'> {
  /** The value of the cookie that an earlier sign-in left. */
  knownBrowser: string | undefined;
  /** The value of the cookie that says in which accounts this browser is not asked for codes. */
  trustedBrowser?: string | undefined;
  /** The session that the browser is signed in with already; it ends when a new one begins. */
  sessionId: string | undefined;
}
