import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cluster, Command } from 'ioredis';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { DurabilityWatch } from '../../src/redis/durability-watch.ts';
import { ReplicatedChanges } from '../../src/redis/replicated-changes.ts';
import { TooFewReplicas } from '../../src/redis/store-errors.ts';
import { eventually } from '../support/eventually.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { activeGrant } from './contract/grants.ts';
import { everyChange } from './every-change.ts';

/** Milliseconds: half of it is waited for a replica, by a connection whose change is to be refused. */
const SHORT_TIMEOUT = 2000;
/** Milliseconds for a change that is to be made, however busy the machine is. */
const LONG_TIMEOUT = 120_000;

let master: TestRedis;
let replica: TestRedis;
let stores: TestStores;

const opened: TestStores[] = [];
const others = async (options: Parameters<typeof testStores>[0]) => {
  const made = await testStores(options);
  opened.push(made);
  return made;
};
/** The same store by a connection that soon gives a replica up. */
const impatient = () =>
  others({ url: master.url, prefix: stores.prefix, replicas: 1, timeout: SHORT_TIMEOUT });

const inSync = async () =>
  /state=online/.test(await stores.connection.redis.info('replication')) &&
  (await stores.connection.redis.wait(1, 1000)) === 1;

beforeAll(async () => {
  master = await startStandaloneRedis();
  replica = await startStandaloneRedis(['--replicaof', master.host, `${master.port}`]);
  stores = await testStores({ url: master.url, replicas: 1, timeout: LONG_TIMEOUT });
});
beforeEach(() => eventually('a replica in sync', inSync));
afterEach(async () => {
  replica.resume();
  for (const { connection } of opened.splice(0)) await connection.close();
});
afterAll(async () => {
  await stores.connection.close();
  await Promise.all([master.stop(), replica.stop()]);
});

describe('a change that has to survive its master', () => {
  it('has its result when a replica has it, whichever change it is', async () => {
    await everyChange(stores);
  });

  it('is not claimed while the replica hears nothing, nor is a repeat of it; and is once the replica has it', async () => {
    const { grantId } = await activeGrant(stores);
    const [one, other] = [await impatient(), await impatient()];
    replica.pause();
    await expect(one.grants.end(grantId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(other.grants.end(grantId)).rejects.toBeInstanceOf(StoreUnavailable);
    replica.resume();
    await stores.grants.end(grantId);
    const heir = await others({ url: replica.url, prefix: stores.prefix });
    expect(await heir.grants.read(grantId)).toBeUndefined();
  });

  it('is waited for where it is found, too, by a connection that has written nothing itself', async () => {
    const key = `${stores.prefix}found`;
    const { connection } = await others({ url: master.url, replicas: 1, timeout: SHORT_TIMEOUT });
    replica.pause();
    await stores.connection.redis.set(key, 'made');
    const found = connection.replicated?.send({ key, mark: `${key}:mark` }, (redis) => redis.get(key));
    await expect(found).rejects.toBeInstanceOf(TooFewReplicas);
  });

  it('is not claimed to have ended by who finds it ended, before a replica knows', async () => {
    const { grantId } = await activeGrant(stores);
    const hasty = await others({ url: master.url, prefix: stores.prefix });
    replica.pause();
    await hasty.grants.end(grantId);
    const ask = ({ grants }: TestStores, claimsEnd: boolean) =>
      grants.authorize(grantId, { generation: 0 }, { claimsEnd });
    expect(await ask(stores, false)).toBeUndefined();
    await expect(ask(await impatient(), true)).rejects.toBeInstanceOf(StoreUnavailable);
    replica.resume();
    expect(await ask(stores, true)).toBeUndefined();
  });

  it('holds up no request that only reads', async () => {
    const { grantId } = await activeGrant(stores);
    const order: string[] = [];
    const waiting = await impatient();
    replica.pause();
    const ending = waiting.grants.end(grantId).catch(() => order.push('refused'));
    await waiting.installationSecrets.exist('pepper');
    order.push('read');
    await ending;
    expect(order).toEqual(['read', 'refused']);
  });

  it('is waited for while memory is full, too, where an owner takes something away', async () => {
    const { grantId } = await activeGrant(stores);
    const { redis } = stores.connection;
    await redis.config('SET', 'maxmemory', '1');
    try {
      expect(await stores.grants.end(grantId)).toBe(true);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  });

  it('waits together with all that come at once', async () => {
    const { redis } = stores.connection;
    const names = Array.from({ length: 200 }, randomId);
    await stores.records.write('Test', randomId(), {});
    await redis.config('RESETSTAT');
    await Promise.all(names.map((name) => stores.records.write('Test', name, {})));
    expect(await redis.info('commandstats')).toMatch(/^cmdstat_wait:calls=1,/m);
  });

  it('costs no connection where no replica is demanded', async () => {
    const { redis } = stores.connection;
    const connected = async () => ((await redis.client('LIST')) as string).split('\n').filter(Boolean).length;
    const before = await connected();
    await others({ url: master.url });
    expect(await connected()).toBe(before + 1);
  });
});

it('readiness names a master whose replica is gone, until it is back', async () => {
  const told: string[] = [];
  const watch = new DurabilityWatch(stores.connection, stores.probe, {
    allow: [],
    replicas: 1,
    onFewReplicas: (masters) => told.push(...masters),
  });
  expect([await watch.state(), await watch.missingReplicas()]).toEqual(['ready', 0]);
  await replica.kill();
  await eventually('few replicas', async () => (await watch.state()) === 'store-few-replicas');
  expect(await watch.missingReplicas()).toBe(1);
  expect(await watch.state()).toBe('store-few-replicas');
  expect(told).toEqual([
    `${master.host}:${master.port}: 0 of 1 replicas are in sync: until they are, changes are answered 503 (REDIS_REPLICAS)`,
  ]);
  await replica.restart();
  await eventually('a replica again', async () => (await watch.state()) === 'ready');
});

describe('on a Cluster', () => {
  it('a change is not claimed where its master has no replica', async () => {
    const lone = await others({ cluster: true, replicas: 1, timeout: SHORT_TIMEOUT });
    const written = lone.records.write('Test', randomId(), {});
    await expect(written).rejects.toMatchObject({ cause: expect.any(TooFewReplicas) });
  });

  it('it goes, with the wait for it, to the master that has the slot now', async () => {
    const { connection, prefix } = await others({ cluster: true });
    const cluster = connection.redis as Cluster;
    const key = `${prefix}{moved}`;
    const slot = new Command('exists', [key]).getSlot() ?? 0;
    const [owner] = cluster.slots[slot] ?? [];
    const [another] = cluster.slots.find(([address]) => address !== owner) ?? [];
    cluster.slots[slot] = [another ?? ''];
    const changes = new ReplicatedChanges(cluster, { count: 0, timeout: SHORT_TIMEOUT });
    const write = () => changes.send({ key, mark: `${key}:mark` }, (node) => node.set(key, 'there'));
    await expect(write()).rejects.toThrow('a slot has moved');
    expect(cluster.slots[slot]?.[0]).toBe(owner);
    expect(await write()).toBe('OK');
    await cluster.del(key);
  });
});
