import type { ClientStates } from '../devices/client-state.ts';
import type { RedisAccounts } from './accounts.ts';
import type { RedisActivity } from './activity.ts';
import type { Keyring } from './keyring.ts';
import type { Keyspace } from './keyspace.ts';
import type { Scripts } from './scripts.ts';

/** What every store of this folder is made from. */
export interface StoreContext {
  scripts: Scripts;
  keyspace: Keyspace;
  keyring: Keyring;
}

/** What those are made from that keep what a client was given: whether it may act is judged as it is read. */
export interface ClientContext extends StoreContext {
  clientStates: ClientStates;
}

/** What those are made from that change an account and tell its owner. */
export interface AccountContext extends StoreContext {
  activity: RedisActivity;
  accounts: RedisAccounts;
}

/**
 * The first result under any of the names an identifier may have been written under: more than one only
 * while a master secret is being rotated.
 */
export function underAnyName<T, N = string>(
  names: readonly N[],
  look: (name: N, index: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  const [first] = names;
  return names.length === 1 && first !== undefined ? look(first, 0) : lookInTurn(names, look);
}

async function lookInTurn<T, N>(
  names: readonly N[],
  look: (name: N, index: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const [index, name] of names.entries()) {
    const found = await look(name, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
