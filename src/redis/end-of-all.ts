/** What the scripts share that end everything of an account. */
import type { Ended } from '../accounts/account-store.ts';
import type { ScriptReply } from './scripts.ts';

/** How long the copies that a sign-out of everything leaves for its result page stay: 1 hour. */
export const SNAPSHOT_MS = 3_600_000;

/** `undefined`: the script refused. */
export function endedOf(reply: ScriptReply): Ended | undefined {
  if (!reply) return undefined;
  const [epoch, grants, browsers] = reply as [number, number, number];
  return { epoch, grants, browsers };
}
