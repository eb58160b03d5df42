import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type ClientAct, stampOf } from '../../../src/devices/client-state.ts';
import { commandsSent, statesAsked } from '../../support/commands-sent.ts';
import { randomId, signedInOwner, TEST_SECRET, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { ClientInUse, takeTurns } from './client-in-use.ts';

const ENDING = ['disable', 'end', 'delete'] as const;

/** What the operator does to a client is one write, and all that it was given before is dead with it. */
export function describeClientStates(open: OpenStores): void {
  describe('the epoch of a client', () => {
    const bench = new Bench(open);
    describe('ends', () => describeEnds(bench));
    describe('stands', () => describeStates(bench));
    describe('gives room', () => describeRoom(open));
  });
}

function describeEnds(bench: Bench): void {
  it.each(ENDING)(
    'with %s all that began before, on every server, and nothing of another client',
    async (act) => {
      const other = await bench.another();
      const [client, neighbour] = [
        await ClientInUse.start(bench.stores),
        await ClientInUse.start(bench.stores),
      ];
      expect(await client.answers(other)).toEqual(client.all(true));
      expect((await bench.stores.clientStates.act(client.clientId, act)).changed).toBe(true);
      expect(await client.answers(other)).toEqual(client.all(false));
      expect(await client.answers(bench.stores)).toEqual(client.all(false));
      expect(await neighbour.answers(other)).toEqual(neighbour.all(true));
    },
  );

  it('for good: what is enabled again has nothing that was there before, and takes what begins anew', async () => {
    const { clientStates } = bench.stores;
    const client = await ClientInUse.start(bench.stores);
    await clientStates.act(client.clientId, 'disable');
    const meanwhile = await ClientInUse.start(bench.stores, client.clientId);
    await clientStates.act(client.clientId, 'enable');
    expect(await client.answers(bench.stores)).toEqual(client.all(false));
    expect(await meanwhile.answers(bench.stores)).toEqual(client.all(false));
    const anew = await ClientInUse.start(bench.stores, client.clientId);
    expect(await anew.answers(bench.stores)).toEqual(anew.all(true));
  });

  it('10,000 grants in one write', async () => {
    const { stores, redis } = bench;
    const clientId = randomId();
    const grants = (await times(20, () => grantsOf(bench, clientId, 500))).flat();
    const some = grants.filter((_, index) => index % 100 === 0);
    expect(await activeAmong(stores, some)).toBe(100);
    // Redis knows the script by now, also where this test runs alone.
    await stores.clientStates.act(randomId(), 'end');
    const remove = () => stores.clientStates.act(clientId, 'delete');
    // On a Cluster each master has a connection of its own; the store does the same there.
    if (redis instanceof Redis) expect(await commandsSent(redis, remove)).toHaveLength(1);
    else await remove();
    expect(await activeAmong(stores, grants)).toBe(0);
  });

  it('in 1,000 random orders of redeem, refresh and approve against disable and delete nothing older', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const accepted = await takeTurns(1000, seed, (prefix) => bench.another({ prefix }));
    expect({ seed, accepted }).toEqual({ seed, accepted: [] });
  });
}

async function grantOf(stores: TestStores, accountId: string, clientId: string): Promise<string> {
  const grantId = `${accountId}.1.${randomId()}`;
  await stores.grants.write(grantId, { clientId }, { lifetime: 600_000, waiting: 60_000 });
  await stores.grants.activate(grantId, { clientId });
  return grantId;
}

/** Active grants of one account, each a copy of one that the store has written, under a name of its own. */
async function grantsOf(
  { stores, redis, keyspace }: Bench,
  clientId: string,
  count: number,
): Promise<string[]> {
  const { accountId } = await signedInOwner(stores);
  const first = await grantOf(stores, accountId, clientId);
  const key = keyspace.of(accountId).grants;
  const whole = JSON.parse((await redis.hget(key, first.split('.')[2] ?? '')) ?? '{}') as object;
  const names = Array.from({ length: count - 1 }, () => randomId());
  const copies = names.map((name) => {
    const place = `grant:${accountId}.1.${name}`;
    return [name, JSON.stringify({ ...whole, payload: stores.keyring.seal(place, { clientId }) })];
  });
  await redis.hset(key, Object.fromEntries(copies));
  return [first, ...names.map((name) => `${accountId}.1.${name}`)];
}

async function activeAmong({ grants }: TestStores, ids: readonly string[]): Promise<number> {
  let active = 0;
  for (let start = 0; start < ids.length; start += 1000) {
    const found = await Promise.all(ids.slice(start, start + 1000).map((id) => grants.read(id)));
    active += found.filter(Boolean).length;
  }
  return active;
}

function describeStates(bench: Bench): void {
  const act = (clientId: string, what: ClientAct) => bench.stores.clientStates.act(clientId, what);

  it('at 0 where nothing was done, rises with each act, and tells when', async () => {
    const { clientStates } = bench.stores;
    const clientId = randomId();
    expect((await clientStates.current()).of(clientId)).toEqual({ status: 'active', epoch: 0, moved: [] });
    const before = Date.now();
    for (const what of ['end', 'disable', 'enable', 'end'] as const) await act(clientId, what);
    const { status, epoch, moved } = (await clientStates.current()).of(clientId);
    expect({ status, epoch, moved: moved.length }).toEqual({ status: 'active', epoch: 4, moved: 4 });
    expect(moved.every((at) => Math.abs(at - before) < 60_000)).toBe(true);
    expect((await clientStates.list()).get(clientId)).toEqual({ status, epoch, moved });
    for (let more = 0; more < 30; more += 1) await act(clientId, 'end');
    expect((await clientStates.current()).of(clientId).moved).toHaveLength(20);
  });

  it('as it is where that is what was asked for, and deleted for good', async () => {
    const clientId = randomId();
    expect(await act(clientId, 'enable')).toMatchObject({ changed: false, state: { epoch: 0 } });
    await act(clientId, 'disable');
    expect(await act(clientId, 'disable')).toMatchObject({ changed: false, state: { epoch: 1 } });
    await act(clientId, 'delete');
    for (const what of [...ENDING, 'enable'] as const) {
      const state = { status: 'deleted', epoch: 2 };
      expect(await act(clientId, what)).toMatchObject({ changed: false, state });
    }
  });

  it('under the name that it was written with while the master secret is rotated', async () => {
    const clientId = randomId();
    await act(clientId, 'disable');
    const rotated = await bench.another({ secrets: ['the next one, long enough to be taken', TEST_SECRET] });
    expect((await rotated.clientStates.current()).of(clientId)).toMatchObject({
      status: 'disabled',
      epoch: 1,
    });
    await rotated.clientStates.act(clientId, 'enable');
    expect((await bench.stores.clientStates.current()).of(clientId)).toMatchObject({
      status: 'active',
      epoch: 2,
    });
    expect((await rotated.clientStates.list()).get(clientId)).toMatchObject({ epoch: 2 });
  });

  it('and is asked once for all that is decided in one turn', async () => {
    const { redis, stores } = bench;
    if (!(redis instanceof Redis)) return;
    const clients = await times(10, () => ClientInUse.start(stores));
    const asked = await statesAsked(redis, () =>
      Promise.all(clients.map(({ grantId }) => stores.grants.read(grantId))),
    );
    expect(asked).toBe(1);
  });
}

function describeRoom(open: OpenStores): void {
  const bench = new Bench((options) => open({ ...options, maxDevices: 2 }));

  it('to new devices and keys where those that the operator ended hold all places', async () => {
    const { stores } = bench;
    const { accountId } = await signedInOwner(stores);
    const [ended, kept] = [randomId(), randomId()];
    await grantOf(stores, accountId, ended);
    await grantOf(stores, accountId, kept);
    const owner = { accountId, epoch: 1 };
    const next = `${accountId}.1.${randomId()}`;
    const write = () => stores.grants.write(next, { clientId: kept }, { lifetime: 600_000, waiting: 60_000 });
    expect(await write()).toBe('full');
    await stores.clientStates.act(ended, 'end');
    const rows = await stores.linkedDevices.list(owner);
    expect(rows.map(({ clientId, endedAt }) => [clientId, endedAt === undefined]).sort()).toEqual(
      [
        [ended, false],
        [kept, true],
      ].sort(),
    );
    const { total, active } = await stores.linkedDevices.window(owner, {
      order: 'activity',
      skip: 0,
      limit: 9,
    });
    expect([total, active]).toEqual([2, 1]);
    expect(await write()).toBe('written');
    expect((await stores.linkedDevices.list(owner)).map(({ clientId }) => clientId)).toEqual([kept]);
    expect(stampOf(await stores.clientStates.current(), ended)).toEqual({ clientEpoch: 1 });
  });
}
