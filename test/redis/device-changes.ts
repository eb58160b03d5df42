import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** What an owner does with a linked device and the household. */
export async function deviceChanges(
  { linkedDevices, household }: TestStores,
  accountId: AccountId,
  grantId: string,
): Promise<void> {
  const owner = { accountId, epoch: 1 };
  const id = grantId.split('.')[2] ?? '';
  const ben = { id: randomId(), name: 'Ben' };
  expect(await linkedDevices.rename(owner, id, 'Kitchen', event('device-renamed'))).toBe(true);
  expect(await household.add(owner, ben, 1, event('household-profile-added'))).toBe('written');
  expect(await linkedDevices.assign(owner, id, ben.id, event('device-assigned'))).toBe(true);
  const renamed = { ...ben, name: 'Benjamin' };
  expect(await household.rename(owner, renamed, event('household-profile-renamed'))).toBe('written');
  expect(await linkedDevices.find(owner, id)).toMatchObject({ ownName: 'Kitchen', memberId: ben.id });
  const page = await linkedDevices.window(owner, { order: 'activity', skip: 0, limit: 25 });
  expect([page.total, page.devices.map((device) => device.id)]).toEqual([1, [id]]);
  expect(await household.list(accountId)).toEqual([renamed]);
  expect(await household.remove(owner, ben.id, event('household-profile-removed'))).toBe(true);
}
