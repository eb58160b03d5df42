/** Apps of owners for the operator's tool, where no protocol runs that would know them. */
import type { AppAccess } from '../apps/app-access.ts';
import type { Config } from '../config/config.ts';
import { ClientDirectory } from '../oidc/client-directory.ts';
import { StoredClients } from '../oidc/stored-clients.ts';
import type { Stores } from '../redis/stores.ts';
import { readProtocolFiles } from './protocol-files.ts';

/** The files that say what an app is called, and what it may be let do, are read when the operator asks for an app. */
export function appsOf(config: Config, stores: Stores): Pick<AppAccess, 'list' | 'removeFor'> {
  const { lifetimes } = config;
  const opened = async (): Promise<AppAccess> => {
    const { clients, resources } = await readProtocolFiles(config);
    const stored = new StoredClients(stores.operatorClients, resources);
    await stored.look();
    const keptFor = Math.max(lifetimes.refreshToken, lifetimes.browserAbsolute);
    // With the library, which nothing else that the tool does needs.
    const { ProviderAppAccess } = await import('../oidc/app-access.ts');
    const directory = new ClientDirectory(clients, stores, keptFor, stored);
    return new ProviderAppAccess(directory, stores.consents, resources, lifetimes.grant / 1000);
  };
  return {
    list: async (owner) => (await opened()).list(owner),
    removeFor: async (owner, id) => (await opened()).removeFor(owner, id),
  };
}
