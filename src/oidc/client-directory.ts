import type { ClientMetadata } from 'oidc-provider';
import { storedSecrets } from '../apps/client-secrets.ts';
import type { RegisteredClientStore } from '../apps/registered-clients.ts';
import type { AppLink } from '../devices/app-link.ts';
import { type ClientStates, isActive, UNTOUCHED } from '../devices/client-state.ts';
import type { Worded } from '../words/worded.ts';
import { CLIENT_SECRETS } from './client-secrets.ts';
import { inEachLanguage, linksOf, withWords } from './client-words.ts';
import { SELF_REGISTERED } from './clients.ts';
import type { StoredClients } from './stored-clients.ts';

type Registered = Pick<RegisteredClientStore, 'find' | 'has' | 'keep' | 'letGo'>;

interface ClientStores {
  readonly registeredClients: Registered;
  readonly clientStates: Pick<ClientStates, 'recent'>;
}

/** Absent: the operator keeps none in the store. */
type Stored = Pick<StoredClients, 'find' | 'known'>;

/**
 * Every client there is: those of the clients file, those that the operator keeps in the store, then those that registered
 * themselves. An entry of the file wins, so that no stored client takes the place of one that the operator has written there.
 */
export class ClientDirectory {
  #file: ReadonlyMap<string, ClientMetadata>;
  readonly #states: Pick<ClientStates, 'recent'>;
  readonly #registered: Registered;
  readonly #stored: Stored;
  readonly #keptFor: number;
  #all: { of: readonly unknown[]; clients: readonly ClientMetadata[] } = { of: [], clients: [] };

  /** @param keptFor milliseconds that a client which registered itself stays after an owner has last used it */
  constructor(
    file: readonly ClientMetadata[],
    { registeredClients, clientStates }: ClientStores,
    keptFor: number,
    stored: Stored = { find: async () => undefined, known: [] },
  ) {
    this.#file = byId(file);
    this.#registered = registeredClients;
    this.#stored = stored;
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

  /** The operator's, in the file and in the store, as they were last known: the same array for as long as they are the same. */
  get all(): readonly ClientMetadata[] {
    const of = [this.#file, this.#stored.known];
    if (of.some((one, index) => one !== this.#all.of[index])) {
      const others = this.#stored.known.filter((one) => !this.#file.has(one.client_id));
      this.#all = { of, clients: [...this.#file.values(), ...others] };
    }
    return this.#all.clients;
  }

  /** Those in the store whose place one of the file takes. */
  get hidden(): string[] {
    return this.#stored.known.map((one) => one.client_id).filter((id) => this.#file.has(id));
  }

  /** What a client of the operator is called; one that is not there any more, by its id. */
  nameOf(clientId: string): Worded {
    const client = this.all.find((one) => one.client_id === clientId);
    return inEachLanguage(client ?? {}, 'client_name', client?.client_name ?? clientId);
  }

  /** Pages of the maker of one that is there. */
  linksOf(clientId: string): AppLink[] {
    return linksOf(
      this.all.find((one) => one.client_id === clientId),
      false,
    );
  }

  /**
   * What the operator says of a client, now; the same object until it is changed.
   * @throws StoreUnavailable, never for a client of the file
   */
  async entryOf(clientId: string): Promise<ClientMetadata | undefined> {
    return this.#file.get(clientId) ?? this.#stored.find(clientId);
  }

  /** The same of the clients file, without asking the store. */
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
  isActive(clientId: string): boolean | Promise<boolean> {
    const recent = this.#states.recent();
    return recent instanceof Promise
      ? recent.then((epochs) => isActive(epochs, clientId))
      : isActive(recent, clientId);
  }

  /** The same, whatever the operator has done to it: what owners are told of it has a name. */
  async describe(clientId: string): Promise<ClientMetadata | undefined> {
    const written = this.inFile(clientId);
    if (written) return written;
    const [stored, registered] = await Promise.all([
      this.#stored.find(clientId),
      this.#registered.find(clientId),
    ]);
    if (stored || !registered) return stored;
    const { metadata, secret } = registered;
    return {
      ...withWords(metadata),
      client_id: clientId,
      ...(secret !== undefined && { client_secret: secret, [CLIENT_SECRETS]: storedSecrets(registered) }),
      [SELF_REGISTERED]: true,
    };
  }

  /** Whether there still is one: what it was given is worth nothing otherwise. */
  has(clientId: string): boolean | Promise<boolean> {
    return this.#file.has(clientId) || this.#isKept(clientId);
  }

  async #isKept(clientId: string): Promise<boolean> {
    const found = await Promise.all([this.#stored.find(clientId), this.#registered.has(clientId)]);
    return found.some(Boolean);
  }

  /** An owner lets it act. What the operator keeps stays without that. */
  async keep(clientId: string, owner: string): Promise<void> {
    if (!(await this.entryOf(clientId))) await this.#registered.keep(clientId, this.#keptFor, owner);
  }

  /** An owner has taken back all that it was let do. */
  async letGo(clientId: string, owner: string): Promise<void> {
    if (!(await this.entryOf(clientId))) await this.#registered.letGo(clientId, this.#keptFor, owner);
  }
}

const byId = (file: readonly ClientMetadata[]) => new Map(file.map((client) => [client.client_id, client]));
