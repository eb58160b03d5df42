import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import type { TestStores } from '../support/test-stores.ts';
import { newGrantId, TIME } from './contract/grants.ts';
import { newKey } from './contract/link-keys.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** An owner makes two keys; one is refused, links one machine of two that wait, and is spent; the other is ended. */
export async function linkKeyChanges({ linkKeys, grants }: TestStores, accountId: AccountId): Promise<void> {
  const owner = { accountId, epoch: 1 };
  const [once, other] = [newKey(accountId), newKey(accountId)];
  for (const key of [once, other])
    expect(await linkKeys.make(owner, key, event('link-key-made'))).toBe('made');
  await linkKeys.refuse(once, 'network', event('link-key-refused'));
  const [first, second] = [newGrantId(accountId), newGrantId(accountId)];
  for (const id of [first, second])
    expect(await grants.writeUnderKey(id, { jti: id }, TIME, once)).toBe('written');
  expect(await grants.activate(first, {}, event('device-linked'))).toMatchObject({ payload: { jti: first } });
  expect(await grants.activate(second, {}, event('device-linked'))).toBeUndefined();
  expect(await linkKeys.find(once)).toBeUndefined();
  expect((await linkKeys.list(owner)).map(({ id }) => id)).toEqual([other.id]);
  expect(await linkKeys.end(accountId, other.id, event('link-key-ended'))).toBe(true);
  expect(await linkKeys.list(owner)).toEqual([]);
  expect(await grants.end(second)).toBe(true);
  expect(await grants.end(first, event('device-deregistered'))).toBe(true);
}
