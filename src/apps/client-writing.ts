/** Creating and changing clients that the operator keeps in the store: the same for the tool and for programs. */
import { freshBytes } from '../runtime/operations.ts';
import { withNewSecret } from './client-secrets.ts';
import {
  MAX_CHANGED_CLIENTS,
  MAX_OPERATOR_CLIENTS,
  type OperatorClient,
  type OperatorClientStore,
  type OperatorClientWriting,
  type StoredOperatorClient,
} from './operator-clients.ts';
import type { RegisteredClientStore } from './registered-clients.ts';
import { digestOf, newToken } from './token-digest.ts';

/** Why nothing was done; each fault is a sentence with its remedy. */
interface RefusedClient {
  readonly outcome: 'refused';
  readonly reason:
    | 'invalid-client'
    | 'client-from-file'
    | 'client-exists'
    | 'client-deleted'
    | 'too-many-clients'
    | 'no-such-client'
    | 'changed-meanwhile';
  readonly faults: readonly string[];
}

/** `secret`: it has a new one, which is shown once; absent: it has none, or goes on with that which it has. */
export type ClientWriting =
  | { readonly outcome: 'done'; readonly client: OperatorClient; readonly secret?: string }
  | RefusedClient;

interface ClientWriterParts {
  readonly store: OperatorClientStore;
  readonly registered: Pick<RegisteredClientStore, 'has'>;
  /** @throws where the clients file cannot be read */
  readonly isInFile: (clientId: string) => Promise<boolean>;
  readonly needsSecret: (metadata: Readonly<Record<string, unknown>>) => boolean;
  /** Every fault of a client, by the rules of the clients file; it is made by the library on trial. */
  readonly faultsOf: (client: OperatorClient) => Promise<readonly string[]>;
}

export class ClientWriter {
  readonly #with: ClientWriterParts;

  constructor(parts: ClientWriterParts) {
    this.#with = parts;
  }

  /** @param given metadata by the names of RFC 7591; without `client_id` the server makes one */
  async create(given: unknown): Promise<ClientWriting> {
    const { store, registered, isInFile } = this.#with;
    if (!isObject(given)) return notAnObject;
    const { client_id: id = freshBytes(16).toString('base64url'), ...metadata } = given;
    if (typeof id !== 'string')
      return refused('invalid-client', 'client_id is text, or left out: then one is made');
    if (await isInFile(id)) return fromFile(id);
    if (await registered.has(id)) return REFUSALS.exists(id);
    const issuedAt = Math.floor(Date.now() / 1000);
    return this.#write({ clientId: id, metadata, secret: undefined, issuedAt }, undefined, store);
  }

  /**
   * @param given all of it: what is left out, the client has no more
   * @param version that the caller has seen; absent: whatever it is now
   */
  async update(clientId: string, given: unknown, version?: string): Promise<ClientWriting> {
    const { store, isInFile } = this.#with;
    if (await isInFile(clientId)) return fromFile(clientId);
    const before = (await store.current()).find(clientId);
    if (!before) return REFUSALS.gone(clientId);
    if (version !== undefined && version !== before.version) return REFUSALS.changed(clientId);
    if (!isObject(given)) return notAnObject;
    const { client_id: id = clientId, ...metadata } = given;
    if (id !== clientId)
      return refused(
        'invalid-client',
        `client_id is ${clientId} and stays so: leave it out, or create another client`,
      );
    return this.#write({ ...withoutVersion(before), metadata }, before, store);
  }

  async #write(
    client: OperatorClient,
    before: StoredOperatorClient | undefined,
    store: OperatorClientStore,
  ): Promise<ClientWriting> {
    const { needsSecret, faultsOf } = this.#with;
    const isNew = needsSecret(client.metadata) && client.secret === undefined;
    const secret = isNew ? newToken() : undefined;
    const written = secretsFor(client, needsSecret(client.metadata), secret);
    const faults = await faultsOf(written);
    if (faults.length > 0) return { outcome: 'refused', reason: 'invalid-client', faults };
    const told = before ? 'client-updated' : 'client-created';
    const outcome = await store.write(written, before?.version, told);
    if (outcome !== 'written') return REFUSALS[outcome](client.clientId);
    return { outcome: 'done', client: written, ...(secret !== undefined && { secret }) };
  }
}

function withoutVersion({ version: _, ...client }: StoredOperatorClient): OperatorClient {
  return client;
}

function secretsFor(client: OperatorClient, needsOne: boolean, secret: string | undefined): OperatorClient {
  if (secret !== undefined) return withNewSecret(client, digestOf(secret), { overlap: 0, now: Date.now() });
  if (needsOne) return client;
  const { secretMade: _, formerSecret: __, ...others } = client;
  return { ...others, secret: undefined };
}

const isObject = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

function refused(reason: RefusedClient['reason'], fault: string): RefusedClient {
  return { outcome: 'refused', reason, faults: [fault] };
}

const notAnObject = refused('invalid-client', 'a JSON object of client metadata is needed (RFC 7591 names)');

const fromFile = (id: string) => refused('client-from-file', `${id} is in the clients file: change it there`);

const REFUSALS: Readonly<Record<Exclude<OperatorClientWriting, 'written'>, (id: string) => RefusedClient>> = {
  exists: (id) => refused('client-exists', `${id} is there already: update it, or give another client_id`),
  changed: (id) => refused('changed-meanwhile', `${id} was changed meanwhile: read it again, then update it`),
  gone: (id) => refused('no-such-client', `there is no stored client ${id}: create it`),
  deleted: (id) => refused('client-deleted', `${id} was deleted for good: give another client_id`),
  full: () =>
    refused(
      'too-many-clients',
      `${MAX_OPERATOR_CLIENTS} clients are stored, and no more may be: delete some (once ${MAX_CHANGED_CLIENTS} have been disabled, ended or deleted, update those that are there)`,
    ),
};
