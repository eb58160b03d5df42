import {
  MAX_STREAMS,
  type SignalStream,
  type SignalStreamStore,
  type StreamSettings,
  type StreamWriting,
} from '../signals/signal-stream.ts';
import type { StoreContext } from './store-context.ts';

/** The field that changes with every change: no client has this name. */
const VERSION = 'v';

const WRITINGS: ReadonlyMap<unknown, StreamWriting> = new Map([
  [1, 'written'],
  [0, 'changed'],
  [-1, 'gone'],
  [-2, 'exists'],
  [-3, 'full'],
]);

interface KeptStream {
  readonly v: string;
  readonly since: number;
  readonly payload: string;
}

/** One hash with one version: a server that knows the version knows all of them, and asks for that word alone. */
export class RedisSignalStreams implements SignalStreamStore {
  readonly #context: StoreContext;
  #version = '';
  #known: readonly SignalStream[] = [];

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async all(): Promise<readonly SignalStream[]> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.signalStreams;
    const version = await scripts.plain('asking for streams', (redis) => redis.hget(key, VERSION));
    if ((version ?? '') === this.#version) return this.#known;
    const { [VERSION]: read = '', ...fields } = await scripts.plain('reading streams', (redis) =>
      redis.hgetall(key),
    );
    this.#known = Object.entries(fields).flatMap(([name, text]) => this.#opened(name, text));
    this.#version = read;
    return this.#known;
  }

  async write(stream: StreamSettings, replaces = ''): Promise<StreamWriting> {
    const { scripts, keyspace, keyring } = this.#context;
    const names = this.#namesOf(stream.clientId);
    const sealed = keyring.seal(placeOf(names[0]), stream);
    const args = [MAX_STREAMS, replaces, sealed, ...names];
    const reply = await scripts.change('writeSignalStream', { streams: keyspace.signalStreams }, args);
    return WRITINGS.get(reply) ?? 'changed';
  }

  async remove(clientId: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const keys = { ofClients: keyspace.signalStreams };
    await scripts.change('removeOfClient', keys, this.#namesOf(clientId));
  }

  /** Under the master secret that writes now. @returns how many were under another one */
  async rewrite(): Promise<number> {
    const { scripts, keyspace, keyring } = this.#context;
    const names = new Set(
      await scripts.plain('listing streams', (redis) => redis.hkeys(keyspace.signalStreams)),
    );
    const former = (await this.all()).filter(({ clientId }) => !names.has(keyring.mac('Client', clientId)));
    // One that was changed meanwhile was written anew by that.
    for (const { version, since: _, ...stream } of former) await this.write(stream, version);
    return former.length;
  }

  #namesOf(clientId: string): readonly [string, ...string[]] {
    return this.#context.keyring.macs('Client', clientId);
  }

  /** One that does not open was sealed under a secret that is gone: its client hears nothing, and makes another one. */
  #opened(name: string, text: string): SignalStream[] {
    const { v, since, payload } = JSON.parse(text) as KeptStream;
    const stream = this.#context.keyring.open<StreamSettings>(placeOf(name), payload);
    return stream ? [{ ...stream, version: v, since }] : [];
  }
}

const placeOf = (name: string) => `signal-stream:${name}`;
