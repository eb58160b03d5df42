/** Links to other providers, as `every-change.ts` goes through them. */
import { expect } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { signedInOwner, type TestStores } from '../support/test-stores.ts';

const event = (kind: EventKind): ActivityEvent => ({
  kind,
  by: 'owner',
  subject: { type: 'upstream', id: 'corp', name: 'Corp' },
});

export async function upstreamChanges(stores: TestStores): Promise<void> {
  const { upstreamLinks, activity, takeBacks, records } = stores;
  const { accountId, epoch } = (await signedInOwner(stores)).browser;
  const owner = { accountId, epoch };
  const subject = { issuer: 'https://id.example', subject: `somebody ${accountId}` };
  const link = { ...subject, upstream: 'corp', email: undefined, since: 1 };
  expect(await upstreamLinks.link(owner, link, event('upstream-linked'))).toBe('linked');
  expect(await upstreamLinks.find(subject)).toEqual({ accountId, link });
  expect(await upstreamLinks.unlink(owner, 'corp', event('upstream-unlinked'), true)).toBe('last');
  expect(await upstreamLinks.unlink(owner, 'corp', event('upstream-unlinked'))).toBe('unlinked');
  expect(await upstreamLinks.find(subject)).toBeUndefined();
  expect(await upstreamLinks.link(owner, link, event('upstream-linked'))).toBe('linked');
  const [linked] = await activity.list(accountId, { most: 1 });
  const change = { what: 'upstream', id: 'corp', entryId: linked?.id ?? '' } as const;
  const ended = { ended: event('signed-out-everything'), taken: event('upstream-unlinked') };
  expect(await takeBacks.endEverything(accountId, change, ended)).toBe('taken');
  expect(await upstreamLinks.find(subject)).toBeUndefined();
  expect(await records.claim('UpstreamState', accountId, 60_000)).toBe(true);
}
