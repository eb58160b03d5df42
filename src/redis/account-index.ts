import type { RowIndex } from '../admin/row-index.ts';
import type { StoreContext } from './store-context.ts';
import { TimedRows } from './timed-rows.ts';

/** Accounts, by when they were created. */
export class RedisAccountIndex extends TimedRows implements RowIndex {
  constructor({ scripts, keyspace }: StoreContext) {
    super({ scripts }, (shard) => keyspace.accountIndex(shard));
  }
}
