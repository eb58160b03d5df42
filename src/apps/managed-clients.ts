import {
  type ClientAct,
  type ClientState,
  type ClientStateStore,
  UNTOUCHED,
} from '../devices/client-state.ts';
import { type ClientSecret, type SecretUseStore, storedSecrets, withNewSecret } from './client-secrets.ts';
import type { OperatorClientStore, StoredOperatorClient } from './operator-clients.ts';
import { type ListedClient, type RegisteredClientStore, withoutVersion } from './registered-clients.ts';
import { digestOf, newToken } from './token-digest.ts';

/** A client as the operator has written it. */
interface FileClient {
  readonly client_id: string;
  readonly client_name?: string | undefined;
  /** Where it may have two. */
  readonly secrets?: readonly ClientSecret[] | undefined;
}

export interface ManagedClient {
  readonly clientId: string;
  /** As it is called; of one that is gone its id. */
  readonly name: string;
  /** `stored`: the operator keeps it in the store; `gone`: neither in the clients file nor stored, but something was done to it. */
  readonly origin: 'file' | 'stored' | 'registered' | 'gone';
  readonly state: ClientState;
  /** What one that registered itself says. */
  readonly registered?: ListedClient;
  /** One that the operator keeps in the store. */
  readonly stored?: StoredOperatorClient;
  /** Those of which it is recorded when they were used. */
  readonly secrets: readonly ClientSecret[];
}

/** `busy`: others went on changing the client; nothing was done. */
export type RotationOutcome =
  | { readonly secret: string; readonly until: number | undefined }
  | 'gone'
  | 'in-file'
  | 'no-secret'
  | 'busy';

/** Of two changes at once the later one is made on top of the earlier one. */
const TRIES = 5;

interface ManagedClientsParts {
  /** The clients file, as it is now. @throws where it cannot be read */
  readonly file: () => Promise<readonly FileClient[]>;
  /** Hears that it could not: the others are listed all the same. */
  readonly onUnreadable: (error: unknown) => void;
  readonly states: ClientStateStore;
  readonly registered: Pick<RegisteredClientStore, 'find' | 'has' | 'list' | 'remove' | 'update'>;
  /** Milliseconds after which nothing is left that a client was given. */
  readonly longestGrant: number;
  readonly secretUses: SecretUseStore;
  readonly operatorClients: OperatorClientStore;
  /** Clients as which APIs ask about their tokens, by the resources file. */
  readonly readers: () => Promise<readonly string[]>;
}

/** What the operator does to clients while the server runs. */
export class ManagedClients {
  readonly #with: ManagedClientsParts;

  constructor(parts: ManagedClientsParts) {
    this.#with = parts;
  }

  /** Those of the clients file, those in the store, those that registered themselves, then those that are gone. */
  async list(): Promise<ManagedClient[]> {
    const { file, onUnreadable, states, registered, operatorClients } = this.#with;
    const none = (error: unknown) => {
      onUnreadable(error);
      return [];
    };
    const [written, { all: kept }, stored, known] = await Promise.all([
      file().catch(none),
      operatorClients.current(),
      registered.list(),
      states.list(),
    ]);
    const isWritten = ({ clientId }: { clientId: string }) =>
      written.some(({ client_id: id }) => id === clientId);
    const of = (clientId: string) => known.get(clientId) ?? UNTOUCHED;
    const there = [
      ...written.map(({ client_id: clientId, client_name: name = clientId, secrets = [] }) => {
        return { clientId, name, origin: 'file' as const, state: of(clientId), secrets };
      }),
      ...kept
        .filter((one) => !isWritten(one))
        .map((one) => {
          const { clientId } = one;
          const [name, secrets] = [nameIn(one), storedSecrets(one)];
          return { clientId, name, origin: 'stored' as const, state: of(clientId), stored: one, secrets };
        }),
      ...stored.map((one) => {
        const { clientId } = one;
        const [name, secrets] = [nameIn(one), storedSecrets(one)];
        return {
          clientId,
          name,
          origin: 'registered' as const,
          state: of(clientId),
          registered: one,
          secrets,
        };
      }),
    ];
    const gone = [...known].filter(([id]) => !there.some(({ clientId }) => clientId === id));
    return [
      ...there,
      ...gone.map(([clientId, state]) => {
        return { clientId, name: clientId, origin: 'gone' as const, state, secrets: [] };
      }),
    ];
  }

  async find(clientId: string): Promise<ManagedClient | undefined> {
    return (await this.list()).find((one) => one.clientId === clientId);
  }

  /** What the file says comes back with the next start: so nothing in it is deleted. @throws where it cannot be read */
  async isInFile(clientId: string): Promise<boolean> {
    return (await this.#with.file()).some((one) => one.client_id === clientId);
  }

  /** Those in the store whose place an entry of the file takes. @throws where it cannot be read */
  async hidden(): Promise<string[]> {
    const { all } = await this.#with.operatorClients.current();
    const written = new Set((await this.#with.file()).map((one) => one.client_id));
    return all.map(({ clientId }) => clientId).filter((id) => written.has(id));
  }

  /** Whether an API asks about its tokens as this client: without it no server would start. */
  async readsTokens(clientId: string): Promise<boolean> {
    return (await this.#with.readers()).includes(clientId);
  }

  /**
   * The act itself is one write, whatever the client has. What is kept of a client that was deleted is removed after that:
   * it is dead already.
   */
  async act(clientId: string, act: ClientAct): Promise<{ changed: boolean; state: ClientState }> {
    const { states, registered, operatorClients } = this.#with;
    const done = await states.act(clientId, act, await registered.has(clientId));
    if (done.state.status === 'deleted')
      await Promise.all([registered.remove(clientId), operatorClients.remove(clientId)]);
    // What is not forgotten now is with the next act.
    await this.#forget().catch(() => undefined);
    return done;
  }

  /** Only acts add to what is kept of clients, so acts take away what decides nothing any more. */
  async #forget(): Promise<void> {
    const { states, longestGrant } = this.#with;
    const before = Date.now() - longestGrant;
    const gone: string[] = [];
    for (const [clientId, state] of await states.list()) {
      const isOld = state.registered === true && (state.moved.at(-1) ?? 0) < before;
      if (isOld && !(await this.#isThere(clientId))) gone.push(clientId);
    }
    if (gone.length > 0) await states.forget(gone, longestGrant);
  }

  /** Also where the operator has made a client of this name since. @throws where the file cannot be read */
  async #isThere(clientId: string): Promise<boolean> {
    const { registered, operatorClients } = this.#with;
    if (await registered.has(clientId)) return true;
    const { all } = await operatorClients.current();
    return all.some((one) => one.clientId === clientId) || this.isInFile(clientId);
  }

  /**
   * A new secret for a client that is stored: 256 random bits, of which a digest is kept.
   * @param overlap milliseconds for which the one before goes on
   * @returns the secret, and until when the one before it works
   */
  async rotateSecret(clientId: string, overlap: number): Promise<RotationOutcome> {
    if (await this.isInFile(clientId)) return 'in-file';
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rotating = await this.#toRotate(clientId);
      if (!rotating) return 'gone';
      if (!rotating.hasSecret) return 'no-secret';
      const secret = newToken();
      const { outcome, until } = await rotating.write(digestOf(secret), { overlap, now: Date.now() });
      if (outcome === 'gone' || outcome === 'deleted') return 'gone';
      if (outcome === 'written') return { secret, until };
    }
    return 'busy';
  }

  /** A stored client of either kind as it is, and how it is written with a new secret. */
  async #toRotate(clientId: string) {
    const { registered, operatorClients } = this.#with;
    const kept = (await operatorClients.current()).find(clientId);
    if (kept) {
      const { version, ...client } = kept;
      const write = async (digest: string, times: Parameters<typeof withNewSecret>[2]) => {
        const after = withNewSecret(client, digest, times);
        const outcome = await operatorClients.write(after, version, 'client-secret-rotated');
        return { outcome, until: after.formerSecret?.until };
      };
      return { hasSecret: kept.secret !== undefined, write };
    }
    const before = await registered.find(clientId);
    if (!before) return undefined;
    const write = async (digest: string, times: Parameters<typeof withNewSecret>[2]) => {
      const after = withNewSecret(withoutVersion(before), digest, times);
      return { outcome: await registered.update(after, before), until: after.formerSecret?.until };
    };
    return { hasSecret: before.secret !== undefined, write };
  }

  /** When each of its secrets was last used, in their order. */
  async lastUses({ secrets }: Pick<ManagedClient, 'secrets'>): Promise<(number | undefined)[]> {
    return this.#with.secretUses.lastUses(secrets.map(({ digest }) => digest));
  }
}

function nameIn({ clientId, metadata }: { clientId: string; metadata: Readonly<Record<string, unknown>> }) {
  return String(metadata['client_name'] ?? clientId);
}
