/** Of which emails a provider is believed that they are the person's. */
import { normalizeEmail } from '../accounts/email.ts';
import type { UpstreamProfile } from './provider-answer.ts';
import type { Upstream } from './upstream.ts';

/** Other letters may be folded into those of another mailbox. */
const PLAIN = /^[\x21-\x7e]+$/;

/** The email in its normal form; `undefined`: nothing follows from what the provider says of it. */
export function vouchedEmail(
  { linkBy, emailDomains }: Pick<Upstream, 'linkBy' | 'emailDomains'>,
  { email, isEmailVerified }: Pick<UpstreamProfile, 'email' | 'isEmailVerified'>,
): string | undefined {
  if (linkBy !== 'verified_email' || !isEmailVerified || email === undefined || !PLAIN.test(email))
    return undefined;
  const normal = normalizeEmail(email);
  // The domain itself and none below it.
  return normal !== undefined && emailDomains.includes(normal.slice(normal.indexOf('@') + 1))
    ? normal
    : undefined;
}
