import type { OffReason, ReceiverState, ReceiverStates, TryOutcome } from '../notices/receiver-states.ts';
import type { StoreContext } from './store-context.ts';

/** One hash, which every server reads each second. */
export class RedisReceiverStates implements ReceiverStates {
  readonly #context: StoreContext;
  readonly #key: string;

  /** @param key of the receivers of one kind */
  constructor(context: StoreContext, key: string) {
    this.#context = context;
    this.#key = key;
  }

  async all(): Promise<Map<string, ReceiverState>> {
    const found = await this.#context.scripts.plain('reading how receivers are', (redis) =>
      redis.hgetall(this.#key),
    );
    return new Map(Object.entries(found).map(([id, text]) => [id, JSON.parse(text) as ReceiverState]));
  }

  async of(id: string): Promise<ReceiverState> {
    const text = await this.#context.scripts.plain('reading how a receiver is', (redis) =>
      redis.hget(this.#key, id),
    );
    return text ? (JSON.parse(text) as ReceiverState) : {};
  }

  async note(id: string, outcome: TryOutcome, reason: string, silence: number): Promise<boolean> {
    const keys = { receivers: this.#key };
    const args = [id, outcome, reason, silence];
    return (await this.#context.scripts.change('noteTry', keys, args)) === 1;
  }

  async switch(id: string, to: 'on' | 'off', only: OffReason | '' = ''): Promise<boolean> {
    const keys = { receivers: this.#key };
    return (await this.#context.scripts.change('switchReceiver', keys, [id, to, only])) === 1;
  }

  async forget(id: string): Promise<void> {
    await this.#context.scripts.write('a receiver is gone', this.#key, (redis) => redis.hdel(this.#key, id));
  }
}
