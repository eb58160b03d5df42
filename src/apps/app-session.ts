import { hash } from 'node:crypto';

/**
 * `sid` of OpenID Connect Back-Channel Logout 1.0 section 2.1: names one browser's sign-in towards one app. It opens
 * nothing, tells nothing of the browser, and two apps cannot compare theirs. It needs no secret, since a uid is random,
 * so it stays what it is while secrets are rotated.
 * @param uid of the browser
 */
export function appSessionId(uid: string, clientId: string): string {
  return hash('sha256', `${uid}\n${clientId}`, 'base64url').slice(0, 22);
}
