import { describe, expect, it } from '@jest/globals';
import { randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';
import { linked, nameIn } from './linked-devices.ts';

export function describeDevicePages(open: OpenStores): void {
  describe('linked devices are read', () => describePages(new Bench(open)));
}

function describePages(bench: Bench): void {
  it('page by page as in the whole list, without what waits, has ended or is of an app', async () => {
    const { stores } = bench;
    const { accountId, browser } = await signedInOwner(stores);
    const names = await times(60, async () => nameIn(await linked(stores, accountId)));
    const now = Date.now();
    const age = async (name: string, by: number) => {
      const field = [bench.keyspace.of(accountId).grants, name] as const;
      const kept = JSON.parse((await bench.redis.hget(...field)) ?? '') as Record<string, number>;
      // Many were last used at the same moment: then the one that was linked last comes first.
      const aged = { ...kept, since: now - by, used: now - ((by * 7) % 9_000) };
      await bench.redis.hset(...field, JSON.stringify(aged));
    };
    for (const [index, name] of names.entries()) await age(name, index * 1000);
    await stores.grants.write(newGrantId(accountId), {}, TIME);
    const app = { st: 'active', app: true, since: 1, exp: 9e12, till: 9e12, payload: '' };
    await bench.redis.hset(bench.keyspace.of(accountId).grants, randomId(), JSON.stringify(app));
    await bench.redis.hset(
      bench.keyspace.of(accountId).grants,
      randomId(),
      JSON.stringify({ ...app, app: undefined, device: 'x', exp: 1_700_000_000_000 }),
    );
    const all = await stores.linkedDevices.list(browser);
    for (const [order, time] of [
      ['activity', 'lastActivity'],
      ['linked', 'linkedAt'],
    ] as const) {
      const sorted = all.toSorted((one, other) => other[time] - one[time] || other.linkedAt - one.linkedAt);
      for (const page of [1, 2, 3, 4]) {
        const read = await stores.linkedDevices.window(browser, {
          order,
          skip: (page - 1) * 25,
          limit: 25,
        });
        expect(read.total).toBe(60);
        expect(read.devices).toEqual(sorted.slice((page - 1) * 25, page * 25));
      }
    }
    const stale = await stores.linkedDevices.window(
      { accountId, epoch: 2 },
      { order: 'activity', skip: 0, limit: 25 },
    );
    expect(stale).toEqual({ total: 0, active: 0, devices: [] });
  });
}
