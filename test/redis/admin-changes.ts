/** What the Admin API keeps, for tests that go through every change or look at all that is kept. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

export async function adminChanges({ auditTrail, accountIndex, hourlyFigures }: TestStores): Promise<void> {
  const call = randomId();
  const entry = { phase: 'asked', request: 'r1', client: 'ops', call } as const;
  await auditTrail.record('changes', entry);
  const listed = await auditTrail.list('changes', { most: 100 });
  expect(listed.filter((one) => one.call === call)).toEqual([expect.objectContaining(entry)]);
  const hour = 3_600_000 * Math.floor(Math.random() * 1e6);
  await hourlyFigures.add(
    hour,
    new Map([
      ['sign_ins', 2],
      ['replayed', 1],
    ]),
  );
  const [counted] = await hourlyFigures.read([hour]);
  expect(counted).toMatchObject({ sign_ins: 2, replayed: 1, refused: 0 });
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

export async function roleChanges({ accounts, operators, activity }: TestStores): Promise<void> {
  const id = randomId() as AccountId;
  const profile = { name: 'Ada', email: `${id}@example.org`, emailVerified: true, createdAt: 1 };
  expect(await accounts.create(id, profile, { passwordHash: 'x' })).toBe(true);
  const told = { kind: 'role-changed', by: 'operator' } as const;
  expect(await operators.setRole(id, { was: undefined, becomes: 'viewer' }, told)).toBe('set');
  expect(await operators.setRole(id, { was: undefined, becomes: 'owner' }, told)).toBe('changed');
  expect(await operators.setRole(id, { was: 'viewer', becomes: 'owner' }, told)).toBe('set');
  expect([await operators.roleOf(id), await operators.ids()]).toEqual([
    'owner',
    expect.arrayContaining([id]),
  ]);
  expect(await operators.setRole(id, { was: 'owner', becomes: undefined }, told)).toBe('set');
  expect([await operators.roleOf(id), await operators.ids()]).toEqual([
    undefined,
    expect.not.arrayContaining([id]),
  ]);
  const events = await activity.list(id, { most: 10 });
  expect(events.map(({ event }) => event.kind)).toEqual(Array(3).fill('role-changed'));
}
