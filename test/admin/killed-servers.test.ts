/** A server dies between a change and its answer, and the program sends the same call again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountActs } from '../../src/admin/account-acts.ts';
import { CallsOnce } from '../../src/admin/calls-once.ts';
import { Problem } from '../../src/admin/problem.ts';
import type { AdminAnswer } from '../../src/admin/route.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

let stores: TestStores;
let acts: AccountActs;
beforeAll(async () => {
  stores = await testStores();
  acts = new AccountActs({
    ...stores,
    limiter: testLimiter(stores),
    service: serviceAt('https://link.example.net'),
  });
});
afterAll(() => stores.connection.close());

const call = (key: string) => ({ clientId: 'ops', key, asked: 'the same' });

/** Does the call in a server that dies before it has kept the answer: it is never heard of again. */
async function dying(key: string, work: () => Promise<AdminAnswer>): Promise<void> {
  let dies = () => {};
  const dead = new Promise<void>((resolve) => {
    dies = resolve;
  });
  const never = () => {
    dies();
    return new Promise<never>(() => {});
  };
  const { records } = stores;
  const find = <T>(kind: string, id: string) => records.find<T>(kind, id);
  const claim = (kind: string, id: string, lifetime: number) => records.claim(kind, id, lifetime);
  void new CallsOnce({ find, claim, write: never, remove: never }, stores.keyring).once(call(key), work);
  await dead;
}

/** As ten seconds later. */
const holdEnds = (key: string) => stores.records.remove('AdminHold', `ops ${key}`);

describe('the same call after a server has died', () => {
  it('is one sign-out of everything, and tells what the first has ended', async () => {
    const { accountId } = await signedInOwner(stores);
    const work = async () => ({ status: 200, body: await acts.signOutEverything(accountId) });
    await dying('sign-out', work);
    const calls = new CallsOnce(stores.records, stores.keyring);
    await expect(calls.once(call('sign-out'), work)).rejects.toThrow(Problem);
    await holdEnds('sign-out');
    const again = await calls.once(call('sign-out'), work);
    expect(again.body).toEqual({ epoch: 2, grants: 0, browsers: 1 });
    expect((await stores.accounts.find(accountId))?.epoch).toBe(2);
    expect(await stores.activity.list(accountId, { most: 10 })).toHaveLength(1);
  });

  it('is one disabling, which is told as a change', async () => {
    const { accountId } = await signedInOwner(stores);
    const work = async () => ({ status: 200, body: await acts.disable(accountId) });
    await dying('disable', work);
    await holdEnds('disable');
    const again = await new CallsOnce(stores.records, stores.keyring).once(call('disable'), work);
    expect(again.body).toMatchObject({ changed: true, browsers: 1 });
    expect(await stores.activity.list(accountId, { most: 10 })).toHaveLength(1);
  });

  it('of many at once one is done, and the others hear its answer or that it is being done', async () => {
    const { accountId } = await signedInOwner(stores);
    const work = async () => ({ status: 200, body: await acts.signOutEverything(accountId) });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        new CallsOnce(stores.records, stores.keyring).once(call('many'), work),
      ),
    );
    const done = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(done.length).toBeGreaterThan(0);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ slug: 'in-progress' });
    expect((await stores.accounts.find(accountId))?.epoch).toBe(2);
  });
});
