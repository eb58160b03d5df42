import {
  MAX_CHANGED_CLIENTS,
  MAX_OPERATOR_CLIENTS,
  type OperatorClient,
  type OperatorClientList,
  type OperatorClientStore,
  type OperatorClientWriting,
  type StoredOperatorClient,
} from '../apps/operator-clients.ts';
import type { ClientEventKind } from '../events/client-event.ts';
import type { RedisClientEvents } from './client-events.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import type { Keyring } from './keyring.ts';
import type { StoreContext } from './store-context.ts';

const KIND = 'Client';
/** The field that changes with every change: no client has this name. */
const VERSION = 'v';

const WRITINGS: ReadonlyMap<unknown, OperatorClientWriting> = new Map([
  [1, 'written'],
  [0, 'changed'],
  [-1, 'gone'],
  [-2, 'exists'],
  [-3, 'full'],
  [-4, 'deleted'],
]);

/**
 * All of them are one hash with one version, beside the states of clients: so one script sees how many there are and
 * whether an id was deleted, and a server that knows the version knows all of them. It is asked for once in a turn.
 */
export class RedisOperatorClients implements OperatorClientStore {
  readonly #context: StoreContext;
  readonly #events: RedisClientEvents;
  readonly #keys: Readonly<Record<'clientStates' | 'operatorClients' | 'clientEvents', string>>;
  #known: Known;
  #asking: Promise<Known> | undefined;

  constructor(context: StoreContext, events: RedisClientEvents) {
    this.#context = context;
    this.#events = events;
    const { keyspace, keyring } = context;
    const [clientStates, operatorClients] = [keyspace.clients('states'), keyspace.clients('operator')];
    this.#keys = { clientStates, operatorClients, clientEvents: events.key };
    this.#known = new Known(keyring, {});
  }

  get known(): OperatorClientList {
    return this.#known;
  }

  /** Leaves at the end of the turn, so that it is asked later than each that waits for it has begun. */
  current(): Promise<OperatorClientList> {
    this.#asking ??= new Promise((resolve, reject) => {
      atEndOfTurn('calls', () => {
        this.#asking = undefined;
        this.#ask().then(resolve, reject);
      });
    });
    return this.#asking;
  }

  async write(client: OperatorClient, replaces = '', told?: ClientEventKind): Promise<OperatorClientWriting> {
    const { scripts, keyring } = this.#context;
    const names = keyring.macs(KIND, client.clientId);
    const sealed = keyring.seal(placeOf(names[0]), client);
    const event = this.#events.prepare(told, client.clientId);
    const args = [MAX_OPERATOR_CLIENTS, MAX_CHANGED_CLIENTS, replaces, sealed, event, ...names];
    return WRITINGS.get(await scripts.change('writeOperatorClient', this.#keys, args)) ?? 'changed';
  }

  /** Whether it is kept under the secret that writes now. */
  isCurrent(clientId: string): boolean {
    return this.#known.has(this.#context.keyring.mac(KIND, clientId));
  }

  async remove(clientId: string): Promise<void> {
    const { scripts, keyring } = this.#context;
    const keys = { ofClients: this.#keys.operatorClients };
    await scripts.change('removeOfClient', keys, keyring.macs(KIND, clientId));
  }

  async #ask(): Promise<Known> {
    const { scripts } = this.#context;
    const version = await scripts.plain('asking for stored clients', (redis) =>
      redis.hget(this.#keys.operatorClients, VERSION),
    );
    if ((version ?? '') === this.#known.version) return this.#known;
    const fields = await scripts.plain('reading stored clients', (redis) =>
      redis.hgetall(this.#keys.operatorClients),
    );
    this.#known = new Known(this.#context.keyring, fields, this.#known);
    return this.#known;
  }
}

/** As they were at one version. What has not changed since the version before is the same object. */
class Known implements OperatorClientList {
  readonly version: string;
  readonly #keyring: Keyring;
  readonly #fields: Readonly<Record<string, string>>;
  readonly #opened: Map<string, StoredOperatorClient>;
  #all: readonly StoredOperatorClient[] | undefined;

  constructor(
    keyring: Keyring,
    { [VERSION]: version = '', ...fields }: Record<string, string>,
    before?: Known,
  ) {
    this.#keyring = keyring;
    this.#fields = fields;
    this.version = version;
    this.#opened = new Map(before?.sameAs(fields));
  }

  /** What was opened of these fields. */
  sameAs(fields: Readonly<Record<string, string>>): [string, StoredOperatorClient][] {
    return [...this.#opened].filter(([name]) => this.#fields[name] === fields[name]);
  }

  get all(): readonly StoredOperatorClient[] {
    this.#all ??= Object.keys(this.#fields).flatMap((name) => this.#open(name) ?? []);
    return this.#all;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  find(clientId: string): StoredOperatorClient | undefined {
    if (this.version === '') return undefined;
    const names = this.#keyring.macs(KIND, clientId);
    return names.map((name) => this.#open(name)).find((one) => one !== undefined);
  }

  #open(name: string): StoredOperatorClient | undefined {
    const [text, opened] = [this.#fields[name], this.#opened.get(name)];
    if (opened || text === undefined) return opened;
    const { v, payload } = JSON.parse(text) as { v: string; payload: string };
    const client = this.#keyring.open<OperatorClient>(placeOf(name), payload);
    if (!client) return undefined;
    const read = { ...client, version: v };
    this.#opened.set(name, read);
    return read;
  }
}

const placeOf = (name: string) => `operator-client:${name}`;
