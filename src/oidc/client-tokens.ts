import type { AdapterPayload, ClientMetadata } from 'oidc-provider';
import type { AdminTokens } from '../admin/admin-tokens.ts';
import type { PresentedToken } from '../devices/bearer-tokens.ts';
import { type ClientStates, isAlive } from '../devices/client-state.ts';
import type { Payload } from '../devices/payload.ts';
import type { ReceiverTokens } from '../signals/signals-api.ts';
import type { ClientDirectory } from './client-directory.ts';
import { isSelfRegistered } from './client-names.ts';
import { CLOCK_SECONDS, PROOF_ALGORITHMS, readKeyProof } from './key-proofs.ts';
import { CLIENT_GRANT, heardOf, ownAccessOf } from './own-access.ts';
import type { RecordStore } from './record-store.ts';
import { mayBe } from './token-ids.ts';

const TOKEN = /^[\w-]{1,400}$/;
const MODEL = 'ClientCredentials';
const USED_PROOF = 'ReplayDetection';

interface ClientTokenParts {
  readonly issuer: string;
  /** Which of this server's own APIs they are for. */
  readonly resource: string;
  readonly records: Pick<RecordStore, 'find' | 'claim'>;
  readonly clientStates: Pick<ClientStates, 'current'>;
  readonly directory: Pick<ClientDirectory, 'find'>;
}

interface ClientCaller {
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Access tokens for an API of this server's own: of clients in their own name, and of no account. */
export class ClientTokens implements AdminTokens, ReceiverTokens {
  readonly proofAlgorithms = PROOF_ALGORITHMS;
  readonly #with: ClientTokenParts;

  constructor(parts: ClientTokenParts) {
    this.#with = parts;
  }

  async find({ token, proof }: PresentedToken): Promise<ClientCaller | 'no-proof' | undefined> {
    if (!proof) return this.#callerOf(token, undefined);
    const { jwt, method, path } = proof;
    const key = await readKeyProof(jwt, { method, address: `${this.#with.issuer}${path}`, token });
    if (!key) return 'no-proof';
    const caller = await this.#callerOf(token, key.thumbprint);
    if (!caller) return undefined;
    const name = `${caller.clientId} ${key.jti}`;
    return (await this.#with.records.claim(USED_PROOF, name, 2 * CLOCK_SECONDS * 1000)) ? caller : 'no-proof';
  }

  /** Of which clients one hears now: itself and others that it is given; none where it may not get such tokens any more. */
  async heardBy(clientId: string): Promise<readonly string[]> {
    const { clientStates, directory, resource } = this.#with;
    const [client, epochs] = await Promise.all([directory.find(clientId), clientStates.current()]);
    if (!client || givenAt(client, resource).length === 0) return [];
    return epochs.of(clientId).status === 'active' ? [clientId, ...heardOf(client)] : [];
  }

  /** Also one that the operator has disabled. */
  async isRegistered(clientId: string): Promise<boolean> {
    return (await this.#with.directory.find(clientId)) !== undefined;
  }

  async #callerOf(token: string, thumbprint: string | undefined): Promise<ClientCaller | undefined> {
    if (!TOKEN.test(token) || !mayBe(MODEL, token)) return undefined;
    const { records, clientStates, directory, resource } = this.#with;
    const [found, epochs] = await Promise.all([
      records.find<AdapterPayload>(MODEL, token),
      clientStates.current(),
    ]);
    if (!found || !isAlive(epochs, found.payload as Payload)) return undefined;
    const { kind, clientId = '', aud, exp = 0, scope = '', jkt } = found.payload;
    const isOurs = kind === MODEL && String(aud) === resource && exp > Math.floor(Date.now() / 1000);
    if (!isOurs || jkt !== thumbprint || found.payload['x5t#S256']) return undefined;
    const scopes = scope.split(' ').filter(Boolean);
    const given = givenAt(await directory.find(clientId), resource);
    return scopes.every((one) => given.includes(one)) ? { clientId, scopes: new Set(scopes) } : undefined;
  }
}

/** What the operator's file gives to this client as it is now. */
function givenAt(client: ClientMetadata | undefined, resource: string): readonly string[] {
  if (!client || isSelfRegistered(client) || !client.grant_types?.includes(CLIENT_GRANT)) return [];
  const given = ownAccessOf(client);
  return Object.hasOwn(given, resource) ? (given[resource] ?? []) : [];
}
