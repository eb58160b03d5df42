import { hash } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import {
  type AccountIndex,
  type IndexedAccount,
  type IndexPage,
  SURELY_MADE,
} from '../admin/account-index.ts';
import type { StoreContext } from './store-context.ts';

const SHARDS = [...'0123456789abcdef'];

/** In sixteen sorted sets, so that no slot of a Cluster has all of it. */
export class RedisAccountIndex implements AccountIndex {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async page(page: IndexPage): Promise<IndexedAccount[]> {
    const shards = await Promise.all(SHARDS.map((shard) => this.#pageOf(shard, page)));
    return shards.flat().sort(newestFirst).slice(0, page.most);
  }

  async drop({ id, at }: IndexedAccount): Promise<void> {
    if (at > Date.now() - SURELY_MADE) return;
    await this.remove(id);
  }

  /** Its account was erased. */
  async remove(id: AccountId): Promise<void> {
    const { scripts } = this.#context;
    await scripts.plain('a row that leads nowhere', (redis) => redis.zrem(this.#keyOf(id), id));
  }

  async add(rows: readonly IndexedAccount[]): Promise<void> {
    const { scripts } = this.#context;
    const add = ({ id, at }: IndexedAccount) =>
      scripts.write('indexing an account', this.#keyOf(id), (redis) => redis.zadd(this.#keyOf(id), at, id));
    await Promise.all(rows.map(add));
  }

  /** Several may be of one moment: those are in the order of their ids, and a page may end among them. */
  async #pageOf(shard: string, { after, from = 0, to, most }: IndexPage): Promise<IndexedAccount[]> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.accountIndex(shard);
    const last = after ? `${after.at}` : to === undefined ? '+inf' : `(${to}`;
    for (let skip = 0; ; skip += most) {
      const read = await scripts.plain('listing accounts', (redis) =>
        redis.zrange(key, last, `${from}`, 'BYSCORE', 'REV', 'LIMIT', skip, most, 'WITHSCORES'),
      );
      const rows = rowsOf(read);
      const beyond = after ? rows.filter((row) => newestFirst(after, row) < 0) : rows;
      if (beyond.length > 0 || rows.length < most) return beyond;
    }
  }

  #keyOf(id: AccountId): string {
    return this.#context.keyspace.accountIndex(shardOf(id));
  }
}

const shardOf = (id: string): string => hash('sha256', id).slice(0, 1);

function rowsOf(flat: readonly string[]): IndexedAccount[] {
  return flat.flatMap((id, index) =>
    index % 2 === 0 ? [{ id: id as AccountId, at: Number(flat[index + 1]) }] : [],
  );
}

/** As the store orders them, from the end. */
function newestFirst(one: IndexedAccount, other: IndexedAccount): number {
  return other.at - one.at || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
