/**
 * `@simplewebauthn/server`, once the first passkey is asked for: it reads certificates of every maker of authenticators, and a
 * process that never hears of a passkey does without that.
 */
export const webauthn = () => import('@simplewebauthn/server');
