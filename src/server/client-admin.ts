/** What the operator does to clients: the same for the tool and for a server's own endpoints. */

import type { Logger } from 'pino';
import { ClientWriter } from '../apps/client-writing.ts';
import { ManagedClients } from '../apps/managed-clients.ts';
import type { OperatorClient } from '../apps/operator-clients.ts';
import type { Config } from '../config/config.ts';
import { Limiter } from '../limits/limiter.ts';
import { secretsOf } from '../oidc/client-secrets.ts';
import { ClientsError } from '../oidc/clients.ts';
import { tooManyReceivers } from '../oidc/logout-receivers.ts';
import type { ResourceCatalog } from '../oidc/resources.ts';
import { ResourcesError, readerErrors } from '../oidc/resources-file.ts';
import { needsSecret, StoredClients, storedClientErrors, toMetadata } from '../oidc/stored-clients.ts';
import type { Stores } from '../redis/stores.ts';
import { protocolCookies } from '../web/middleware/cookies.ts';
import { type FileClients, readClients, readProtocolFiles } from './protocol-files.ts';
import { keyRotationOf } from './signing-keys.ts';

export interface ClientAdmin {
  readonly clients: ManagedClients;
  readonly writer: ClientWriter;
  /**
   * Reads another clients file as a server would, and uses nothing of it.
   * @throws ClientsError, ResourcesError naming every fault
   */
  checkFile(path: string): Promise<{ digest: string; clients: number }>;
}

interface ClientAdminParts {
  readonly stores: Stores;
  readonly config: Config;
  readonly log: Pick<Logger, 'warn'>;
  /** Has the library make each on trial. @throws ClientsError */
  readonly prove: (clients: FileClients) => Promise<void>;
}

export function clientAdmin({ stores, config, log, prove }: ClientAdminParts): ClientAdmin {
  const resources = async () => (await readProtocolFiles(config)).resources;
  const clients = new ManagedClients({
    file: async () => (await readClients(config)).map((one) => ({ ...one, secrets: secretsOf(one) })),
    onUnreadable: (error) => log.warn({ reason: String(error) }, 'the clients file cannot be read'),
    states: stores.clientStates,
    registered: stores.registeredClients,
    secretUses: stores.secretUses,
    operatorClients: stores.operatorClients,
    longestGrant: config.lifetimes.grant,
    readers: async () => (await resources()).readers,
  });
  const writer = new ClientWriter({
    store: stores.operatorClients,
    registered: stores.registeredClients,
    isInFile: (clientId) => clients.isInFile(clientId),
    needsSecret,
    faultsOf: async (client) => {
      const catalog = await resources();
      const others = [...(await readClients(config)), ...(await storedWith(stores, catalog))].filter(
        ({ client_id: id }) => id !== client.clientId,
      );
      return faultsOf(client, { catalog, others, prove });
    },
  });
  const checkFile = async (path: string) => {
    const {
      digest,
      clients: found,
      resources: catalog,
    } = await readProtocolFiles({ ...config, clientsFile: path });
    const errors = readerErrors(catalog, [...found, ...(await storedWith(stores, catalog))]);
    if (errors.length > 0) throw new ResourcesError(errors);
    await prove(found);
    return { digest, clients: found.length };
  };
  return { clients, writer, checkFile };
}

async function storedWith({ operatorClients }: Stores, catalog: ResourceCatalog) {
  const stored = new StoredClients(operatorClients, catalog);
  await stored.look();
  return stored.known;
}

interface Beside {
  readonly catalog: ResourceCatalog;
  readonly others: FileClients;
  readonly prove: ClientAdminParts['prove'];
}

/** All of them together: what was refused one by one would be mended one by one. */
async function faultsOf(client: OperatorClient, { catalog, others, prove }: Beside): Promise<string[]> {
  const errors = storedClientErrors(client);
  try {
    const metadata = toMetadata(client, catalog);
    errors.push(...tooManyReceivers([...others, metadata]));
    await prove([metadata]);
  } catch (error) {
    if (!(error instanceof ClientsError)) throw error;
    errors.push(...error.errors);
  }
  return [...new Set(errors)];
}

/** Where no server runs in this process: everything that the library is set up with, but for pages. */
export function provingAlone(stores: Stores, config: Config, product: string): ClientAdminParts['prove'] {
  return async (clients) => {
    const { resources } = await readProtocolFiles(config);
    const { published: keys } = await keyRotationOf(stores, config).open();
    // With the library: most of what the tool does needs neither, and would start later by a quarter.
    const { proveClients } = await import('../oidc/new-provider.ts');
    await proveClients({
      config,
      clients,
      product,
      resources,
      keys,
      accounts: stores.accounts,
      stores: {
        ...stores,
        limiter: new Limiter(stores.attempts, config.limits),
        lifetimes: config.lifetimes,
      },
      cookies: protocolCookies(config.issuer),
      renderError: () => undefined,
      renderHeldAnswer: () => undefined,
      renderFormPost: () => undefined,
    });
  };
}
