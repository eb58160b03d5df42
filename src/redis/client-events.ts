import type { ClientEventEntry, ClientEventKind } from '../events/client-event.ts';
import type { ClientEvents } from '../webhooks/client-sweep.ts';
import type { StoreContext } from './store-context.ts';

const PLACE = 'client-events';
const MAX_AT_ONCE = 1000;

/** A stream beside the clients that the operator keeps, so that one script changes a client and writes what receivers hear. */
export class RedisClientEvents implements ClientEvents {
  readonly key: string;
  readonly #context: Pick<StoreContext, 'keyspace' | 'keyring' | 'scripts'>;
  readonly #isHeard: boolean;

  /** @param isHeard whether there are receivers of webhooks */
  constructor(context: Pick<StoreContext, 'keyspace' | 'keyring' | 'scripts'>, isHeard = false) {
    this.#context = context;
    this.#isHeard = isHeard;
    this.key = context.keyspace.clients('events');
  }

  /** The event for the script that makes the change; empty where nothing is to be told. */
  prepare(kind: ClientEventKind | undefined, clientId: string): string {
    return kind && this.#isHeard ? this.#context.keyring.seal(PLACE, { kind, clientId }) : '';
  }

  /** One that does not open was sealed under a secret that is gone: it says nothing, and is forgotten with the others. */
  async list(): Promise<{ entries: ClientEventEntry[]; ids: string[] }> {
    const { scripts, keyring } = this.#context;
    const found = await scripts.plain('reading what happened to clients', (redis) =>
      redis.xrange(this.key, '-', '+', 'COUNT', MAX_AT_ONCE),
    );
    const entries = found.flatMap(([id, [, sealed = '']]) => {
      const event = keyring.open<Pick<ClientEventEntry, 'kind' | 'clientId'>>(PLACE, sealed);
      return event ? [{ ...event, id, at: Number(id.split('-')[0]) }] : [];
    });
    return { entries, ids: found.map(([id]) => id) };
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#context.scripts.plain('what happened to clients is queued', (redis) =>
      redis.xdel(this.key, ...ids),
    );
  }
}
