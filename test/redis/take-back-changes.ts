import { expect } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { randomId, signedInOwner, type TestStores } from '../support/test-stores.ts';
import { newCode } from './contract/code-states.ts';
import { newApp } from './contract/factors.ts';
import { newGrantId, TIME } from './contract/grants.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
/** Longer than the slowest machine takes. */
const HOUR = 3_600_000;
const ENDED = { ended: event('signed-out-everything') };

/** An account of its own whose owner says of everything in it that it was not them. */
export async function takeBackChanges(stores: TestStores): Promise<void> {
  const { accounts, activity, closings, deviceCodes, enteredCodes, factors, grants, recoveries, takeBacks } =
    stores;
  const { accountId } = await signedInOwner(stores);
  const owner = (epoch: number) => ({ accountId, epoch });
  const newest = async () => (await activity.list(accountId, { most: 1 }))[0]?.id ?? '';

  const app = newApp();
  expect(await factors.add(owner(1), app, event('factor-added'))).toBe('added');
  const added = await newest();
  await recoveries.ask(owner(1), { wait: HOUR, open: HOUR }, event('recovery-asked'));
  expect(await takeBacks.dropRecovery(accountId, Date.now() + 1000, event('recovery-cancelled'))).toBe(true);
  expect(await recoveries.find(accountId)).toBeUndefined();

  const code = newCode();
  expect(await deviceCodes.create(code)).toEqual({ outcome: 'created' });
  await enteredCodes.record(accountId, code.userCode);
  const grantId = newGrantId(accountId, 1);
  expect(await grants.write(grantId, {}, TIME)).toBe('written');
  await takeBacks.endWaiting(accountId);
  expect(await grants.read(grantId)).toBeUndefined();
  expect(await enteredCodes.deny(accountId)).toBe(1);

  const factor = { what: 'factor', id: app.id, entryId: added } as const;
  expect(await takeBacks.endEverything(accountId, factor, { ...ENDED, taken: event('factor-removed') })).toBe(
    'taken',
  );
  expect(await takeBacks.endEverything(accountId, factor, ENDED)).toBe('ended');

  const before = await accounts.find(accountId);
  if (!before) throw new Error('the account is gone');
  const change = randomId();
  const moved: ActivityEvent = { ...event('email-changed'), details: { change } };
  expect(await accounts.moveEmail(before, `${randomId()}@example.org`, moved)).toBe('moved');
  expect(await takeBacks.endEverything(accountId, { what: 'email', change }, ENDED)).toBe('taken');
  expect((await accounts.findByEmail(before.profile.email))?.id).toBe(accountId);

  expect(await closings.ask(owner(4), HOUR, event('closing-asked'))).toBeDefined();
  const closing = { what: 'closing', entryId: await newest() } as const;
  expect(await takeBacks.endEverything(accountId, closing, ENDED)).toBe('taken');
  expect(await closings.closesAt(accountId)).toBeUndefined();
}
