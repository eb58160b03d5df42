/**
 * The Lua scripts, each an all-or-nothing change of one slot, by name.
 *
 * A script that changes state takes an operation id as its first argument and remembers it beside the
 * change, so that a command which is sent again after a lost reply returns the first result instead of
 * happening twice. What only notes that a token or a browser was seen needs none. A script names the
 * preludes that it uses, and those alone stand in front of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { nextInOperation } from '../runtime/operations.ts';
import { uniqueNames } from '../runtime/unique-ids.ts';
import type { RedisConnection } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import type { ReplicatedChanges } from './replicated-changes.ts';
import { type ScriptCall, valuesOf } from './script-calls.ts';
import type {
  ChangeName,
  GatheredName,
  ReaderName,
  ScriptKeys,
  ScriptName,
  TouchName,
} from './script-keys.ts';
import { MAY_BE_LOST } from './script-rules.ts';
import { type Argument, allScripts, type Evaluation, READING, type Values, WRITING } from './script-texts.ts';
import { isConnectionLoss, isStoreError, isUnknownScript, refusesChanges } from './store-errors.ts';

/** Milliseconds before each new try: a connection that has just broken may still pass for one that is ready. */
const RETRY_PAUSES = [1, 10, 50];

/** Finding out whether the store takes changes: its refusal is the answer, and no news. */
export const PROBING = 'trying the store';

export type ScriptReply = string | number | null | ScriptReply[];

export type OnCommand = (seconds: number, outcome: 'ok' | 'failed') => void;

type Redis = RedisConnection['redis'];
type Send<T> = (redis: Redis) => Promise<T>;
/** Which connection it goes by, and what it waits for. */
type Through = <T>(send: Send<T>) => Promise<T>;
export class Scripts {
  readonly #redis: Redis;
  readonly #whenReady: () => Promise<void>;
  readonly #keyspace: Keyspace;
  readonly #replicated: ReplicatedChanges | undefined;
  readonly #onCommand: OnCommand | undefined;
  readonly #nextOperation = uniqueNames();
  readonly #scripts = allScripts();
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** @param onCommand hears how long each command took */
  constructor({ redis, whenReady, replicated }: RedisConnection, keyspace: Keyspace, onCommand?: OnCommand) {
    this.#redis = redis;
    this.#whenReady = whenReady;
    this.#keyspace = keyspace;
    this.#replicated = replicated;
    this.#onCommand = onCommand;
  }

  /**
   * Runs a script that only reads; the store refuses it every write.
   * @throws StoreUnavailable
   */
  async read<N extends ReaderName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    return this.#run(READING, name, { keys, args });
  }

  /**
   * Reads what replicas have, too: for an answer that says that a change was made, by this request or a former one.
   * @throws StoreUnavailable
   */
  async readSettled<N extends ReaderName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    return this.#run(READING, name, { keys, args }, this.#settled);
  }

  /**
   * Runs a script that changes state, once whatever becomes of the reply, which comes when as many replicas have it as
   * the operator demands.
   * @throws StoreUnavailable when it may or may not have happened
   */
  async change<N extends ChangeName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    const through = MAY_BE_LOST.has(name) ? this.#direct : this.#settled;
    return this.#run(WRITING, name, { operation: this.newOperation(), keys, args }, through);
  }

  /**
   * Runs a script whose writes may happen twice without harm.
   * @param settled whether replicas have to have what it answers by, where the operator demands it
   * @throws StoreUnavailable
   */
  async touch<N extends TouchName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
    settled = false,
  ): Promise<ScriptReply> {
    return this.#run(WRITING, name, { keys, args }, settled ? this.#settled : this.#direct);
  }

  /** Whether replicas are demanded. */
  get waitsForReplicas(): boolean {
    return this.#replicated !== undefined;
  }

  /** Names a change, whose command may be sent again; by the same name where the work that it is of is done again. */
  newOperation(): string {
    return nextInOperation() ?? this.#nextOperation();
  }

  /**
   * Runs a script once for several calls, whose keys are in one slot. Calls that change state bring an operation each.
   * @returns for each call its reply, or the error that it alone has met
   * @throws StoreUnavailable where the store has not answered to any of them
   */
  async together<N extends GatheredName>(
    name: N,
    calls: readonly ScriptCall<N>[],
  ): Promise<(ScriptReply | Error)[]> {
    const replies = await this.#evaluate(WRITING, name, valuesOf(name, calls));
    return (replies as (ScriptReply | Error)[]).map((reply) =>
      reply instanceof Error ? this.#storeError(name, reply) : reply,
    );
  }

  /** Whether all keys are in one place, so that one script may see any of them. */
  get isOnePlace(): boolean {
    return !(this.#redis instanceof Cluster);
  }

  /**
   * Sends commands that may be sent twice without harm: reads, and what may be lost with a master.
   * @throws StoreUnavailable
   */
  async plain<T>(operation: string, send: Send<T>): Promise<T> {
    return this.#attempt(operation, () => send(this.#redis));
  }

  /**
   * Sends one command that gives or ends something, and may be sent twice without harm.
   * @param key the one that it writes
   * @throws StoreUnavailable
   */
  async write<T>(operation: string, key: string, send: Send<T>): Promise<T> {
    return this.#attempt(operation, () => this.#settled(key)(send));
  }

  /** Whether the store refused a change within so many milliseconds, in whatever slot. */
  refusedWithin(milliseconds: number): boolean {
    return performance.now() - this.#refusedAt < milliseconds;
  }

  readonly #direct = (): Through => (send) => send(this.#redis);

  readonly #settled = (key: string): Through => {
    const [replicated, mark] = [this.#replicated, this.#keyspace.probeBeside(key)];
    return replicated ? (send) => replicated.send({ key, mark }, send) : this.#direct();
  };

  async #run<N extends ScriptName>(
    evaluation: Evaluation,
    name: N,
    call: ScriptCall<N>,
    through: (key: string) => Through = this.#direct,
  ): Promise<ScriptReply> {
    const values = valuesOf(name, [call]);
    return this.#evaluate(evaluation, name, values, through(String(values[1])));
  }

  /** A store that does not know the script has not run it, and gets its text. */
  async #evaluate(
    { byDigest, byText }: Evaluation,
    name: ScriptName,
    values: Values,
    through = this.#direct(),
  ): Promise<ScriptReply> {
    const { text, digest } = this.#scripts[name];
    return this.#attempt(name, async () => {
      try {
        return (await through((redis) => byDigest(redis, digest, values))) as ScriptReply;
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return (await through((redis) => byText(redis, text, values))) as ScriptReply;
      }
    });
  }

  async #attempt<T>(operation: string, send: () => Promise<T>): Promise<T> {
    if (!this.#onCommand) return this.#persist(operation, send);
    const began = performance.now();
    let outcome: 'ok' | 'failed' = 'failed';
    try {
      const reply = await this.#persist(operation, send);
      outcome = 'ok';
      return reply;
    } finally {
      this.#onCommand((performance.now() - began) / 1000, outcome);
    }
  }

  async #persist<T>(operation: string, send: () => Promise<T>): Promise<T> {
    for (const pause of RETRY_PAUSES) {
      try {
        return await send();
      } catch (error) {
        if (!isConnectionLoss(error)) throw this.#storeError(operation, error);
      }
      await sleep(pause);
      await this.#whenReady();
    }
    try {
      return await send();
    } catch (error) {
      throw this.#storeError(operation, error);
    }
  }

  #storeError(operation: string, error: Error): Error;
  #storeError(operation: string, error: unknown): unknown;
  #storeError(operation: string, error: unknown): unknown {
    if (operation !== PROBING && refusesChanges(error)) this.#refusedAt = performance.now();
    return isStoreError(error) ? new StoreUnavailable(operation, error) : error;
  }
}
