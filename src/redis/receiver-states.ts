import type { ReceiverState, ReceiverStates, TryOutcome } from '../webhooks/receiver-states.ts';
import type { StoreContext } from './store-context.ts';

/** One hash, which every server reads each second. */
export class RedisReceiverStates implements ReceiverStates {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async all(): Promise<Map<string, ReceiverState>> {
    const { scripts, keyspace } = this.#context;
    const found = await scripts.plain('reading how receivers are', (redis) =>
      redis.hgetall(keyspace.receivers),
    );
    return new Map(Object.entries(found).map(([id, text]) => [id, JSON.parse(text) as ReceiverState]));
  }

  async note(id: string, outcome: TryOutcome, reason: string, silence: number): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const keys = { receivers: keyspace.receivers };
    return (await scripts.change('noteTry', keys, [id, outcome, reason, silence])) === 1;
  }

  async switch(id: string, to: 'on' | 'off'): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    return (await scripts.change('switchReceiver', { receivers: keyspace.receivers }, [id, to])) === 1;
  }
}
