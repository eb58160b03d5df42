/** Changes around an account that `every-change.ts` goes through: alerts, and the account's own end. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

export async function alertChanges(stores: TestStores, accountId: AccountId): Promise<void> {
  const { alerts, approvals } = stores;
  await approvals.add('198.51.100.0/24', accountId);
  expect(await approvals.others('198.51.100.0/24', accountId)).toBe(0);
  expect(await approvals.others('198.51.100.0/24', randomId())).toBe(1);
  const { entries } = await alerts.pendingEvents(accountId);
  expect(entries.length).toBeGreaterThan(6);
  await alerts.markDelivered(accountId, entries[3]?.id ?? '');
  expect((await alerts.pendingEvents(accountId)).entries).toEqual(entries.slice(4));
  const [pending] = await alerts.pending(0, 10);
  expect(pending?.accountId).toBe(accountId);
  await alerts.settle({ accountId, since: pending?.since ?? 0 });
  expect(await alerts.pending(0, 10)).toHaveLength(1);
  await mailChanges(stores, accountId);
}

async function mailChanges({ alerts, owedMails }: TestStores, accountId: AccountId): Promise<void> {
  const { entries } = await alerts.unmailed(accountId);
  const [first = '', second = ''] = entries.map(({ id }) => id);
  expect(await alerts.begin(accountId, first)).toBe(first);
  expect(await alerts.begin(accountId, second)).toBe(first);
  const paced = await alerts.mailed(accountId, first, true);
  expect(await alerts.unmailed(accountId)).toMatchObject({ mailed: first, mailing: undefined, paced });
  await owedMails.owe(accountId, { urgency: 'notify' });
  await owedMails.owe(accountId, { urgency: 'critical' });
  const failed = await owedMails.take(['critical', 'notify']);
  expect(failed).toMatchObject({ receiver: accountId, tries: 0 });
  if (failed) await owedMails.keep(failed);
  if (failed) await owedMails.fail(failed, 0);
  const again = await owedMails.take(['critical', 'notify', 'retry']);
  expect(again).toMatchObject({ receiver: accountId, tries: 1 });
  expect(await owedMails.take(['critical', 'notify', 'retry'])).toBeUndefined();
  if (again) await owedMails.end(again);
  expect(await owedMails.count()).toBe(0);
}

export async function closingChanges({ accounts, closings }: TestStores): Promise<void> {
  const id = randomId() as AccountId;
  const email = `${id.toLowerCase()}@example.org`;
  await accounts.create(id, { name: 'Ada', email, emailVerified: true, createdAt: 1 }, { passwordHash: 'x' });
  const owner = { accountId: id, epoch: 1 };
  expect(await closings.ask(owner, 60_000, { kind: 'closing-asked', by: 'owner' })).toBeGreaterThan(
    Date.now(),
  );
  expect(await closings.keep(owner, { kind: 'closing-taken-back', by: 'owner' })).toBe(true);
  expect(await closings.ask(owner, 60_000, { kind: 'closing-asked', by: 'owner' })).toBeDefined();
  expect(await closings.keepFor(id, { kind: 'closing-taken-back', by: 'operator' })).toBe(true);
  expect(await closings.ask(owner, 0, { kind: 'closing-asked', by: 'owner' })).toBeDefined();
  await closings.erase(id, async ({ id: closed }) => expect(closed).toBe(id));
  expect([await accounts.find(id), await accounts.findByEmail(email)]).toEqual([undefined, undefined]);
}
