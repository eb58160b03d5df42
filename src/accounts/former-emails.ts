/**
 * Emails that an account had before. Changes of the email are a stack: taking one back takes back every later one,
 * so that a mail about a later change lets no thief undo what the owner took back. After 7 days a change stands.
 */
import { MAX_FORMER_EMAILS } from '../limits/list-bounds.ts';
import type { AccountProfile } from './account.ts';

/** As long as the button in the mail about it works, in milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * The profile under another email.
 * @param change names the change; `''`: it cannot be taken back
 * @param now milliseconds since 1970
 */
export function movedTo(profile: AccountProfile, email: string, change: string, now: number): AccountProfile {
  const kept = (profile.formerEmails ?? []).filter(({ at }) => at + KEPT_MS > now);
  const former = { change, email: profile.email, at: now };
  return { ...profile, email, formerEmails: change === '' ? kept : [...kept, former] };
}

/**
 * Milliseconds until the email may be changed again; 0: now. As many changes as are kept may stand to be taken back, and
 * none leaves for another one: else a thief would change the email so often that its owner's is forgotten.
 */
export function waitToMove({ formerEmails = [] }: AccountProfile, now: number): number {
  const kept = formerEmails.map(({ at }) => at + KEPT_MS).filter((end) => end > now);
  return kept.length < MAX_FORMER_EMAILS ? 0 : Math.min(...kept) - now;
}

/** The profile as it was before the change; `undefined`: the change was taken back, or stands by now. */
export function takenBackTo(
  profile: AccountProfile,
  change: string,
  now: number,
): AccountProfile | undefined {
  const former = profile.formerEmails ?? [];
  const index = former.findIndex((one) => one.change === change);
  const found = former[index];
  if (!found || found.at + KEPT_MS <= now) return undefined;
  return { ...profile, email: found.email, formerEmails: former.slice(0, index) };
}
