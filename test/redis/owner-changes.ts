/** Changes around an account that `every-change.ts` goes through: alerts, and the account's own end. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

export async function alertChanges({ alerts, approvals }: TestStores, accountId: AccountId): Promise<void> {
  await approvals.add('198.51.100.0/24', accountId);
  expect(await approvals.others('198.51.100.0/24', accountId)).toBe(0);
  expect(await approvals.others('198.51.100.0/24', randomId())).toBe(1);
  const untold = await alerts.untold(accountId);
  expect(untold.length).toBeGreaterThan(6);
  await alerts.tellUpTo(accountId, untold[3]?.id ?? '');
  expect(await alerts.untold(accountId)).toEqual(untold.slice(4));
  const [pending] = await alerts.pending(10);
  expect(pending?.accountId).toBe(accountId);
  await alerts.settle({ accountId, since: pending?.since ?? 0 });
  expect(await alerts.pending(10)).toHaveLength(1);
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
  expect(await closings.ask(owner, 0, { kind: 'closing-asked', by: 'owner' })).toBeDefined();
  await closings.erase(id, async ({ id: closed }) => expect(closed).toBe(id));
  expect([await accounts.find(id), await accounts.findByEmail(email)]).toEqual([undefined, undefined]);
}
