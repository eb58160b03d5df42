import type { AccountId } from '../accounts/account.ts';
import { type DeviceIndex, parseDeviceRow } from '../admin/device-index.ts';
import type { IndexPage, IndexRow, RowIndex } from '../admin/row-index.ts';
import { mastersOf } from './account-ids.ts';
import type { StoreContext } from './store-context.ts';
import { newestFirst, shardOf, TimedRows } from './timed-rows.ts';

const KIND = 'DeviceIndex';
/** Clients whose devices are looked through together. */
const AT_ONCE = 20;
/** Rows of one set that one step looks at: a sixteenth of 100,000 devices is one step, which takes Redis a millisecond or two. */
const STEP = 10_000;

/** Devices of each client, which is named by an HMAC. */
export class RedisDeviceIndex implements DeviceIndex {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Under whatever secret they were written. */
  of(clientId: string): RowIndex {
    const all = this.#context.keyring.macs(KIND, clientId).map((name) => this.#rowsOf(name));
    return {
      page: async (page: IndexPage) => {
        const pages = await Promise.all(all.map((rows) => rows.page(page)));
        return all.length === 1 ? pages.flat() : distinct(pages.flat()).slice(0, page.most);
      },
      drop: async (row: IndexRow) => {
        await Promise.all(all.map((rows) => rows.drop(row)));
      },
    };
  }

  async has(clientId: string, id: string): Promise<boolean> {
    const all = this.#context.keyring.macs(KIND, clientId).map((name) => this.#rowsOf(name).timeOf(id));
    return (await Promise.all(all)).some((at) => at !== undefined);
  }

  async add(clientId: string, rows: readonly IndexRow[]): Promise<void> {
    await this.#rowsOf(this.#context.keyring.mac(KIND, clientId)).add(rows);
  }

  /** A few clients at once: of each the sixteenth in which the device would be. */
  async ownerOf(
    device: string,
    clientIds: readonly string[],
    within: number,
  ): Promise<{ owner: AccountId | undefined; isSure: boolean }> {
    const end = performance.now() + within;
    for (let at = 0; at < clientIds.length && performance.now() < end; at += AT_ONCE) {
      const names = clientIds.slice(at, at + AT_ONCE).flatMap((id) => this.#context.keyring.macs(KIND, id));
      const keys = names.map((name) => this.#context.keyspace.deviceIndex(name, shardOf(device)));
      const rows = await Promise.all(keys.map((key) => this.#rowOf(key, device, end)));
      const found = rows.find((row) => row !== undefined);
      if (found !== undefined) return { owner: parseDeviceRow(found).accountId, isSure: true };
    }
    return { owner: undefined, isSure: performance.now() < end };
  }

  async #rowOf(key: string, device: string, end: number): Promise<string | undefined> {
    let cursor = '0';
    do {
      const from = cursor;
      const [next, found] = await this.#context.scripts.plain('looking for a device', (redis) =>
        redis.zscan(key, from, 'MATCH', `${device}.*`, 'COUNT', STEP),
      );
      if (found[0] !== undefined) return found[0];
      cursor = next;
    } while (cursor !== '0' && performance.now() < end);
    return undefined;
  }

  /** Under the secret that writes now. @returns whether it was under another one */
  async move(clientId: string, id: string): Promise<boolean> {
    const [current, ...older] = this.#context.keyring.macs(KIND, clientId).map((name) => this.#rowsOf(name));
    const moved = older.map(async (rows) => {
      const at = await rows.timeOf(id);
      if (at === undefined) return false;
      await current?.add([{ id, at }]);
      await rows.remove(id);
      return true;
    });
    return (await Promise.all(moved)).includes(true);
  }

  /** Once all that lead to a device have moved: what lies under other secrets leads nowhere. */
  async forgetOlder(): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const nodes = await scripts.plain('finding masters', async (redis) => mastersOf(redis));
    for (const secret of keyring.names.slice(1)) {
      const pattern = keyspace.deviceIndex(`${secret}.*`, '*');
      for (const node of nodes)
        for await (const keys of node.scanStream({ match: pattern, count: 1000 }))
          for (const key of keys as string[])
            await scripts.write('removing rows that lead nowhere', key, (redis) => redis.unlink(key));
    }
  }

  #rowsOf(name: string): TimedRows {
    const { scripts, keyspace } = this.#context;
    return new TimedRows({ scripts }, (shard) => keyspace.deviceIndex(name, shard));
  }
}

function distinct(rows: readonly IndexRow[]): IndexRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort(newestFirst);
}
