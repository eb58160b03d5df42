import type { AttemptStore, GuessPace, ShareLeave } from '../limits/attempt-store.ts';
import type { StoreContext } from './store-context.ts';

/** As `countShare` says it. */
const FREE = 0;
const IN_TURN = -1;

/** For how long one guess holds a draining counter, milliseconds. */
const partOf = ({ memory, free }: GuessPace) => Math.ceil(memory / free);

export class RedisAttempts implements AttemptStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async take(counter: string, pace: GuessPace): Promise<number> {
    const { free, firstDelay, highestDelay, memory, draining } = pace;
    const args = [free, firstDelay, highestDelay, memory, draining ? partOf(pace) : 0];
    return (await this.#context.scripts.change('countAttempt', this.#keys(counter), args)) as number;
  }

  async giveBack(counter: string, pace?: GuessPace): Promise<void> {
    const args = pace?.draining ? [partOf(pace), pace.memory] : [0, 0];
    await this.#context.scripts.change('returnAttempt', this.#keys(counter), args);
  }

  async clear(counter: string): Promise<void> {
    await this.#context.scripts.plain('clearing a counter', (redis) =>
      redis.unlink(this.#keys(counter).attempts),
    );
  }

  async takeShare(counter: string, network: string, pace: GuessPace): Promise<ShareLeave> {
    const { free, firstDelay, highestDelay, memory } = pace;
    const args = [this.#nameOf(network), free, firstDelay, highestDelay, memory];
    const reply = Number(await this.#context.scripts.change('countShare', this.#keys(counter), args));
    if (reply > 0) return { outcome: 'wait', milliseconds: reply };
    return { outcome: reply === FREE ? 'free' : 'in-turn' };
  }

  async giveBackShare(counter: string, network: string, { outcome }: ShareLeave): Promise<void> {
    if (outcome === 'wait') return;
    const args = [this.#nameOf(network), outcome === 'free' ? FREE : IN_TURN];
    await this.#context.scripts.change('returnShare', this.#keys(counter), args);
  }

  /** So that a dump does not show who asked. */
  #nameOf(network: string): string {
    return this.#context.keyring.mac('Attempts', network);
  }

  #keys(counter: string): { attempts: string } {
    const { keyspace, keyring } = this.#context;
    return { attempts: keyspace.record('Attempts', keyring.mac('Attempts', counter)) };
  }
}
