import { hash } from 'node:crypto';
import { type IndexPage, type IndexRow, SURELY_MADE } from '../admin/row-index.ts';
import type { StoreContext } from './store-context.ts';

const SHARDS = [...'0123456789abcdef'];

/** Names by time in sixteen sorted sets, so that no slot of a Cluster has all of them. */
export class TimedRows {
  readonly #context: Pick<StoreContext, 'scripts'>;
  readonly #keyOf: (shard: string) => string;

  constructor(context: Pick<StoreContext, 'scripts'>, keyOf: (shard: string) => string) {
    this.#context = context;
    this.#keyOf = keyOf;
  }

  /**
   * The newest first. The rows of a page are spread over all sets: of each a part is read, and more of one only where its
   * part ends before the page does.
   */
  async page(page: IndexPage): Promise<IndexRow[]> {
    const { most } = page;
    const part = { ...page, most: Math.min(most, Math.ceil(most / 8) + 4) };
    const parts = await Promise.all(SHARDS.map((shard) => this.#pageOf(this.#keyOf(shard), part)));
    const end = firstOf(parts, most)[most - 1];
    const whole = SHARDS.map((shard, index) => {
      const read = parts[index] ?? [];
      const last = read.length < part.most || part.most === most ? undefined : read.at(-1);
      const isShort = last !== undefined && (end === undefined || newestFirst(last, end) < 0);
      return isShort ? this.#pageOf(this.#keyOf(shard), page) : read;
    });
    return firstOf(await Promise.all(whole), most);
  }

  /** One so young that what it names may be on its way stays. */
  async drop({ id, at }: IndexRow): Promise<void> {
    if (at <= Date.now() - SURELY_MADE) await this.remove(id);
  }

  async remove(id: string): Promise<void> {
    const key = this.#keyOf(shardOf(id));
    await this.#context.scripts.plain('a row that leads nowhere', (redis) => redis.zrem(key, id));
  }

  /** `undefined`: it has no row here. */
  async timeOf(id: string): Promise<number | undefined> {
    const key = this.#keyOf(shardOf(id));
    const at = await this.#context.scripts.plain('looking for a row', (redis) => redis.zscore(key, id));
    return at === null ? undefined : Number(at);
  }

  async add(rows: readonly IndexRow[]): Promise<void> {
    const add = ({ id, at }: IndexRow) => {
      const key = this.#keyOf(shardOf(id));
      return this.#context.scripts.write('adding a row', key, (redis) => redis.zadd(key, at, id));
    };
    await Promise.all(rows.map(add));
  }

  /** Several may be of one moment: those are in the order of their names, and a page may end among them. */
  async #pageOf(key: string, { after, from = 0, to, most }: IndexPage): Promise<IndexRow[]> {
    const last = after ? `${after.at}` : to === undefined ? '+inf' : `(${to}`;
    const found: IndexRow[] = [];
    for (let skip = 0; ; skip += most) {
      const read = await this.#context.scripts.plain('reading rows', (redis) =>
        redis.zrange(key, last, `${from}`, 'BYSCORE', 'REV', 'LIMIT', skip, most, 'WITHSCORES'),
      );
      const rows = rowsOf(read);
      found.push(...(after ? rows.filter((row) => newestFirst(after, row) < 0) : rows));
      if (found.length >= most || rows.length < most) return found.slice(0, most);
    }
  }
}

const firstOf = (shards: readonly IndexRow[][], most: number) =>
  shards.flat().sort(newestFirst).slice(0, most);

/** By what stands before a full stop: who knows that alone finds the set. */
export const shardOf = (id: string): string => hash('sha256', id.split('.')[0] ?? '').slice(0, 1);

function rowsOf(flat: readonly string[]): IndexRow[] {
  return flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, at: Number(flat[index + 1]) }] : []));
}

/** As the store orders them, from the end. */
export function newestFirst(one: IndexRow, other: IndexRow): number {
  return other.at - one.at || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
