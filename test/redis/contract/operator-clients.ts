import { describe, expect, it } from '@jest/globals';
import {
  MAX_CHANGED_CLIENTS,
  MAX_OPERATOR_CLIENTS,
  type OperatorClient,
} from '../../../src/apps/operator-clients.ts';
import { randomId, TEST_SECRET, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

function newClient(): OperatorClient {
  return { clientId: randomId(), metadata: { client_name: 'Mine' }, secret: 'digest', issuedAt: 1 };
}

export function describeOperatorClients(open: OpenStores): void {
  describe('clients that the operator keeps in the store', () => {
    const bench = new Bench(open);
    const found = async ({ operatorClients }: TestStores, id: string) =>
      (await operatorClients.current()).find(id);

    it('are found by every server at once, as they were written last', async () => {
      const [here, there] = [bench.stores, await bench.another()];
      const client = newClient();
      expect(await found(there, client.clientId)).toBeUndefined();
      expect(await here.operatorClients.write(client)).toBe('written');
      const read = await found(there, client.clientId);
      expect(read).toMatchObject(client);
      const changed = { ...client, metadata: { client_name: 'Changed' } };
      expect(await there.operatorClients.write(changed, read?.version)).toBe('written');
      expect(await found(here, client.clientId)).toMatchObject(changed);
      await here.operatorClients.remove(client.clientId);
      expect(await found(there, client.clientId)).toBeUndefined();
    });

    it('stay the same objects while others are changed', async () => {
      const { operatorClients } = bench.stores;
      const [one, other] = [newClient(), newClient()];
      await operatorClients.write(one);
      const before = await found(bench.stores, one.clientId);
      await operatorClients.write(other);
      expect(await found(bench.stores, one.clientId)).toBe(before);
    });

    it('of changes at once exactly one is written', async () => {
      const client = newClient();
      const created = await times(8, () => bench.stores.operatorClients.write(client));
      expect(created.toSorted()).toEqual([...Array(7).fill('exists'), 'written']);
      const version = (await found(bench.stores, client.clientId))?.version;
      const changed = await times(8, () => bench.stores.operatorClients.write(client, version));
      expect(changed.toSorted()).toEqual([...Array(7).fill('changed'), 'written']);
    });

    it('are not brought back: one that is gone stays so, an id that was deleted is given to none', async () => {
      const { operatorClients, clientStates } = bench.stores;
      const client = newClient();
      await operatorClients.write(client);
      const version = (await found(bench.stores, client.clientId))?.version;
      await operatorClients.remove(client.clientId);
      expect(await operatorClients.write(client, version)).toBe('gone');
      await clientStates.act(client.clientId, 'delete');
      expect(await operatorClients.write(client)).toBe('deleted');
    });

    it('are as many as may be, and not one more', async () => {
      const { operatorClients } = await bench.another({ prefix: `t${randomId()}:` });
      for (let start = 0; start < MAX_OPERATOR_CLIENTS; start += 100)
        await times(100, () => operatorClients.write(newClient()));
      expect((await operatorClients.current()).all).toHaveLength(MAX_OPERATOR_CLIENTS);
      expect(await operatorClients.write(newClient())).toBe('full');
    });

    it('are none anew where what was done to very many is kept, each for good; ends are done all the same', async () => {
      const stores = await bench.another({ prefix: `t${randomId()}:` });
      const { operatorClients, clientStates, connection, prefix } = stores;
      const kept = newClient();
      expect(await operatorClients.write(kept)).toBe('written');
      const done = (state: string) =>
        connection.redis.hset(
          `${prefix}{clients}:states`,
          ...Array.from({ length: MAX_CHANGED_CLIENTS }, () => [randomId(), state]).flat(),
          ...['v', '1'],
        );
      // Those leave by themselves: an operator who removes very many of them is held up by none.
      await done('{"status":"deleted","registered":true}');
      expect(await operatorClients.write(newClient())).toBe('written');
      await done('{"status":"deleted"}');
      expect(await operatorClients.write(newClient())).toBe('full');
      const version = (await found(stores, kept.clientId))?.version;
      expect(await operatorClients.write(kept, version)).toBe('written');
      expect(await clientStates.act(kept.clientId, 'end')).toMatchObject({ changed: true });
    });

    it('are found under the secret before, and written again under the new one', async () => {
      const client = newClient();
      await bench.stores.operatorClients.write(client);
      const rotated = await bench.another({
        secrets: ['a newer secret, as long as secrets are', TEST_SECRET],
      });
      const read = await found(rotated, client.clientId);
      expect(read).toMatchObject(client);
      expect(await rotated.operatorClients.write(client, read?.version)).toBe('written');
      const alone = await bench.another({ secrets: ['a newer secret, as long as secrets are'] });
      expect(await found(alone, client.clientId)).toMatchObject(client);
    });
  });
}
