import type { DeviceIndex } from '../admin/device-index.ts';
import type { IndexPage, IndexRow, RowIndex } from '../admin/row-index.ts';
import type { StoreContext } from './store-context.ts';
import { newestFirst, TimedRows } from './timed-rows.ts';

const KIND = 'DeviceIndex';

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

  async add(clientId: string, rows: readonly IndexRow[]): Promise<void> {
    await this.#rowsOf(this.#context.keyring.mac(KIND, clientId)).add(rows);
  }

  #rowsOf(name: string): TimedRows {
    const { scripts, keyspace } = this.#context;
    return new TimedRows({ scripts }, (shard) => keyspace.deviceIndex(name, shard));
  }
}

function distinct(rows: readonly IndexRow[]): IndexRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort(newestFirst);
}
