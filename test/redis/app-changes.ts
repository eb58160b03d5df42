/** Changes around apps that `every-change.ts` goes through. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { Owner } from '../../src/apps/consent.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import type { TestStores } from '../support/test-stores.ts';
import { appGrant } from './contract/consents.ts';
import { newGrantId } from './contract/grants.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** What apps have to hear of, and that they have heard. */
export async function noticeChanges(
  { appEnds, noticeQueues, noticedEvents, webhookQueues, receiverStates }: TestStores,
  accountId: AccountId,
): Promise<void> {
  const found = await appEnds.list(accountId);
  expect(found.length).toBeGreaterThan(0);
  const ids = found.map(({ id }) => id);
  await appEnds.forget(accountId, ids);
  expect(await appEnds.list(accountId)).toEqual([]);
  const [pending] = await appEnds.pending(0, 10);
  expect(pending?.accountId).toBe(accountId);
  await appEnds.settle({ accountId, since: pending?.since ?? 0 });
  const [receiver] = appEnds.namesOf('notes');
  expect(await noticeQueues.add(receiver, { accountId, end: '1-0.0', body: { sid: 'sid' } })).toBe(0);
  const failed = await noticeQueues.take(receiver);
  expect(failed).toMatchObject({ accountId, body: { sid: 'sid' }, tries: 0 });
  if (failed) await noticeQueues.fail(receiver, failed, 0);
  const taken = await noticeQueues.take(receiver);
  expect(taken).toMatchObject({ accountId, body: { sid: 'sid' }, tries: 1 });
  expect(await noticeQueues.take(receiver)).toBeUndefined();
  if (taken) await noticeQueues.end(receiver, taken);
  expect(await noticeQueues.count(receiver)).toBe(0);
  const body = { type: 'ping', at: 1, data: {} } as const;
  await webhookQueues.add('webhook.maker', { accountId, end: '1-0', body });
  const untaken = await webhookQueues.take('webhook.maker');
  if (untaken) await webhookQueues.deadLetter('webhook.maker', untaken, '410');
  const dead = await webhookQueues.deadIds('webhook.maker', { most: 10 });
  expect(await webhookQueues.deadOf('webhook.maker', dead)).toMatchObject([
    { body, tries: 1, reason: '410' },
  ]);
  expect(await webhookQueues.revive('webhook.maker', dead)).toBe(1);
  expect((await webhookQueues.take('webhook.maker'))?.id).toBe(untaken?.id);
  expect(await receiverStates.note('maker', 'failed', '500', 1000)).toBe(false);
  expect(await receiverStates.note('maker', 'gone', '410', 1000)).toBe(true);
  expect(await receiverStates.switch('maker', 'on')).toBe(true);
  expect(await receiverStates.note('maker', 'taken', '', 1000)).toBe(false);
  const { entries, last = '' } = await noticedEvents.unnoticed(accountId);
  expect(entries.length).toBeGreaterThan(0);
  await noticedEvents.markNoticed(accountId, last);
  await noticedEvents.markNoticed(accountId, entries[0]?.id ?? '');
  expect(await noticedEvents.unnoticed(accountId)).toEqual({ entries: [], dropped: false });
}

export async function appChanges({ consents }: TestStores, owner: Owner): Promise<void> {
  const terms = (...granted: string[]) => ({ clientId: 'notes', granted, refused: [] });
  const change = { replaces: undefined, less: false, narrow: () => ({ less: true }) };
  const all = terms('openid', 'email');
  expect(await consents.write(owner, all, { ...change, event: event('app-allowed') })).toBe('written');
  const consent = await consents.find(owner, 'notes');
  if (!consent) throw new Error('no consent');
  const id = newGrantId(owner.accountId);
  expect(await consents.begin(id, appGrant(consent))).toMatchObject({ outcome: 'begun' });
  expect(await consents.begin(id, appGrant(consent))).toEqual({ outcome: 'replay' });
  expect(await consents.begin(newGrantId(owner.accountId), appGrant(consent))).toMatchObject({
    outcome: 'begun',
  });
  const [replaces] = await consents.list(owner);
  const narrowing = { ...change, replaces, less: true, event: event('app-narrowed') };
  expect(await consents.write(owner, terms('openid'), narrowing)).toBe('written');
  expect(await consents.end(owner, consent.id, event('app-removed'))).toBe(1);
}
