import type { ClientMetadata } from 'oidc-provider';
import { registeredSecrets } from '../apps/client-secrets.ts';
import type { RegisteredClientStore } from '../apps/registered-clients.ts';
import { type ClientStates, UNTOUCHED } from '../devices/client-state.ts';
import { CLIENT_SECRETS } from './client-secrets.ts';
import { SELF_REGISTERED } from './clients.ts';

type Stored = Pick<RegisteredClientStore, 'find' | 'has' | 'keep' | 'letGo'>;

interface ClientStores {
  readonly registeredClients: Stored;
  readonly clientStates: Pick<ClientStates, 'recent'>;
}

/**
 * Every client there is: those of the clients file, then those that registered themselves. An entry of the file wins, so
 * that no stored client takes the place of one that the operator has written.
 */
export class ClientDirectory {
  #file: ReadonlyMap<string, ClientMetadata>;
  readonly #states: Pick<ClientStates, 'recent'>;
  readonly #stored: Stored;
  readonly #keptFor: number;

  /** @param keptFor milliseconds that a stored client stays after an owner has last used it */
  constructor(
    file: readonly ClientMetadata[],
    { registeredClients, clientStates }: ClientStores,
    keptFor: number,
  ) {
    this.#file = byId(file);
    this.#stored = registeredClients;
    this.#states = clientStates;
    this.#keptFor = keptFor;
  }

  /** The clients of the file, whatever the operator has done to them, and no others. */
  static ofFile(file: readonly ClientMetadata[]): ClientDirectory {
    const registeredClients = {
      find: async () => undefined,
      has: async () => false,
      keep: async () => 'gone' as const,
      letGo: async () => undefined,
    };
    const clientStates = { recent: async () => ({ areUntouched: true, of: () => UNTOUCHED }) };
    return new ClientDirectory(file, { registeredClients, clientStates }, 0);
  }

  /** The file was read anew. */
  replaceFile(file: readonly ClientMetadata[]): void {
    this.#file = byId(file);
  }

  /** The entry of the clients file, the same object until the file is read anew. */
  inFile(clientId: string): ClientMetadata | undefined {
    return this.#file.get(clientId);
  }

  /**
   * As the library takes it. One that was disabled or deleted is none: seconds later at the latest, which decides nothing,
   * since what it is given is judged as it stands then.
   * @throws StoreUnavailable, never for a client of the file
   */
  async find(clientId: string): Promise<ClientMetadata | undefined> {
    const described = await this.describe(clientId);
    return described && (await this.isActive(clientId)) ? described : undefined;
  }

  /** Whether one that is there may be used, as it stood a few seconds ago at most. */
  async isActive(clientId: string): Promise<boolean> {
    const epochs = await this.#states.recent();
    return epochs.areUntouched || epochs.of(clientId).status === 'active';
  }

  /** The same, whatever the operator has done to it: what owners are told of it has a name. */
  async describe(clientId: string): Promise<ClientMetadata | undefined> {
    const written = this.inFile(clientId);
    if (written) return written;
    const stored = await this.#stored.find(clientId);
    if (!stored) return undefined;
    const { metadata, secret } = stored;
    return {
      ...metadata,
      client_id: clientId,
      ...(secret !== undefined && { client_secret: secret, [CLIENT_SECRETS]: registeredSecrets(stored) }),
      [SELF_REGISTERED]: true,
    };
  }

  /** Whether there still is one: what it was given is worth nothing otherwise. */
  async has(clientId: string): Promise<boolean> {
    return this.#file.has(clientId) || this.#stored.has(clientId);
  }

  /** An owner lets it act. */
  async keep(clientId: string, owner: string): Promise<void> {
    if (!this.#file.has(clientId)) await this.#stored.keep(clientId, this.#keptFor, owner);
  }

  /** An owner has taken back all that it was let do. */
  async letGo(clientId: string, owner: string): Promise<void> {
    if (!this.#file.has(clientId)) await this.#stored.letGo(clientId, this.#keptFor, owner);
  }
}

const byId = (file: readonly ClientMetadata[]) => new Map(file.map((client) => [client.client_id, client]));
