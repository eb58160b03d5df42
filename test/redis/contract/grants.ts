import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { formatGrantId, parseGrantId } from '../../../src/devices/grant-id.ts';
import { StoredState } from '../../support/stored-state.ts';
import { randomId, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

export const TIME = { lifetime: 600_000, waiting: 60_000 };

export const newGrantId = (accountId: string, epoch = 1) =>
  formatGrantId({ accountId, epoch, name: randomId() });

export async function activeGrant(stores: TestStores): Promise<{ accountId: AccountId; grantId: string }> {
  const { accountId } = await signedInOwner(stores);
  const grantId = newGrantId(accountId);
  await stores.grants.write(grantId, { clientId: 'tv' }, TIME);
  if (!(await stores.grants.activate(grantId, { name: 'TV' }))) throw new Error('the grant is not active');
  return { accountId, grantId };
}

export function describeGrants(open: OpenStores): void {
  describe('grants', () => {
    const bench = new Bench(open);
    describe('begin', () => describeBeginning(bench));
    describe('end', () => describeEnding(bench));
  });
}

function describeBeginning(bench: Bench): void {
  it('as waiting: no authority until the code is redeemed, and then once', async () => {
    const { grants } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const id = newGrantId(accountId);
    expect(await grants.write(id, { clientId: 'tv' }, TIME)).toBe('written');
    expect(await grants.read(id)).toBeUndefined();
    expect(
      await grants.addRefreshToken(id, { parent: undefined, generation: 0, name: 'a', value: 'a' }),
    ).toEqual({
      outcome: 'gone',
    });
    const made = await times(16, () => grants.activate(id, { name: 'TV' }));
    expect(made.filter(Boolean)).toEqual([
      { payload: { clientId: 'tv' }, generation: 0, profile: expect.objectContaining({ name: 'Ada' }) },
    ]);
    expect(await grants.read(id)).toMatchObject({ payload: { clientId: 'tv' }, generation: 0 });
  });

  it('and get a new payload in whatever state they are', async () => {
    const { grants } = bench.stores;
    const { grantId } = await activeGrant(bench.stores);
    expect(await grants.write(grantId, { clientId: 'tv', more: true }, TIME)).toBe('written');
    expect(await grants.read(grantId)).toMatchObject({ payload: { more: true } });
  });

  it('not under an epoch that is not the account’s, nor for an account that is not there', async () => {
    const { accounts, grants } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const approvedBefore = newGrantId(accountId);
    await grants.write(approvedBefore, {}, TIME);
    await accounts.signOutEverything(accountId);
    expect(await grants.write(newGrantId(accountId, 1), {}, TIME)).toBe('refused');
    expect(await grants.write(newGrantId(accountId, 3), {}, TIME)).toBe('refused');
    expect(await grants.activate(approvedBefore, {})).toBeUndefined();
    expect(await grants.write(newGrantId(randomId()), {}, TIME)).toBe('refused');
    expect(await grants.write(newGrantId(accountId, 2), {}, TIME)).toBe('written');
  });

  it('not for an account that is disabled', async () => {
    const { grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    await bench.redis.hset(bench.keyspace.of(accountId).account, 'status', 'disabled');
    expect(await grants.write(newGrantId(accountId), {}, TIME)).toBe('refused');
    expect(await grants.read(grantId)).toBeUndefined();
    expect(
      await grants.addRefreshToken(grantId, { parent: { name: 'a' }, generation: 0, name: 'b', value: 'b' }),
    ).toEqual({
      outcome: 'gone',
    });
  });
}

function describeEnding(bench: Bench): void {
  it('once, and stay ended whatever was under way', async () => {
    const { grants } = bench.stores;
    const { grantId } = await activeGrant(bench.stores);
    expect((await times(8, () => grants.end(grantId))).filter(Boolean)).toHaveLength(1);
    expect(await grants.write(grantId, { late: 'save' }, TIME)).toBe('refused');
    expect(await grants.activate(grantId, {})).toBeUndefined();
    expect(await grants.read(grantId)).toBeUndefined();
    expect(
      await grants.addRefreshToken(grantId, { parent: { name: 'a' }, generation: 0, name: 'b', value: 'b' }),
    ).toEqual({
      outcome: 'gone',
    });
    await grants.raiseGeneration(grantId);
    expect(await grants.end(grantId)).toBe(false);
  });

  it('while waiting, too: the code that comes later redeems nothing', async () => {
    const { grants } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const id = newGrantId(accountId);
    await grants.write(id, {}, TIME);
    expect(await grants.end(id)).toBe(true);
    expect(await grants.activate(id, {})).toBeUndefined();
  });

  it('without touching their siblings', async () => {
    const { grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const sibling = newGrantId(accountId);
    await grants.write(sibling, {}, TIME);
    await grants.activate(sibling, {});
    await grants.end(grantId);
    expect(await grants.read(sibling)).toBeDefined();
  });

  it('by time: waiting ones with their code, active ones with their life', async () => {
    const { grants } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const [waiting, brief] = [newGrantId(accountId), newGrantId(accountId)];
    await grants.write(brief, {}, { lifetime: 600_000, waiting: 60_000 });
    expect(await grants.activate(brief, {})).toBeDefined();
    await new StoredState(bench.stores).endGrantsByTime(accountId);
    await grants.write(waiting, {}, { lifetime: 600_000, waiting: 1 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await grants.activate(waiting, {})).toBeUndefined();
    expect(await grants.read(brief)).toBeUndefined();
    const fields = await bench.redis.hkeys(bench.keyspace.of(accountId).grants);
    const names = [waiting, brief].map((id) => parseGrantId(id)?.name);
    expect(fields.filter((field) => names.includes(field))).toEqual([]);
  });

  it('all tokens of a generation, and the grant stays', async () => {
    const { grants } = bench.stores;
    const { grantId } = await activeGrant(bench.stores);
    await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
    expect(await grants.authorize(grantId, { generation: 0 })).toBeDefined();
    await grants.raiseGeneration(grantId);
    expect(await grants.authorize(grantId, { generation: 0 })).toBeUndefined();
    expect(await grants.authorize(grantId, { generation: 1 })).toMatchObject({ generation: 1 });
    const late = await grants.addRefreshToken(grantId, {
      parent: { name: 'a' },
      generation: 0,
      name: 'b',
      value: 'b',
    });
    expect(late).toEqual({ outcome: 'lost' });
    const anew = await grants.addRefreshToken(grantId, {
      parent: undefined,
      generation: 1,
      name: 'c',
      value: 'c',
    });
    expect(anew).toEqual({ outcome: 'added' });
  });
}
