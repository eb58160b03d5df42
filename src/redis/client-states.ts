import {
  type ClientAct,
  type ClientEpochs,
  type ClientState,
  type ClientStateStore,
  UNTOUCHED,
} from '../devices/client-state.ts';
import type { ClientEventKind } from '../events/client-event.ts';
import type { RedisClientEvents } from './client-events.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import type { Keyring } from './keyring.ts';
import type { StoreContext } from './store-context.ts';

const KIND = 'Client';
/** The field that changes with every act: no client has this name. */
const VERSION = 'v';
/** Milliseconds for which states may be used that decide nothing. */
const RECENT = 5000;

const EVENTS = {
  disable: 'client-disabled',
  enable: 'client-enabled',
  end: 'client-ended',
  delete: 'client-deleted',
} as const satisfies Record<ClientAct, ClientEventKind>;

/** As the script writes one. */
interface Kept extends ClientState {
  /** Sealed: the client's id, for the operator's list. */
  readonly id: string;
}

/**
 * The states of all clients to which something was done are one hash, with a version that each act changes. So a
 * decision asks for the version alone, which is one word and the same for all clients, and knows the rest: no client has
 * to be known before it is asked, and all that is decided within one turn of the event loop asks once.
 */
export class RedisClientStates implements ClientStateStore {
  readonly #context: StoreContext;
  readonly #events: RedisClientEvents;
  readonly #key: string;
  #known: Known;
  /** Leaves at the end of this turn, for all that ask in it. */
  #asking: Promise<ClientEpochs> | undefined;
  /** Whether the store answered when it was last asked. */
  #answers = true;

  constructor(context: StoreContext, events: RedisClientEvents) {
    this.#context = context;
    this.#events = events;
    this.#key = context.keyspace.clients('states');
    this.#known = new Known(context.keyring, {}, Number.NEGATIVE_INFINITY);
  }

  /** Leaves at the end of the turn, so that it is asked later than each that waits for it has begun. */
  current(): Promise<ClientEpochs> {
    this.#asking ??= new Promise((resolve, reject) => {
      atEndOfTurn('calls', () => {
        this.#asking = undefined;
        this.#ask().then(resolve, reject);
      });
    });
    return this.#asking;
  }

  /** Waits for a store that stands still once, and not with every look of a request: a request would hear 503 seconds later. */
  recent(): ClientEpochs | Promise<ClientEpochs> {
    const known = this.#known;
    if (performance.now() - known.asked < RECENT) return known;
    const wait = this.#answers;
    const asked = this.current().catch(() => known);
    return wait ? asked : known;
  }

  async act(
    clientId: string,
    act: ClientAct,
    isRegistered = false,
  ): Promise<{ changed: boolean; state: ClientState }> {
    const { scripts, keyring } = this.#context;
    const names = keyring.macs(KIND, clientId);
    const id = keyring.seal(`client-state:${names[0]}`, clientId);
    const event = this.#events.prepare(EVENTS[act], clientId);
    const keys = { clientStates: this.#key, clientEvents: this.#events.key };
    const args = [act, id, isRegistered ? '1' : '', event, ...names];
    const reply = await scripts.change('changeClientState', keys, args);
    const [changed, text] = reply as [number, string];
    // This server asks anew before it lets anything of it begin.
    this.#known.asked = Number.NEGATIVE_INFINITY;
    return { changed: changed === 1, state: stateOf(text) };
  }

  async list(): Promise<ReadonlyMap<string, ClientState>> {
    return (await this.#load()).all();
  }

  async forget(clientIds: readonly string[], unchanged: number): Promise<void> {
    const names = clientIds.flatMap((id) => this.#context.keyring.macs(KIND, id));
    await this.#context.scripts.change('forgetClientStates', { clientStates: this.#key }, [
      unchanged,
      ...names,
    ]);
  }

  async #ask(): Promise<Known> {
    try {
      const known = await this.#newest();
      this.#answers = true;
      return known;
    } catch (error) {
      this.#answers = false;
      throw error;
    }
  }

  async #newest(): Promise<Known> {
    const asked = performance.now();
    const version = await this.#context.scripts.plain('asking how clients stand', (redis) =>
      redis.hget(this.#key, VERSION),
    );
    const known = this.#known;
    if ((version ?? '') !== known.version) return this.#load();
    known.asked = Math.max(known.asked, asked);
    return known;
  }

  async #load(): Promise<Known> {
    const asked = performance.now();
    const fields = await this.#context.scripts.plain('reading how clients stand', (redis) =>
      redis.hgetall(this.#key),
    );
    const read = new Known(this.#context.keyring, fields, asked);
    if (asked >= this.#known.asked) this.#known = read;
    return read;
  }
}

/** All states as they were at one version. Clients are few, so what was looked up is kept. */
class Known implements ClientEpochs {
  readonly version: string;
  /** When it was asked for; by the clock that no one sets. */
  asked: number;
  readonly #keyring: Keyring;
  readonly #fields: Readonly<Record<string, string>>;
  readonly #found = new Map<string, ClientState>();

  constructor(
    keyring: Keyring,
    { [VERSION]: version = '', ...fields }: Record<string, string>,
    asked: number,
  ) {
    this.#keyring = keyring;
    this.#fields = fields;
    this.version = version;
    this.asked = asked;
  }

  get areUntouched(): boolean {
    return this.version === '';
  }

  of(clientId: string): ClientState {
    if (this.areUntouched) return UNTOUCHED;
    const found = this.#found.get(clientId) ?? this.#look(clientId);
    this.#found.set(clientId, found);
    return found;
  }

  /** An id that does not open was sealed under a secret that is gone; the state goes on under its name. */
  all(): ReadonlyMap<string, ClientState> {
    const entries = Object.entries(this.#fields).flatMap(([name, text]): [string, ClientState][] => {
      const id = this.#keyring.open<string>(`client-state:${name}`, (JSON.parse(text) as Kept).id);
      return id === undefined ? [] : [[id, stateOf(text)]];
    });
    return new Map(entries);
  }

  #look(clientId: string): ClientState {
    const names = this.#keyring.macs(KIND, clientId);
    const text = names.map((name) => this.#fields[name]).find((one) => one !== undefined);
    return text === undefined ? UNTOUCHED : stateOf(text);
  }
}

function stateOf(text: string): ClientState {
  const { status, epoch, moved, registered } = JSON.parse(text) as Kept;
  // An empty list and an empty object are one to the script.
  const state = { status, epoch, moved: Array.isArray(moved) ? moved : [] };
  return registered ? { ...state, registered } : state;
}
