import { afterAll, beforeAll } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { Keyspace } from '../../../src/redis/keyspace.ts';
import { randomId, type TestStores, type testStores } from '../../support/test-stores.ts';

/** Opens stores on the Redis that the contract is run against. */
export type OpenStores = (options?: Parameters<typeof testStores>[0]) => Promise<TestStores>;

/** The stores of one group of contract tests, all under one prefix, closed when the group has ended. */
export class Bench {
  readonly prefix = `t${randomId()}:`;
  readonly keyspace = new Keyspace(this.prefix);
  readonly #open: OpenStores;
  readonly #opened: TestStores[] = [];

  constructor(open: OpenStores) {
    this.#open = open;
    beforeAll(async () => {
      await this.another();
    });
    afterAll(async () => {
      await Promise.all(this.#opened.map(({ connection }) => connection.close()));
    });
  }

  get stores(): TestStores {
    const [first] = this.#opened;
    if (!first) throw new Error('the bench is used before its tests have begun');
    return first;
  }

  /** The raw connection, for looking behind the stores and for turning the clock. */
  get redis(): Redis | Cluster {
    return this.stores.connection.redis;
  }

  /** The same Redis and prefix by a connection of its own, as another process has it. */
  async another(options: Parameters<OpenStores>[0] = {}): Promise<TestStores> {
    const stores = await this.#open({ prefix: this.prefix, ...options });
    this.#opened.push(stores);
    return stores;
  }
}

export const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
