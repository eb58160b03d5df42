/** The devices of one client through the Admin API, of all owners. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { RebuildIndex } from '../../src/admin/rebuild-index.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
const owners: Session[] = [];
beforeAll(async () => {
  world = await adminWorld();
  for (let count = 0; count < 3; count += 1) {
    const { browser } = await world.server.owner();
    owners.push(browser);
    for (let device = 0; device < 4; device += 1) await world.link(browser);
  }
});
afterAll(() => world.close());

type Row = { id: string; account_id: string; client_id: string };
const rowsOf = ({ body }: Answer) => body['data'] as Row[];

async function all(query = 'limit=5'): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ; ) {
    const page = await world.ask('GET', `/devices?client_id=tv&${query}${cursor}`);
    rows.push(...rowsOf(page));
    if (page.body['next'] === null) return rows;
    cursor = `&cursor=${encodeURIComponent(String(page.body['next']))}`;
  }
}

describe('the devices of a client', () => {
  it('are listed each once, with their owners, and of no other client', async () => {
    const rows = await all();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(12);
    expect(new Set(rows.map((row) => row.account_id))).toEqual(new Set(owners.map((one) => one.accountId)));
    expect(rowsOf(await world.ask('GET', '/devices?client_id=ops'))).toEqual([]);
    expect((await world.ask('GET', '/devices')).status).toBe(400);
  });

  it('are found by when they were linked or used', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    expect(await all(`linked_before=${soon}&last_used_before=${soon}`)).toHaveLength(12);
    expect(await all('linked_before=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await all('dormant=true')).toEqual([]);
    expect(await all('dormant=false')).toHaveLength(12);
  });

  it('that are gone are listed no more, however they went', async () => {
    const [first, second] = owners;
    const [row] = (await all()).filter((one) => one.account_id === first?.accountId);
    await world.ask('DELETE', `/accounts/${row?.account_id}/devices/${row?.id}`);
    expect(await all()).toHaveLength(11);
    await world.server.stores.accounts.signOutEverything(second?.accountId ?? ('' as never));
    expect(await all()).toHaveLength(7);
  });

  it('one that waits for its device is none yet, and its row stays', async () => {
    const { browser } = await world.server.owner();
    const redeem = await world.approved(browser);
    expect(await all()).toHaveLength(7);
    await redeem();
    expect(await all()).toHaveLength(8);
  });
});

describe('an installation from before there was an index', () => {
  it('has every account and device in its lists once it was rebuilt, however often', async () => {
    const { stores } = world.server;
    const [accounts, devices] = [await world.ask('GET', '/accounts?limit=100'), await all()];
    const { redis } = stores.connection;
    const keys = await redis.keys(`${stores.prefix}{*}:*`);
    const rows = keys.filter((key) => /\{(accounts|client):/.test(key));
    expect(rows.length).toBeGreaterThan(2);
    for (const key of rows) await redis.unlink(key);
    expect(await all()).toEqual([]);
    for (let times = 0; times < 2; times += 1)
      expect(await new RebuildIndex(stores).run()).toEqual({ accounts: 4, devices: 8 });
    const ids = (answer: Answer) => rowsOf(answer).map(({ id }) => id);
    expect(ids(await world.ask('GET', '/accounts?limit=100'))).toEqual(ids(accounts));
    expect(new Set((await all()).map(({ id }) => id))).toEqual(new Set(devices.map(({ id }) => id)));
  });
});
