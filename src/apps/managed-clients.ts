import {
  type ClientAct,
  type ClientState,
  type ClientStateStore,
  UNTOUCHED,
} from '../devices/client-state.ts';
import {
  type ClientSecret,
  registeredSecrets,
  type SecretUseStore,
  withNewSecret,
} from './client-secrets.ts';
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
  /** `gone`: neither in the clients file nor stored, but something was done to it. */
  readonly origin: 'file' | 'registered' | 'gone';
  readonly state: ClientState;
  /** What one that registered itself says. */
  readonly registered?: ListedClient;
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
}

/** What the operator does to clients while the server runs. */
export class ManagedClients {
  readonly #with: ManagedClientsParts;

  constructor(parts: ManagedClientsParts) {
    this.#with = parts;
  }

  /** Those of the clients file, then those that registered themselves, then those that are gone. */
  async list(): Promise<ManagedClient[]> {
    const { file, onUnreadable, states, registered } = this.#with;
    const none = (error: unknown) => {
      onUnreadable(error);
      return [];
    };
    const [written, stored, known] = await Promise.all([
      file().catch(none),
      registered.list(),
      states.list(),
    ]);
    const of = (clientId: string) => known.get(clientId) ?? UNTOUCHED;
    const there = [
      ...written.map(({ client_id: clientId, client_name: name = clientId, secrets = [] }) => {
        return { clientId, name, origin: 'file' as const, state: of(clientId), secrets };
      }),
      ...stored.map((one) => {
        const { clientId, metadata } = one;
        const name = String(metadata['client_name'] ?? clientId);
        const secrets = registeredSecrets(one);
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

  /**
   * The act itself is one write, whatever the client has. What is kept of a client that registered itself is removed
   * after that: it is dead already.
   */
  async act(clientId: string, act: ClientAct): Promise<{ changed: boolean; state: ClientState }> {
    const { states, registered } = this.#with;
    const done = await states.act(clientId, act, await registered.has(clientId));
    if (done.state.status === 'deleted') await registered.remove(clientId);
    // What is not forgotten now is with the next act.
    await this.#forget().catch(() => undefined);
    return done;
  }

  /** Only acts add to what is kept of clients, so acts take away what decides nothing any more. */
  async #forget(): Promise<void> {
    const { states, registered, longestGrant } = this.#with;
    const before = Date.now() - longestGrant;
    const gone: string[] = [];
    for (const [clientId, state] of await states.list()) {
      const isOld = state.registered === true && (state.moved.at(-1) ?? 0) < before;
      if (isOld && !(await registered.has(clientId))) gone.push(clientId);
    }
    if (gone.length > 0) await states.forget(gone, longestGrant);
  }

  /**
   * A new secret for a client that is stored: 256 random bits, of which a digest is kept.
   * @param overlap milliseconds for which the one before goes on
   * @returns the secret, and until when the one before it works
   */
  async rotateSecret(clientId: string, overlap: number): Promise<RotationOutcome> {
    const { registered } = this.#with;
    if (await this.isInFile(clientId)) return 'in-file';
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await registered.find(clientId);
      if (!before) return 'gone';
      if (before.secret === undefined) return 'no-secret';
      const secret = newToken();
      const after = withNewSecret(withoutVersion(before), digestOf(secret), { overlap, now: Date.now() });
      const outcome = await registered.update(after, before);
      if (outcome === 'gone') return 'gone';
      if (outcome === 'written') return { secret, until: after.formerSecret?.until };
    }
    return 'busy';
  }

  /** When each of its secrets was last used, in their order. */
  async lastUses({ secrets }: Pick<ManagedClient, 'secrets'>): Promise<(number | undefined)[]> {
    return this.#with.secretUses.lastUses(secrets.map(({ digest }) => digest));
  }
}
