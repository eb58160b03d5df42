/**
 * Clients register themselves (RFC 7591) and manage what they registered (RFC 7592). The library's own endpoints would
 * keep secrets in clear, know no bounds, and take what only an operator may give: see docs/decisions/0039.
 */
import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import { matchingSecret, storedSecrets } from '../apps/client-secrets.ts';
import { readInitialToken } from '../apps/initial-tokens.ts';
import {
  type Addition,
  type Admittance,
  type RegisteredClient,
  type RegisteredClientStore,
  type RegistrationMode,
  type StoredClient,
  UNUSED_LIFETIME,
  withoutVersion,
} from '../apps/registered-clients.ts';
import type {
  RefusedMetadata,
  Registration,
  RegistrationAnswer,
  RegistrationRequest,
} from '../apps/registration.ts';
import { digestOf, isDigestOf, newToken } from '../apps/token-digest.ts';
import { type ClientStates, isActive } from '../devices/client-state.ts';
import { networkOf } from '../net/network.ts';
import { looksLike, namesService } from './look-alike-names.ts';
import { type RegisteredMetadata, readRegistration, refused } from './registered-metadata.ts';

export const REGISTRATION_PATH = '/register';

/** What only the server says (RFC 7592 section 2.2). */
const FORBIDDEN = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];
/** Of two changes at once the later one is made on top of the earlier one. */
const TRIES = 5;

interface RegistrationParts {
  readonly provider: () => Provider;
  readonly issuer: string;
  readonly mode: RegistrationMode;
  readonly store: RegisteredClientStore;
  readonly clientStates: Pick<ClientStates, 'current'>;
  /** Milliseconds that a client stays after its last use, and one that came with a token without any. */
  readonly keptFor: number;
  /** Under which owners know this server. */
  readonly service: string;
  /** Of the operator's clients. */
  readonly takenNames: () => Promise<readonly string[]>;
}

export class ProviderRegistration implements Registration {
  readonly #with: RegistrationParts;

  constructor(parts: RegistrationParts) {
    this.#with = parts;
  }

  async register(given: unknown, { address, token }: RegistrationRequest): Promise<RegistrationAnswer> {
    const admittance = this.#admit(address, token);
    if (!admittance) return { outcome: 'unauthorized', given: token !== undefined };
    const clientId = randomBytes(16).toString('base64url');
    const read = await this.#read(clientId, given);
    if ('outcome' in read) return read;
    const [access, secret] = [newToken(), secretFor(read.metadata)];
    const client: RegisteredClient = {
      clientId,
      metadata: read.metadata,
      secret: secret && digestOf(secret),
      tokens: [digestOf(access)],
      issuedAt: Math.floor(Date.now() / 1000),
      initialToken: 'tokenId' in admittance ? admittance.tokenId : undefined,
    };
    const lifetime = 'tokenId' in admittance ? this.#with.keptFor : UNUSED_LIFETIME;
    const addition = await this.#with.store.add(client, admittance, lifetime);
    return notAdded(addition) ?? this.#done(client, access, secret);
  }

  async read(clientId: string, { token }: RegistrationRequest): Promise<RegistrationAnswer> {
    const client = await this.#ownedBy(clientId, token);
    return client ? this.#done(client, token ?? '') : { outcome: 'unauthorized', given: token !== undefined };
  }

  async update(
    clientId: string,
    { token }: RegistrationRequest,
    given: unknown,
  ): Promise<RegistrationAnswer> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await this.#ownedBy(clientId, token);
      if (!before || token === undefined) break;
      const read = errorOfUpdate(before, given) ?? (await this.#read(clientId, given));
      if ('outcome' in read) return read;
      const access = newToken();
      const secret = before.secret === undefined ? secretFor(read.metadata) : undefined;
      const after: RegisteredClient = {
        ...withSecretFor(read.metadata, before, secret),
        metadata: read.metadata,
        tokens: [digestOf(access), digestOf(token)],
      };
      const outcome = await this.#with.store.update(after, before);
      if (outcome === 'written') return this.#done(after, access, secret);
    }
    return { outcome: 'unauthorized', given: token !== undefined };
  }

  /** Whatever it was given is worth nothing from now on: every reader asks whether the client is there. */
  async remove(clientId: string, { token }: RegistrationRequest): Promise<RegistrationAnswer> {
    const client = await this.#ownedBy(clientId, token);
    if (!client) return { outcome: 'unauthorized', given: token !== undefined };
    await this.#with.store.remove(clientId);
    return { outcome: 'done', clientId };
  }

  #admit(address: string, token: string | undefined): Admittance | undefined {
    const { mode } = this.#with;
    // Where anyone may, a token is still good for what its network may bring no more of.
    const initial = readInitialToken(token);
    if (token !== undefined || mode !== 'open') return initial;
    return { network: networkOf(address) };
  }

  /** One that the operator has disabled is managed by the operator alone. */
  async #ownedBy(clientId: string, token: string | undefined): Promise<StoredClient | undefined> {
    const { store, clientStates } = this.#with;
    const [client, epochs] = await Promise.all([store.find(clientId), clientStates.current()]);
    // One that is not there is not looked up among the states: what is looked up is kept, and anyone may ask for any id.
    if (!client || !isActive(epochs, clientId)) return undefined;
    const owns = token !== undefined && client.tokens.some((digest) => isDigestOf(digest, token));
    return owns ? client : undefined;
  }

  /** What is kept has to be good to the library too, or the client would fail at its first use. */
  async #read(clientId: string, given: unknown): Promise<{ metadata: RegisteredMetadata } | RefusedMetadata> {
    const { service, takenNames } = this.#with;
    const taken = await takenNames();
    const isTaken = (name: string) =>
      namesService(name, service) || taken.some((other) => looksLike(name, other));
    const read = readRegistration(given, isTaken);
    if ('outcome' in read) return read;
    const { Client } = this.#with.provider() as unknown as {
      Client: new (metadata: ClientMetadata) => object;
    };
    const secret = needsSecret(read.metadata) ? { client_secret: digestOf('any') } : {};
    try {
      new Client({ ...read.metadata, client_id: clientId, ...secret } as ClientMetadata);
      return read;
    } catch (error) {
      const { error: code, error_description: why } = error as { error?: string; error_description?: string };
      if (code !== 'invalid_client_metadata') throw error;
      return refused(code, why ?? 'not taken');
    }
  }

  /** RFC 7591 section 3.2.1. A secret is said when it is made, and never again: what is kept cannot be turned back. */
  #done(client: RegisteredClient, access: string, secret?: string): RegistrationAnswer {
    const { clientId, metadata, issuedAt } = client;
    const body = {
      ...metadata,
      client_id: clientId,
      client_id_issued_at: issuedAt,
      ...(secret !== undefined && { client_secret: secret }),
      ...(client.secret !== undefined && { client_secret_expires_at: 0 }),
      registration_client_uri: `${this.#with.issuer}${REGISTRATION_PATH}/${clientId}`,
      registration_access_token: access,
    };
    return { outcome: 'done', clientId, body };
  }
}

/** RFC 7592 section 2.2. */
function errorOfUpdate(client: StoredClient, given: unknown): RefusedMetadata | undefined {
  const sent = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const forbidden = FORBIDDEN.find((name) => sent[name] !== undefined);
  if (forbidden !== undefined) return refused('invalid_request', `${forbidden} is not sent with a change`);
  if (sent['client_id'] !== client.clientId)
    return refused('invalid_request', 'client_id is not that of this client');
  const { client_secret: secret } = sent;
  if (secret === undefined) return undefined;
  const isIts =
    typeof secret === 'string' && matchingSecret(storedSecrets(client), secret, Date.now()) !== undefined;
  return isIts ? undefined : refused('invalid_request', 'client_secret is not that of this client');
}

function notAdded(addition: Addition): RegistrationAnswer | undefined {
  switch (addition) {
    case 'added':
      return undefined;
    case 'token-refused':
      return { outcome: 'unauthorized', given: true };
    default:
      return { outcome: 'full', of: addition === 'full' ? 'all' : 'network' };
  }
}

function needsSecret({ token_endpoint_auth_method: method }: RegisteredMetadata): boolean {
  return method !== 'none';
}

/** @param secret a new one, where it had none and needs one now */
function withSecretFor(
  metadata: RegisteredMetadata,
  before: StoredClient,
  secret: string | undefined,
): RegisteredClient {
  if (needsSecret(metadata) && secret === undefined) return withoutVersion(before);
  const { secretMade: _, formerSecret: __, ...others } = withoutVersion(before);
  if (!needsSecret(metadata)) return { ...others, secret: undefined };
  return { ...others, secret: secret && digestOf(secret), secretMade: Date.now() };
}

function secretFor(metadata: RegisteredMetadata): string | undefined {
  return needsSecret(metadata) ? newToken() : undefined;
}
