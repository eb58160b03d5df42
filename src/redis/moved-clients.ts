import type { StoreContext } from './store-context.ts';

const KIND = 'Client';
/** One that is changed meanwhile is moved again, so often. */
const TRIES = 5;

/**
 * A client that registered itself gets the name of the secret that writes now: first its place, then a copy, which every
 * server finds before the former one; that goes when it has not been changed since.
 */
export class MovedClients {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** @returns whether it had another name */
  async move(clientId: string): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const [current, ...older] = keyring.macs(KIND, clientId);
    let moved = false;
    for (const name of older) {
      for (let tries = 0, copied = ''; tries < TRIES; tries += 1) {
        const version = await this.#copy(name, current, copied);
        if (version === undefined) break;
        moved = true;
        const from = { client: keyspace.record(KIND, name) };
        if ((await scripts.change('dropClient', from, [version])) === 1) break;
        copied = version;
      }
      const all = keyspace.clients('all');
      await scripts.write('removing a former place', all, (redis) => redis.zrem(all, name));
    }
    return moved;
  }

  /** @returns the version that was copied; `undefined`: there is none under this name */
  async #copy(name: string, current: string, copied: string): Promise<string | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const [from, all] = [keyspace.record(KIND, name), keyspace.clients('all')];
    const [row, left, place] = await Promise.all([
      scripts.plain('reading a client', (redis) => redis.hmget(from, 'payload', 'v', 'o')),
      scripts.plain('reading a client', (redis) => redis.pttl(from)),
      scripts.plain('reading the place of a client', (redis) => redis.zscore(all, name)),
    ]);
    const [payload, version, owner] = row;
    const client = payload ? keyring.open<object>(`${KIND}:${name}`, payload) : undefined;
    if (!client || !version || left <= 0) return undefined;
    if (place !== null)
      await scripts.write('placing a client', all, (redis) => redis.zadd(all, 'NX', place, current));
    const sealed = keyring.seal(`${KIND}:${current}`, client);
    const to = { client: keyspace.record(KIND, current) };
    await scripts.change('copyClient', to, [left, version, sealed, owner ?? '', copied]);
    return version;
  }
}
