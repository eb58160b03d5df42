/** Clients, and what was done to them, written anew under the master secret that writes now. */
import { storedSecrets } from '../apps/client-secrets.ts';
import { placeOfInitialToken } from './initial-tokens.ts';
import { MovedClients } from './moved-clients.ts';
import type { RedisOperatorClients } from './operator-clients.ts';
import type { RedisRegisteredClients } from './registered-clients.ts';
import { sealedIn } from './sealed-texts.ts';
import type { RedisSecretUses } from './secret-uses.ts';
import type { RedisSignalStreams } from './signal-streams.ts';
import type { StoreContext } from './store-context.ts';

interface ClientStores {
  readonly operatorClients: RedisOperatorClients;
  readonly registeredClients: RedisRegisteredClients;
  readonly secretUses: RedisSecretUses;
  readonly signalStreams: RedisSignalStreams;
}

export class ClientRewriting {
  readonly #context: StoreContext;
  readonly #stores: ClientStores;

  constructor(context: StoreContext, stores: ClientStores) {
    this.#context = context;
    this.#stores = stores;
  }

  /** @returns how many were rewritten */
  async rewrite(): Promise<number> {
    const stored = await this.#stored();
    const registered = await this.#registered();
    const streams = await this.#stores.signalStreams.rewrite();
    return stored + registered + streams + (await this.#states()) + (await this.#initialTokens());
  }

  /** One that was changed meanwhile was written anew by that. */
  async #stored(): Promise<number> {
    const { operatorClients, secretUses } = this.#stores;
    let count = 0;
    for (const { version, ...client } of (await operatorClients.current()).all) {
      for (const { digest } of storedSecrets(client)) await secretUses.rewrite(digest);
      if (operatorClients.isCurrent(client.clientId)) continue;
      await operatorClients.write(client, version);
      count += 1;
    }
    return count;
  }

  async #registered(): Promise<number> {
    const { registeredClients, secretUses } = this.#stores;
    const moved = new MovedClients(this.#context);
    let count = 0;
    for (const client of await registeredClients.list()) {
      for (const { digest } of storedSecrets(client)) await secretUses.rewrite(digest);
      if (await moved.move(client.clientId)) count += 1;
    }
    return count;
  }

  async #states(): Promise<number> {
    const { scripts, keyspace, keyring } = this.#context;
    const clientStates = keyspace.clients('states');
    const fields = await scripts.plain('reading how clients stand', (redis) => redis.hgetall(clientStates));
    let count = 0;
    for (const [name, text] of Object.entries(fields)) {
      if (name === 'v' || keyring.isCurrent(name)) continue;
      const { id: sealed } = JSON.parse(text) as { id: string };
      const id = keyring.open<string>(`client-state:${name}`, sealed);
      if (id === undefined) continue;
      const current = keyring.mac('Client', id);
      const fresh = text.replace(sealed, keyring.seal(`client-state:${current}`, id));
      await scripts.change('renameClientState', { clientStates }, [name, text, current, fresh]);
      count += 1;
    }
    return count;
  }

  async #initialTokens(): Promise<number> {
    const { scripts, keyspace, keyring } = this.#context;
    const fields = keyspace.clients('tokens');
    const tokens = await scripts.plain('listing initial tokens', (redis) => redis.hgetall(fields));
    const changes = Object.entries(tokens).flatMap(([id, text]) =>
      sealedIn(text).flatMap(({ name, sealed }) => {
        const fresh = name === keyring.names[0] ? undefined : keyring.reseal(placeOfInitialToken(id), sealed);
        return fresh === undefined ? [] : [id, sealed, fresh];
      }),
    );
    if (changes.length > 0) await scripts.change('resealFields', { fields }, changes);
    return changes.length / 3;
  }
}
