/**
 * The Lua scripts, each an all-or-nothing change of one slot, by name.
 *
 * A script that changes state takes an operation id as its first argument and remembers it beside the
 * change, so that a command which is sent again after a lost reply returns the first result instead of
 * happening twice. What only notes that a token or a browser was seen needs none. A script names the
 * preludes that it uses, and those alone stand in front of it.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { uniqueNames } from '../runtime/unique-ids.ts';
import type { RedisConnection } from './connection.ts';
import {
  type ChangeName,
  type GatheredName,
  inOrder,
  type ReaderName,
  SCRIPTS,
  type ScriptKeys,
  type ScriptName,
  type TouchName,
} from './script-keys.ts';
import { isConnectionLoss, isStoreError, isUnknownScript, refusesChanges } from './store-errors.ts';

/** Milliseconds before each new try: a connection that has just broken may still pass for one that is ready. */
const RETRY_PAUSES = [1, 10, 50];

/** Finding out whether the store takes changes: its refusal is the answer, and no news. */
export const PROBING = 'trying the store';

type Argument = string | number;
export type ScriptReply = string | number | null | ScriptReply[];

export type OnCommand = (seconds: number, outcome: 'ok' | 'failed') => void;

interface Script {
  text: string;
  /** SHA-1 of the text, by which a store knows a script that it has run before. */
  digest: string;
}

export interface ScriptCall<N extends ScriptName> {
  readonly keys: ScriptKeys<N>;
  readonly args: readonly Argument[];
}

type Redis = RedisConnection['redis'];
type Values = readonly [keys: number, ...keysAndArguments: Argument[]];

/** The two ways to have a script run. */
interface Evaluation {
  byDigest(redis: Redis, digest: string, values: Values): Promise<unknown>;
  byText(redis: Redis, text: string, values: Values): Promise<unknown>;
}

const READING: Evaluation = {
  byDigest: (redis, digest, values) => redis.evalsha_ro(digest, ...values),
  byText: (redis, text, values) => redis.eval_ro(text, ...values),
};
const WRITING: Evaluation = {
  byDigest: (redis, digest, values) => redis.evalsha(digest, ...values),
  byText: (redis, text, values) => redis.eval(text, ...values),
};

export class Scripts {
  readonly #redis: Redis;
  readonly #whenReady: () => Promise<void>;
  readonly #onCommand: OnCommand | undefined;
  readonly #nextOperation = uniqueNames();
  readonly #scripts = allScripts();
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** @param onCommand hears how long each command took */
  constructor({ redis, whenReady }: RedisConnection, onCommand?: OnCommand) {
    this.#redis = redis;
    this.#whenReady = whenReady;
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
    return this.#run(READING, name, keys, args);
  }

  /**
   * Runs a script that changes state, once whatever becomes of the reply.
   * @throws StoreUnavailable when it may or may not have happened
   */
  async change<N extends ChangeName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    return this.#run(WRITING, name, keys, [this.#nextOperation(), ...args]);
  }

  /**
   * Runs a script whose writes may happen twice without harm.
   * @throws StoreUnavailable
   */
  async touch<N extends TouchName>(
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    return this.#run(WRITING, name, keys, args);
  }

  /** Names a change, whose command may be sent again. */
  newOperation(): string {
    return this.#nextOperation();
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
    const keys = calls.flatMap((call) => inOrder(name, call.keys));
    const values: Values = [keys.length, ...keys, ...calls.flatMap(({ args }) => args)];
    const replies = await this.#evaluate(WRITING, name, values);
    return (replies as (ScriptReply | Error)[]).map((reply) =>
      reply instanceof Error ? this.#storeError(name, reply) : reply,
    );
  }

  /** Whether all keys are in one place, so that one script may see any of them. */
  get isOnePlace(): boolean {
    return !(this.#redis instanceof Cluster);
  }

  /**
   * Sends commands that may be sent twice without harm: reads, and writes of a whole value.
   * @throws StoreUnavailable
   */
  async plain<T>(operation: string, send: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#attempt(operation, () => send(this.#redis));
  }

  /** Whether the store refused a change within so many milliseconds, in whatever slot. */
  refusedWithin(milliseconds: number): boolean {
    return performance.now() - this.#refusedAt < milliseconds;
  }

  /** A store that does not know the script has not run it, and gets its text. */
  async #run<N extends ScriptName>(
    evaluation: Evaluation,
    name: N,
    keys: ScriptKeys<N>,
    args: readonly Argument[],
  ): Promise<ScriptReply> {
    return this.#evaluate(evaluation, name, [SCRIPTS[name].length, ...inOrder(name, keys), ...args]);
  }

  async #evaluate({ byDigest, byText }: Evaluation, name: ScriptName, values: Values): Promise<ScriptReply> {
    const { text, digest } = this.#scripts[name];
    return this.#attempt(name, async () => {
      try {
        return (await byDigest(this.#redis, digest, values)) as ScriptReply;
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return (await byText(this.#redis, text, values)) as ScriptReply;
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

/** Every script by its name, each with its preludes in front of it. */
export function allScripts(): Readonly<Record<ScriptName, Script>> {
  const named = Object.keys(SCRIPTS).map((name): [string, Script] => {
    const text = withPreludes(`${name}.lua`);
    return [name, { text, digest: hash('sha1', text) }];
  });
  return Object.fromEntries(named) as Record<ScriptName, Script>;
}

/** A file behind those that its line `-- PRELUDES` names, and behind those that these name: each once. */
function withPreludes(file: string, above = new Set<string>()): string {
  if (above.has(file)) return '';
  above.add(file);
  const text = readFileSync(new URL(`./scripts/${file}`, import.meta.url), 'utf8');
  const preludes = preludesOf(text).map((name) => withPreludes(`preludes/${name}.lua`, above));
  return [...preludes, text].join('');
}

/** As a script or a prelude names them. */
export function preludesOf(text: string): string[] {
  return /^-- PRELUDES (.+)$/m.exec(text)?.[1]?.split(', ') ?? [];
}
