import {
  type Addition,
  type Admittance,
  type ListedClient,
  MAX_KEPT_FOR_OWNER,
  type RegisteredClient,
  type RegisteredClientStore,
  type StoredClient,
  UNUSED_LIFETIME,
} from '../apps/registered-clients.ts';
import type { ScriptKeys } from './script-keys.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

const KIND = 'Client';
/** Reading so many at once keeps the store free for others. */
const AT_ONCE = 100;

/** How many there may be: in all, and of one network within a day while hardly any are there. */
export interface ClientCaps {
  readonly all: number;
  readonly network: number;
}

const ADDITIONS: ReadonlyMap<unknown, Addition> = new Map([
  [1, 'added'],
  [0, 'full'],
  [-1, 'network-full'],
  [-2, 'token-refused'],
]);

/**
 * A sealed hash for each, in a slot of its own; and a sorted set of their places, in one slot, so that one script counts
 * them. A place is taken before the client is written, and ends by time.
 */
export class RedisRegisteredClients implements RegisteredClientStore {
  readonly #context: StoreContext;
  readonly #caps: ClientCaps;

  constructor(context: StoreContext, caps: ClientCaps) {
    this.#context = context;
    this.#caps = caps;
  }

  async add(client: RegisteredClient, admittance: Admittance, lifetime: number): Promise<Addition> {
    const { scripts, keyring } = this.#context;
    const name = keyring.mac(KIND, client.clientId);
    const places = this.#places(admittance);
    const [id, digest] =
      'tokenId' in admittance ? [admittance.tokenId, admittance.tokenDigest] : (['', ''] as const);
    const all = id === '' ? withoutToken(this.#caps.all) : this.#caps.all;
    const args = [lifetime, name, all, this.#caps.network, id, digest];
    const reply = await scripts.change('reserveClient', places, args);
    const addition = ADDITIONS.get(reply) ?? 'full';
    if (addition !== 'added') return addition;
    try {
      const keys = { client: this.#keyOf(name) };
      await scripts.change('writeClient', keys, [lifetime, '', keyring.seal(placeOf(name), client)]);
    } catch (error) {
      // The store has just failed; a place that it does not take back now ends by time.
      await scripts.change('releaseClient', places, [name, id]).catch(() => undefined);
      throw error;
    }
    return 'added';
  }

  async find(clientId: string): Promise<StoredClient | undefined> {
    return underAnyName(this.#namesOf(clientId), (name) => this.#read(name));
  }

  async has(clientId: string): Promise<boolean> {
    const keys = this.#namesOf(clientId).map((name) => this.#keyOf(name));
    const found = await Promise.all(
      keys.map((key) => this.#context.scripts.plain('looking for a client', (redis) => redis.exists(key))),
    );
    return found.includes(1);
  }

  async update(client: RegisteredClient, replaces: StoredClient): Promise<'written' | 'changed' | 'gone'> {
    const { scripts, keyring } = this.#context;
    const outcome = await underAnyName(this.#namesOf(client.clientId), async (name) => {
      const sealed = keyring.seal(placeOf(name), client);
      const keys = { client: this.#keyOf(name) };
      const reply = await scripts.change('writeClient', keys, [0, replaces.version, sealed]);
      return reply === -1 ? undefined : reply === 1 ? ('written' as const) : ('changed' as const);
    });
    return outcome ?? 'gone';
  }

  async some(): Promise<boolean> {
    const all = this.#context.keyspace.clients('all');
    return (await this.#context.scripts.plain('looking for clients', (redis) => redis.zcard(all))) > 0;
  }

  async keep(clientId: string, lifetime: number, owner: string): Promise<'kept' | 'instead' | 'gone'> {
    const kept = await underAnyName(this.#namesOf(clientId), (name) => this.#keep(name, lifetime, owner));
    return kept ?? 'gone';
  }

  async #keep(name: string, lifetime: number, owner: string): Promise<'kept' | 'instead' | undefined> {
    const { scripts, keyring } = this.#context;
    const { client, usedBy } = await this.#row(name);
    if (!client) return undefined;
    const mac = keyring.mac('owner', owner);
    const isCounted = client.initialToken === undefined;
    if (isCounted && usedBy !== mac && usedBy !== '*')
      await scripts.change('shareClient', { client: this.#keyOf(name) }, [mac]);
    const most = isCounted ? MAX_KEPT_FOR_OWNER : '';
    // The place first: cut off in between, it is counted a while longer than it is there. Without one it is not kept: it
    // would stay, and count for nothing.
    const args = [lifetime, name, withoutToken(this.#caps.all), most];
    const reply = await scripts.change('keepClient', this.#keptFor(mac), args);
    if (reply === -1) return undefined;
    await this.#stays(name, lifetime, 'GT');
    if (typeof reply !== 'string') return 'kept';
    await this.#letGo(reply, lifetime, mac);
    return 'instead';
  }

  async letGo(clientId: string, lifetime: number, owner: string): Promise<void> {
    const mac = this.#context.keyring.mac('owner', owner);
    await Promise.all(this.#namesOf(clientId).map((name) => this.#letGo(name, lifetime, mac)));
  }

  /** @param lifetime milliseconds that it stays where another owner begins to use it at this moment */
  async #letGo(name: string, lifetime: number, mac: string): Promise<void> {
    const { scripts } = this.#context;
    if ((await this.#usedBy(name)) !== mac) return;
    await scripts.change('letGoClient', this.#keptFor(mac), [UNUSED_LIFETIME, name]);
    await this.#stays(name, UNUSED_LIFETIME, 'LT');
    if ((await this.#usedBy(name)) !== '*') return;
    const args = [lifetime, name, this.#caps.all, ''];
    if ((await scripts.change('keepClient', this.#keptFor(mac), args)) === 1)
      await this.#stays(name, lifetime, 'GT');
  }

  async #usedBy(name: string): Promise<string | null> {
    return this.#context.scripts.plain('asking who uses a client', (redis) =>
      redis.hget(this.#keyOf(name), 'o'),
    );
  }

  async #stays(name: string, lifetime: number, only: 'GT' | 'LT'): Promise<void> {
    const key = this.#keyOf(name);
    await this.#context.scripts.plain('keeping a client', (redis) =>
      only === 'GT' ? redis.pexpire(key, lifetime, 'GT') : redis.pexpire(key, lifetime, 'LT'),
    );
  }

  #keptFor(mac: string): ScriptKeys<'keepClient'> {
    const { keyspace } = this.#context;
    return { all: keyspace.clients('all'), owner: keyspace.clients(`owner:${mac}`) };
  }

  async remove(clientId: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const names = this.#namesOf(clientId);
    await Promise.all(
      names.map(async (name) => {
        const key = this.#keyOf(name);
        await scripts.write('removing a client', key, (redis) => redis.unlink(key));
      }),
    );
    await scripts.plain('removing the place of a client', (redis) =>
      redis.zrem(keyspace.clients('all'), ...names),
    );
  }

  async list(): Promise<ListedClient[]> {
    const { scripts, keyspace } = this.#context;
    const rows = await scripts.plain('listing clients', (redis) =>
      redis.zrange(keyspace.clients('all'), '0', '-1', 'WITHSCORES'),
    );
    const places = rows.flatMap((name, index) =>
      index % 2 === 0 ? [{ name, leaves: Number(rows[index + 1]) }] : [],
    );
    const listed: ListedClient[] = [];
    for (let start = 0; start < places.length; start += AT_ONCE) {
      const read = places.slice(start, start + AT_ONCE).map(async ({ name, leaves }) => {
        const client = await this.#read(name);
        return client ? [{ ...client, leaves }] : [];
      });
      listed.push(...(await Promise.all(read)).flat());
    }
    return listed;
  }

  async #read(name: string): Promise<StoredClient | undefined> {
    return (await this.#row(name)).client;
  }

  /** The client, and the one owner who has used it, or `*`; of one that came with a token that is not kept. */
  async #row(name: string): Promise<{ client: StoredClient | undefined; usedBy: string | null }> {
    const { scripts, keyring } = this.#context;
    const [sealed, version = null, usedBy = null] = await scripts.plain('reading a client', (redis) =>
      redis.hmget(this.#keyOf(name), 'payload', 'v', 'o'),
    );
    const client = sealed ? keyring.open<RegisteredClient>(placeOf(name), sealed) : undefined;
    return { client: client && { ...client, version: version ?? '' }, usedBy };
  }

  #places(admittance: Admittance): ScriptKeys<'reserveClient'> {
    const { keyspace, keyring } = this.#context;
    const network = 'network' in admittance ? admittance.network : '';
    return {
      all: keyspace.clients('all'),
      network: keyspace.clients(`network:${keyring.mac('network', network)}`),
      tokens: keyspace.clients('tokens'),
    };
  }

  #namesOf(clientId: string): [string, ...string[]] {
    return this.#context.keyring.macs(KIND, clientId);
  }

  #keyOf(name: string): string {
    return this.#context.keyspace.record(KIND, name);
  }
}

/** Of ten places one is left to those that come with a token, so that strangers do not keep the operator's own out. */
function withoutToken(all: number): number {
  return Math.max(1, all - Math.ceil(all / 10));
}

const placeOf = (name: string) => `${KIND}:${name}`;
