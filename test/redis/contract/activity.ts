import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent } from '../../../src/events/event.ts';
import { newBrowser, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant, newGrantId, TIME } from './grants.ts';

const SIGNED_IN: ActivityEvent = {
  kind: 'signed-in',
  by: 'owner',
  place: { address: '192.0.2.7', userAgent: 'a browser' },
};
const DEREGISTERED: ActivityEvent = { kind: 'device-deregistered', by: 'owner' };

export function describeActivity(open: OpenStores): void {
  describe('what an account’s owner is told of', () => {
    const bench = new Bench(open);
    const kinds = async (accountId: string) =>
      (await bench.stores.activity.list(accountId, { most: 2000 })).map(({ event }) => event.kind);

    it('comes newest first, with its time, page by page', async () => {
      const { accountId } = await signedInOwner(bench.stores);
      for (const kind of ['signed-in', 'signed-out', 'device-linked'] as const)
        await bench.stores.activity.record(accountId, { ...SIGNED_IN, kind });
      const [newest, middle] = await bench.stores.activity.list(accountId, { most: 2 });
      expect([newest?.event.kind, middle?.event]).toEqual([
        'device-linked',
        { ...SIGNED_IN, kind: 'signed-out' },
      ]);
      expect(Math.abs((newest?.at ?? 0) - Date.now())).toBeLessThan(60_000);
      const rest = await bench.stores.activity.list(accountId, { before: String(middle?.id), most: 2 });
      expect(rest.map(({ event }) => event.kind)).toEqual(['signed-in']);
    });

    it('tells of a change once, however many tried to make it', async () => {
      const { accountId, grantId } = await activeGrant(bench.stores);
      await times(8, () => bench.stores.grants.end(grantId, DEREGISTERED));
      expect(await kinds(accountId)).toEqual(['device-deregistered']);
    });

    it('says what the device was when its grant is gone', async () => {
      const { accountId, grantId } = await activeGrant(bench.stores);
      await bench.stores.grants.end(grantId, DEREGISTERED);
      const [entry] = await bench.stores.activity.list(accountId, { most: 1 });
      expect(entry?.device).toEqual({ name: 'TV' });
    });

    it('is silent where nothing was changed: a stale epoch, a grant that never was', async () => {
      const { accountId } = await signedInOwner(bench.stores);
      const waiting = newGrantId(accountId);
      await bench.stores.grants.write(waiting, {}, TIME);
      expect(await bench.stores.grants.end(waiting, DEREGISTERED)).toBe(true);
      await bench.stores.accounts.signOutEverything(accountId);
      const late = newBrowser(accountId, 1);
      const time = { idle: 1e6, absolute: 1e6 };
      expect(await bench.stores.browsers.insert(late, time, SIGNED_IN)).toBe(false);
      expect(await kinds(accountId)).toEqual([]);
    });

    it('keeps the newest 1000', async () => {
      const { accountId } = await signedInOwner(bench.stores);
      await times(1010, () => bench.stores.activity.record(accountId, SIGNED_IN));
      expect(await kinds(accountId)).toHaveLength(1000);
    });
  });
}
