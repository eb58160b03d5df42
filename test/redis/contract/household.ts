import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import { randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { linked, nameIn } from './linked-devices.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

export function describeHousehold(open: OpenStores): void {
  describe('the household', () => {
    const bench = new Bench(open);

    it('has as many profiles as may be, also when they are added at once', async () => {
      const { household } = bench.stores;
      const { accountId } = await signedInOwner(bench.stores);
      const owner = { accountId, epoch: 1 };
      const added = await times(12, (n) =>
        household.add(owner, { id: randomId(), name: `M${n}` }, 3, event('household-profile-added')),
      );
      expect(added.filter((one) => one === 'written')).toHaveLength(3);
      expect(await household.list(accountId)).toHaveLength(3);
    });

    it('has no two of one name, when they are added, or given it, in one moment', async () => {
      const { household } = bench.stores;
      const { accountId } = await signedInOwner(bench.stores);
      const owner = { accountId, epoch: 1 };
      const add = (name: string) =>
        household.add(owner, { id: randomId(), name }, 20, event('household-profile-added'));
      const added = await times(8, (n) => add(n % 2 ? 'Ben' : 'BEN'));
      expect(added.sort()).toEqual([...Array<string>(7).fill('name-taken'), 'written']);
      await times(3, (n) => add(`M${n}`));
      const others = (await household.list(accountId)).filter(({ name }) => name.startsWith('M'));
      const renamed = await Promise.all(
        others.map((one) =>
          household.rename(owner, { ...one, name: 'Eve' }, event('household-profile-renamed')),
        ),
      );
      expect(renamed.sort()).toEqual(['name-taken', 'name-taken', 'written']);
      expect(await household.list(accountId)).toHaveLength(4);
    });

    it('gives devices to a profile that is there, and takes them back with it', async () => {
      const { household, linkedDevices, grants } = bench.stores;
      const { accountId } = await signedInOwner(bench.stores);
      const owner = { accountId, epoch: 1 };
      const grantId = await linked(bench.stores, accountId);
      const ben = { id: randomId(), name: 'Ben' };
      const assign = () => linkedDevices.assign(owner, nameIn(grantId), ben.id, event('device-assigned'));
      expect(await assign()).toBe(false);
      await household.add(owner, ben, 3, event('household-profile-added'));
      expect(await assign()).toBe(true);
      expect(await grants.read(grantId)).toMatchObject({ memberId: ben.id });
      expect(await household.find(accountId, ben.id)).toEqual(ben);
      expect(await household.remove(owner, ben.id, event('household-profile-removed'))).toBe(true);
      expect(await household.remove(owner, ben.id, event('household-profile-removed'))).toBe(false);
      expect(await household.find(accountId, ben.id)).toBeUndefined();
      expect(await household.rename(owner, ben, event('household-profile-renamed'))).toBe('refused');
    });

    it('outlives a sign-out of everything, and is not changed under an old epoch', async () => {
      const { accounts, household } = bench.stores;
      const { accountId } = await signedInOwner(bench.stores);
      const ben = { id: randomId(), name: 'Ben' };
      await household.add({ accountId, epoch: 1 }, ben, 3, event('household-profile-added'));
      await accounts.signOutEverything(accountId);
      expect(await household.list(accountId)).toEqual([ben]);
      const late = { accountId, epoch: 1 };
      expect(await household.remove(late, ben.id, event('household-profile-removed'))).toBe(false);
      expect(await household.rename(late, { ...ben, name: 'B' }, event('household-profile-renamed'))).toBe(
        'refused',
      );
      expect(await household.list(accountId)).toEqual([ben]);
    });
  });
}
