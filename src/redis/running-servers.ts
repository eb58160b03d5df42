import type { RunningServer, RunningServerStore } from '../audit/running-servers.ts';
import type { StoreContext } from './store-context.ts';

/** One hash. It decides nothing. */
export class RedisRunningServers implements RunningServerStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async tell(id: string, server: RunningServer): Promise<void> {
    await this.#context.scripts.plain('saying that a server runs', (redis) =>
      redis.hset(this.#key, id, JSON.stringify(server)),
    );
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#context.scripts.plain('forgetting servers', (redis) => redis.hdel(this.#key, ...ids));
  }

  async all(): Promise<ReadonlyMap<string, RunningServer>> {
    const found = await this.#context.scripts.plain('listing servers', (redis) => redis.hgetall(this.#key));
    return new Map(
      Object.entries(found).map(([id, text]) => [id, JSON.parse(text) as RunningServer] as const),
    );
  }

  get #key(): string {
    return this.#context.keyspace.single('servers');
  }
}
