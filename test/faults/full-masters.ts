import { expect } from '@jest/globals';
import { Cluster, type Redis } from 'ioredis';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import type { TestCluster } from '../support/redis-cluster.ts';
import type { TestStores } from '../support/test-stores.ts';

const SLOTS = 16_384;

/** A Cluster of which the memory of one master after the other is full. */
export class FullMasters {
  readonly #cluster: TestCluster;
  readonly #redis: Cluster;
  readonly #prefix: string;

  constructor(cluster: TestCluster, { connection: { redis }, prefix }: TestStores) {
    if (!(redis instanceof Cluster)) throw new TypeError('no Cluster');
    this.#cluster = cluster;
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** In the order of their slots. */
  get #nodes(): readonly Redis[] {
    const masters = this.#redis.nodes('master');
    return this.#cluster.nodes.flatMap(({ port }) => masters.filter(({ options }) => options.port === port));
  }

  /** Those that do not count live codes, and keep some of them. */
  async withoutLiveCodes(): Promise<Redis[]> {
    const slot = (await this.#nodes[0]?.call('CLUSTER', 'KEYSLOT', '{live}')) as number;
    return this.#nodes.filter((_, master) => Math.floor(slot / Math.ceil(SLOTS / 3)) !== master);
  }

  /**
   * Each master in turn is full: what is counted, and what it is counted for, are on any of them.
   * @returns how often it was done all the same
   */
  async whileFull(
    times: number,
    act: (index: number) => Promise<boolean>,
    masters: readonly Redis[] = this.#nodes,
  ): Promise<number> {
    let done = 0;
    for (const full of masters) {
      await full.config('SET', 'maxmemory', '1');
      try {
        for (let index = 0; index < times; index += 1) done += (await isDone(act(index))) ? 1 : 0;
      } finally {
        await full.config('SET', 'maxmemory', '0');
      }
    }
    expect(done).toBeLessThan(masters.length * times);
    return done;
  }

  /** All of them are full at once. */
  async allFull<T>(act: () => Promise<T>): Promise<T> {
    const setAll = (bytes: string) =>
      Promise.all(this.#nodes.map((node) => node.config('SET', 'maxmemory', bytes)));
    await setAll('1');
    try {
      return await act();
    } finally {
      await setAll('0');
    }
  }

  /** All keys of this kind. */
  async keys(pattern: string, prefix = this.#prefix): Promise<string[]> {
    return (await Promise.all(this.#nodes.map((node) => node.keys(`${prefix}${pattern}`)))).flat();
  }

  /** Of all counters there are, those that networks share, too; they are removed. */
  async counted(prefix = this.#prefix): Promise<number> {
    let sum = 0;
    for (const node of this.#nodes) {
      for (const key of await node.keys(`${prefix}Attempts:*`)) {
        const [wrong, free, turns] = await node.hmget(key, 'wrong', 'free', 'turns');
        sum += Number(wrong) + Number(free) + Number(turns);
        await node.unlink(key);
      }
    }
    return sum;
  }
}

function isDone(acting: Promise<boolean>): Promise<boolean> {
  return acting.catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  });
}
