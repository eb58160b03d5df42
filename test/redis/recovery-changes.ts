import { expect } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { StoredState } from '../support/stored-state.ts';
import { newBrowser, signedInOwner, type TestStores } from '../support/test-stores.ts';
import { newApp } from './contract/factors.ts';

const HOUR = 3_600_000;
const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** An account of its own whose owner loses the second step, twice. */
export async function recoveryChanges(stores: TestStores): Promise<void> {
  const { recoveries, factors, accounts, activity } = stores;
  const { accountId } = await signedInOwner(stores);
  const owner = { accountId, epoch: 1 };
  expect(await factors.add(owner, newApp(), event('factor-added'))).toBe('added');
  const times = { wait: 72 * HOUR, open: HOUR };
  expect(await recoveries.ask(owner, times, event('recovery-asked'))).toMatchObject({ asked: true });
  const state = new StoredState(stores);
  for (const passes of [48 * HOUR, 24 * HOUR]) {
    await state.passSinceRecovery(accountId, passes);
    const [due] = await recoveries.due(1);
    const events = { soon: event('recovery-soon'), open: event('recovery-open') };
    if (due) await recoveries.remind(due, 24 * HOUR, events);
  }
  expect(await recoveries.due(1)).toEqual([]);
  const browser = newBrowser(accountId, 1);
  const kept = { idle: HOUR, absolute: HOUR };
  const ended = await recoveries.finish(browser, kept, event('recovery-done'));
  expect(ended).toEqual({ epoch: 2, grants: 0, browsers: 1 });
  expect(await stores.browsers.resume(browser.sessionId)).toMatchObject({ epoch: 2 });
  expect(await factors.add({ ...owner, epoch: 2 }, newApp(), event('factor-added'))).toBe('added');
  expect(await factors.removeAll(accountId, event('factors-removed'))).toBe(1);
  expect((await accounts.find(accountId))?.epoch).toBe(2);
  const told = await activity.list(accountId, { most: 10 });
  expect(told.map((entry) => entry.event.kind)).toEqual([
    'factors-removed',
    'factor-added',
    'recovery-done',
    'recovery-open',
    'recovery-soon',
    'recovery-asked',
    'factor-added',
  ]);
}
