import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import type { ClientDirectory } from './client-directory.ts';

type Clients = Provider['Client'];
type Client = Awaited<ReturnType<Clients['find']>>;

/**
 * A client of the operator is made once from its entry. The library, which has every client from an adapter, would write out
 * and hash the whole entry each time to find the one that it has made of it: once for a poll, twice for an introspection.
 * An entry that was read anew, or changed in the store, is another one; so is a client that registered itself, each time: of those the library knows best.
 */
export function keepMadeClients(
  provider: Provider,
  directory: Pick<ClientDirectory, 'entryOf' | 'inFile' | 'isActive'>,
): void {
  const made = new WeakMap<ClientMetadata, Client & object>();
  const { Client } = provider;
  const find = Client.find.bind(Client);
  Client.find = async function findMade(id: string): Promise<Client> {
    const entry = directory.inFile(id) ?? (await directory.entryOf(id));
    const known = entry && made.get(entry);
    const isActive = known && directory.isActive(id);
    if (isActive !== undefined) return isActive === true || (await isActive) ? known : undefined;
    const client = await find(id);
    if (entry && client) made.set(entry, client);
    return client;
  };
}
