/** Listing all accounts while the store is being changed: none is left out. */
import { afterEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { AccountId } from '../../src/accounts/account.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Records of accounts as far as their keys go. */
async function makeAccounts({ connection, prefix }: TestStores, count: number): Promise<AccountId[]> {
  const ids = Array.from({ length: count }, () => randomId() as AccountId);
  const keyspace = new Keyspace(prefix);
  await Promise.all(ids.map((id) => connection.redis.hset(keyspace.of(id).account, 'status', 'active')));
  return ids.sort();
}

async function rest(walk: AsyncIterator<AccountId[]>): Promise<AccountId[]> {
  const ids: AccountId[] = [];
  for (let step = await walk.next(); !step.done; step = await walk.next()) ids.push(...step.value);
  return ids;
}

const unique = (ids: readonly AccountId[]) => [...new Set(ids)].sort();

it('begins anew when the server was restarted meanwhile: no cursor of the process before means anything', async () => {
  const redis = await startStandaloneRedis();
  closing.push(() => redis.stop());
  const stores = await testStores({ url: redis.applicationUrl });
  closing.push(() => stores.connection.close());
  const ids = await makeAccounts(stores, 1500);
  const walk = stores.accountIds.all();
  const { value: first = [] } = (await walk.next()) as { value?: AccountId[] };
  expect(first.length).toBeLessThan(ids.length);
  await redis.restart();
  const after = await rest(walk);
  expect(unique([...first, ...after])).toEqual(ids);
  expect(unique(after)).toEqual(ids);
});

it('begins anew when an account has moved from a master that was still to come to one that was done', async () => {
  const cluster = await startRedisCluster();
  closing.push(() => cluster.stop());
  const stores = await testStores({ url: cluster.applicationUrl });
  closing.push(() => stores.connection.close());
  const ids = await makeAccounts(stores, 60);
  const walk = stores.accountIds.all();
  const { value: first = [] } = (await walk.next()) as { value?: AccountId[] };
  const moved = ids.find((id) => !first.includes(id));
  const [done] = first;
  if (!moved || !done) throw new Error('each master has some of the accounts');
  await moveSlot(
    stores,
    new Keyspace(stores.prefix).of(moved).account,
    new Keyspace(stores.prefix).of(done).account,
  );
  expect(unique([...first, ...(await rest(walk))])).toEqual(ids);
});

/** Gives the slot of one key, with all that is in it, to the master that has the other. */
async function moveSlot({ connection }: TestStores, key: string, beside: string): Promise<void> {
  const { redis } = connection;
  if (redis instanceof Redis) throw new Error('no cluster');
  const clients = redis
    .nodes('master')
    .map(({ options: { host = '', port = 0 } }) => new Redis({ host, port }));
  try {
    const holders = await Promise.all(
      clients.map(async (client) => ({ client, keys: await client.keys('*') })),
    );
    const from = holders.find(({ keys }) => keys.includes(key))?.client;
    const to = holders.find(({ keys }) => keys.includes(beside))?.client;
    if (!from || !to || from === to) throw new Error('the keys are not on two masters');
    const slot = Number(await from.cluster('KEYSLOT', key));
    const [source, target] = [
      String(await from.call('CLUSTER', 'MYID')),
      String(await to.call('CLUSTER', 'MYID')),
    ];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target);
    const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    const { host = '', port = 0 } = to.options;
    await from.call('MIGRATE', host, port, '', 0, 10_000, 'KEYS', ...keys);
    for (const client of [to, from, ...clients])
      await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', target);
  } finally {
    for (const client of clients) client.disconnect();
  }
}
