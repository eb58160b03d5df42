/** What the Admin API keeps, for tests that go through every change or look at all that is kept. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

export async function adminChanges({ auditTrail, accountIndex }: TestStores): Promise<void> {
  const call = randomId();
  const entry = { phase: 'asked', request: 'r1', client: 'ops', call } as const;
  await auditTrail.record('changes', entry);
  const listed = await auditTrail.list('changes', { most: 100 });
  expect(listed.filter((one) => one.call === call)).toEqual([expect.objectContaining(entry)]);
  const row = { id: randomId() as AccountId, at: 1 };
  await accountIndex.add([row]);
  await accountIndex.drop(row);
  expect(await accountIndex.page({ to: 2, most: 1000 })).not.toContainEqual(row);
}

/** @param mark names a secret that no dump may show */
export async function markedTrail({ auditTrail }: TestStores, mark: (what: string) => string): Promise<void> {
  for (const kind of ['changes', 'reads'] as const) {
    const [client, account] = [mark('client in the trail'), mark('account in the trail')];
    await auditTrail.record(kind, { phase: 'asked', request: 'r1', client, call: 'accounts-show', account });
  }
}
