import { describe, expect, it } from '@jest/globals';
import { Cluster, type Redis } from 'ioredis';
import { randomId, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

/** A connection that breaks is made again, and what was under way is sent again: no caller hears of it. */
export function describeBrokenConnections(open: OpenStores): void {
  describe('connections that break', () => {
    const bench = new Bench(open);

    it('are made again, on every master at once, under what is under way', async () => {
      const stores = await bench.another();
      for (let round = 0; round < 3; round += 1) {
        const ids = await times(30, async () => randomId());
        const writing = ids.map((id) => stores.records.write('Kind', id, { id }, 60_000));
        await cut(stores, await bench.another());
        await Promise.all(writing);
        const consumed = await Promise.all(ids.map((id) => stores.records.consume('Kind', id)));
        expect(consumed.filter(Boolean)).toHaveLength(30);
      }
    });
  });
}

/** Every node closes the connection of these stores. */
async function cut(stores: TestStores, by: TestStores): Promise<void> {
  const others = new Map(nodesOf(by).map((node) => [node.options.port, node]));
  await Promise.all(
    nodesOf(stores).map(async (node) => {
      const id = await node.client('ID');
      await others.get(node.options.port)?.client('KILL', 'ID', id);
    }),
  );
}

function nodesOf({ connection: { redis } }: TestStores): Redis[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}
