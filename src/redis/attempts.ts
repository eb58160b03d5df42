import type { AttemptStore, GuessPace } from '../accounts/attempt-store.ts';
import type { StoreContext } from './store-context.ts';

export class RedisAttempts implements AttemptStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async take(counter: string, pace: GuessPace): Promise<number> {
    const args = [pace.free, pace.firstDelay, pace.highestDelay, pace.memory];
    return (await this.#context.scripts.change('countAttempt', [this.#key(counter)], args)) as number;
  }

  async giveBack(counter: string): Promise<void> {
    await this.#context.scripts.change('returnAttempt', [this.#key(counter)], []);
  }

  async clear(counter: string): Promise<void> {
    await this.#context.scripts.plain('clearing a counter', (redis) => redis.unlink(this.#key(counter)));
  }

  #key(counter: string): string {
    const { keyspace, keyring } = this.#context;
    return keyspace.record('Attempts', keyring.mac('Attempts', counter));
  }
}
