import type { WaitingSignIns } from '../apps/waiting-sign-ins.ts';
import type { ScriptKeys } from './script-keys.ts';
import type { StoreContext } from './store-context.ts';

/** A piece is so many bytes of what is kept. */
const PIECE = 1024;
/** No request takes more: its parameters have bounds. */
const MAX_PIECES = 64;

/** How many pieces may wait at once: in all, and from one network while hardly any wait. */
export interface WaitingCaps {
  all: number;
  network: number;
}

/** Two sorted sets, of all and of a network, in one slot. */
export class RedisWaitingSignIns implements WaitingSignIns {
  readonly #context: StoreContext;
  readonly #caps: WaitingCaps;

  constructor(context: StoreContext, caps: WaitingCaps) {
    this.#context = context;
    this.#caps = caps;
  }

  async reserve(id: string, network: string, bytes: number, lifetime: number): Promise<boolean> {
    const pieces = Math.min(Math.ceil(bytes / PIECE), MAX_PIECES);
    const args = [lifetime, this.#nameOf(id), pieces, this.#caps.all, this.#caps.network];
    return (await this.#context.scripts.change('reserveSignIn', this.#places(network), args)) === 1;
  }

  async release(id: string, network: string): Promise<void> {
    const name = this.#nameOf(id);
    const pieces = Array.from({ length: MAX_PIECES }, (_, index) => `${name}:${index + 1}`);
    await this.#context.scripts.plain('a sign-in waits no longer', (redis) =>
      Promise.all(Object.values(this.#places(network)).map((place) => redis.zrem(place, ...pieces))),
    );
  }

  #places(network: string): ScriptKeys<'reserveSignIn'> {
    const { keyspace, keyring } = this.#context;
    return {
      all: keyspace.waiting('all'),
      network: keyspace.waiting(`network:${keyring.mac('network', network)}`),
    };
  }

  #nameOf(id: string): string {
    return this.#context.keyring.mac('waiting', id).slice(0, 23);
  }
}
