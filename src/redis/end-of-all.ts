/** What the scripts share that end everything of an account. */
import { randomUUID } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import type { Ended } from '../accounts/account-store.ts';
import type { Keyspace } from './keyspace.ts';
import type { ScriptReply } from './scripts.ts';

/** How long the copies that a sign-out of everything leaves for its result page stay: 1 hour. */
export const SNAPSHOT_MS = 3_600_000;

/** The keys of such a script, in its order. @param copy a name, never used before, for the copies of what ends */
export function keysOfAll(keyspace: Keyspace, id: AccountId, copy: string = randomUUID()): string[] {
  const ended = [keyspace.grants(id), keyspace.browsers(id), keyspace.trusted(id)];
  const copies = ended.map((key) => keyspace.sealedCopy(key, copy));
  return [keyspace.account(id), keyspace.activity(id), ...ended, ...copies];
}

/** `undefined`: the script refused. */
export function endedOf(reply: ScriptReply): Ended | undefined {
  if (!reply) return undefined;
  const [epoch, grants, browsers] = reply as [number, number, number];
  return { epoch, grants, browsers };
}
