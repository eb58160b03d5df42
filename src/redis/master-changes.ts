import type { Redis } from 'ioredis';
import { atEndOfTurn } from './end-of-turn.ts';
import { RUNS_WHILE_FULL } from './script-texts.ts';
import { TooFewReplicas } from './store-errors.ts';

/** Milliseconds that the mark of a batch stays. */
const LIFETIME = 1000;

/** A script, since what ends something is waited for while memory is full, too. */
const MARK = `${RUNS_WHILE_FULL}return redis.call('SET', KEYS[1], '', 'PX', ARGV[1])`;

/** Where a change goes. */
export interface Placement {
  /** The first of its keys. */
  readonly key: string;
  /** One of the same slot that may be written and means nothing. */
  readonly mark: string;
}

export interface ReplicaDemand {
  /** Replicas that must have a change: 1 at least. */
  readonly count: number;
  /** Milliseconds until they have it; half as many more until it is on their disks. */
  readonly timeout: number;
}

interface Call {
  readonly mark: string;
  /** Never rejects before it has sent. */
  send(redis: Redis): Promise<unknown>;
  resolve(reply: unknown): void;
  reject(reason: unknown): void;
}

/**
 * What one master is told by one connection: a batch, a mark, one wait; what comes meanwhile is the next batch.
 *
 * The mark is written because a repeat that finds its result writes nothing, and since Redis 7.2 a wait looks only at what
 * its own connection has written: without the mark it would be told at once that all have it.
 */
export class MasterChanges {
  readonly #master: Redis;
  readonly #demand: ReplicaDemand;
  #waiting: Call[] = [];
  #isOut = false;
  /** Redis before 7.2 does not know WAITAOF. */
  #knowsLogs = true;

  constructor(master: Redis, demand: ReplicaDemand) {
    this.#master = master;
    this.#demand = demand;
  }

  send<T>({ mark }: Placement, send: (redis: Redis) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ mark, send, resolve: (reply) => resolve(reply as T), reject });
      if (this.#waiting.length === 1 && !this.#isOut) atEndOfTurn('calls', () => void this.#leave());
    });
  }

  async #leave(): Promise<void> {
    this.#isOut = true;
    while (this.#waiting.length > 0) {
      const calls = this.#waiting;
      this.#waiting = [];
      await this.#carryOut(calls);
    }
    this.#isOut = false;
  }

  /** All is sent within one turn, and so by one connection: where that breaks, so does the wait. */
  async #carryOut(calls: readonly Call[]): Promise<void> {
    const replies = Promise.allSettled(calls.map(async ({ send }) => send(this.#master)));
    const others = [failureOf(this.#mark(calls)), failureOf(this.#wait())];
    const [settled, failures] = [await replies, await Promise.all(others)];
    const failure = failures.find((one) => one !== undefined);
    settled.forEach((reply, index) => {
      const call = calls[index];
      if (reply.status === 'rejected') call?.reject(reply.reason);
      else if (failure !== undefined) call?.reject(failure);
      else call?.resolve(reply.value);
    });
    if (failure === undefined) return;
    // What stands behind would wait as long again. It was not sent, so nothing of it has happened.
    for (const { reject } of this.#waiting) reject(failure);
    this.#waiting = [];
  }

  async #mark([first]: readonly Call[]): Promise<void> {
    if (first) await this.#master.eval(MARK, 1, first.mark, LIFETIME);
  }

  /**
   * First that replicas have it, then, where the server knows that question, that it is in their logs on disk. Asked for at
   * once, the second takes a second: a replica answers with what was on disk before the question came.
   */
  async #wait(): Promise<void> {
    const { count, timeout } = this.#demand;
    const have = this.#master.wait(count, timeout);
    const keep = this.#knowsLogs ? this.#keepers() : have;
    const reached = Math.min(...(await Promise.all([have, keep])));
    if (reached < count) throw new TooFewReplicas(reached, count);
  }

  async #keepers(): Promise<number> {
    const { count, timeout } = this.#demand;
    try {
      const reply = await this.#master.call('WAITAOF', 0, count, Math.ceil(timeout / 2));
      return Number(Array.isArray(reply) ? reply[1] : reply);
    } catch (error) {
      if (!isUnknownCommand(error)) throw error;
      this.#knowsLogs = false;
      return Number.POSITIVE_INFINITY;
    }
  }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function isUnknownCommand(error: unknown): boolean {
  return error instanceof Error && /^ERR unknown command/i.test(error.message);
}
