import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Refusals } from '../../src/events/refusals.ts';
import { accountWorld } from '../accounts/account-world.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const PLACE = { address: '192.0.2.7', userAgent: 'test' };
let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

const kindsOf = async (accountId: string) =>
  (await stores.activity.list(accountId, { most: 100 })).map(({ event }) => event.kind);

describe('what a stranger tried and was refused', () => {
  it('stands in the owner’s log with its place, once in ten minutes however often it was tried', async () => {
    const { accountId } = await signedInOwner(stores);
    let now = Date.now();
    const refusals = new Refusals(stores.activity, () => now);
    for (let tries = 0; tries < 5; tries += 1) {
      refusals.record(accountId, 'sign-in-refused', PLACE);
      await refusals.settled();
    }
    expect(await kindsOf(accountId)).toEqual(['sign-in-refused']);
    now += 11 * 60_000;
    refusals.record(accountId, 'sign-in-refused', PLACE);
    refusals.record(accountId, 'codes-refused', PLACE);
    await refusals.settled();
    expect((await kindsOf(accountId)).sort()).toEqual([
      'codes-refused',
      'sign-in-refused',
      'sign-in-refused',
    ]);
    const told = await stores.activity.list(accountId, { most: 5 });
    const by = Object.fromEntries(told.map(({ event }) => [event.kind, event]));
    expect(by['sign-in-refused']).toMatchObject({ by: 'stranger', place: PLACE });
    // Typed in a browser where the owner is signed in: their wrong codes are theirs.
    expect(by['codes-refused']).toMatchObject({ by: 'owner', place: PLACE });
  });

  it('is noted of a wrong password for an account, and of nothing else', async () => {
    await using world = await accountWorld();
    const email = world.email();
    await world.create(email);
    await world.guess(email, 'not the password');
    await world.guess('nobody@example.org', 'not the password');
    await world.refusals.settled();
    const account = await world.stores.accounts.findByEmail(email);
    const told = await world.stores.activity.list(account?.id ?? '', { most: 10 });
    expect(told.map(({ event }) => event.kind)).toEqual(['sign-in-refused', 'signed-in']);
  });
});
