/** The clients that the operator keeps in the store, as the library takes them. */
import type { ClientMetadata } from 'oidc-provider';
import { storedSecrets } from '../apps/client-secrets.ts';
import type { OperatorClient, OperatorClientStore, StoredOperatorClient } from '../apps/operator-clients.ts';
import { CLIENT_SECRETS, SECRET_FILE } from './client-secrets.ts';
import { ClientsError, parseClients, SELF_REGISTERED } from './clients.ts';
import type { ResourceCatalog } from './resources.ts';
import { ownAccessErrors, READ_RESOURCES } from './resources-file.ts';

/** Octets that are kept of one at most, as JSON. */
const MAX_METADATA = 8192;
const METHODS_WITH_SECRET: readonly unknown[] = ['client_secret_basic', 'client_secret_post'];
/** What the server says itself. */
const SECRETS = ['client_secret', CLIENT_SECRETS, SECRET_FILE];

/** Whether it proves who it is by a secret, which the server makes. */
export function needsSecret(metadata: Readonly<Record<string, unknown>>): boolean {
  return METHODS_WITH_SECRET.includes(metadata['token_endpoint_auth_method']);
}

/** What is wrong beyond what is wrong in the clients file: a line each, with the remedy. */
export function storedClientErrors({ clientId, metadata }: OperatorClient): string[] {
  const errors: string[] = [];
  if (!/^[\x21-\x7e]{1,200}$/.test(clientId))
    errors.push('client_id has 1 to 200 visible ASCII characters, and no space');
  for (const name of SECRETS.filter((one) => metadata[one] !== undefined))
    errors.push(
      `${name} is made by the server: leave it out, and say token_endpoint_auth_method client_secret_basic`,
    );
  for (const name of [SELF_REGISTERED, READ_RESOURCES].filter((one) => metadata[one] !== undefined))
    errors.push(`${name} is nothing that a client is given: remove it`);
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA)
    errors.push(`all together is longer than ${MAX_METADATA} octets: give it fewer addresses`);
  return errors.map((error) => `${clientId}: ${error}`);
}

/** The same rules as in the clients file. @throws ClientsError naming every fault */
export function toMetadata(client: OperatorClient, resources: ResourceCatalog): ClientMetadata {
  const { clientId, metadata, secret } = client;
  const secrets = storedSecrets(client);
  const entry = { ...metadata, client_id: clientId, ...(secret !== undefined && { client_secret: secret }) };
  const [parsed] = parseClients(JSON.stringify([entry]));
  if (!parsed) throw new ClientsError([`${clientId}: cannot be read`]);
  const errors = ownAccessErrors(parsed, resources);
  if (errors.length > 0) throw new ClientsError(errors);
  const read = resources.readBy(clientId);
  return {
    ...parsed,
    ...(secrets.length > 0 && { [CLIENT_SECRETS]: secrets }),
    ...(read.length > 0 && { [READ_RESOURCES]: read }),
  };
}

export class StoredClients {
  readonly #store: Pick<OperatorClientStore, 'current' | 'known'>;
  readonly #resources: ResourceCatalog;
  readonly #made = new WeakMap<StoredOperatorClient, ClientMetadata | ClientsError>();
  readonly #lists = new WeakMap<readonly StoredOperatorClient[], readonly ClientMetadata[]>();

  constructor(store: Pick<OperatorClientStore, 'current' | 'known'>, resources: ResourceCatalog) {
    this.#store = store;
    this.#resources = resources;
  }

  /** As it is now; the same object until it is changed. @throws StoreUnavailable */
  async find(clientId: string): Promise<ClientMetadata | undefined> {
    const stored = (await this.#store.current()).find(clientId);
    const made = stored && this.#make(stored);
    return made instanceof ClientsError ? undefined : made;
  }

  /** All of them, as they were when any was last asked for; the same array for as long as they are the same. */
  get known(): readonly ClientMetadata[] {
    const { all } = this.#store.known;
    const list = this.#lists.get(all) ?? this.#madeOf(all);
    this.#lists.set(all, list);
    return list;
  }

  /** Asks for all of them. @returns what is wrong with those that were good to a former version, or to other resources */
  async look(): Promise<string[]> {
    const { all } = await this.#store.current();
    return all
      .map((one) => this.#make(one))
      .flatMap((one) => (one instanceof ClientsError ? one.errors : []));
  }

  #madeOf(all: readonly StoredOperatorClient[]): ClientMetadata[] {
    return all.map((one) => this.#make(one)).flatMap((one) => (one instanceof ClientsError ? [] : [one]));
  }

  #make(stored: StoredOperatorClient): ClientMetadata | ClientsError {
    const made = this.#made.get(stored) ?? this.#tryToMake(stored);
    this.#made.set(stored, made);
    return made;
  }

  #tryToMake(stored: StoredOperatorClient): ClientMetadata | ClientsError {
    try {
      return toMetadata(stored, this.#resources);
    } catch (error) {
      if (error instanceof ClientsError) return error;
      throw error;
    }
  }
}
