/** Closing an account: asked for, taken back, done, and everything that may happen in between. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Closing, GRACE_PERIOD } from '../../src/account-changes/closing.ts';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import { newGrantId, TIME } from '../redis/contract/grants.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { StoredState } from '../support/stored-state.ts';
import { newBrowser, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const PLACE = { address: '192.0.2.7', userAgent: 'test' };
let stores: TestStores;
let closing: Closing;
let sweep: ClosingSweep;
let closedEmails: string[];
beforeAll(async () => {
  stores = await testStores();
  closing = new Closing(stores.closings);
  closedEmails = [];
  const apps = { tellOf: async () => undefined };
  sweep = new ClosingSweep(
    stores.closings,
    { add: async ({ profile }) => void closedEmails.push(profile.email) },
    apps,
  );
});
afterAll(() => stores.connection.close());

/** An account with a device, whose time to close has come. */
async function overdue() {
  const owner = await signedInOwner(stores);
  const grantId = newGrantId(owner.accountId);
  await stores.grants.write(grantId, { clientId: 'tv' }, TIME);
  await stores.grants.activate(grantId, { name: 'TV' });
  await closing.ask(owner.browser, PLACE);
  await new StoredState(stores).reachClosing(owner.accountId);
  return { ...owner, grantId };
}

describe('closing an account', () => {
  it('changes nothing for 7 days, and is taken back within them', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const at = await closing.ask(browser, PLACE);
    expect(Math.abs(Number(at) - Date.now() - GRACE_PERIOD)).toBeLessThan(60_000);
    expect(await closing.ask(browser, PLACE)).toEqual(at);
    await sweep.sweep();
    expect(await stores.browsers.resume(browser.sessionId)).toBeDefined();
    expect([await closing.keep(browser, PLACE), await closing.keep(browser, PLACE)]).toEqual([true, false]);
    expect(await stores.closings.closesAt(accountId)).toBeUndefined();
    const told = await stores.activity.list(accountId, { most: 10 });
    expect(told.map(({ event }) => event.kind)).toEqual(['closing-taken-back', 'closing-asked']);
  });

  it('leaves nothing of the account when its time has come, and its email is free again', async () => {
    const { accountId, browser, grantId } = await overdue();
    await sweep.sweep();
    expect(await stores.accounts.find(accountId)).toBeUndefined();
    expect(await stores.grants.read(grantId)).toBeUndefined();
    expect(await stores.browsers.resume(browser.sessionId)).toBeUndefined();
    const kept = await contentsUnder(stores.connection.redis, `${stores.prefix}{${accountId}}`);
    expect(Object.keys(kept)).toEqual([]);
    expect(closedEmails.filter((email) => email === browser.profile.email)).toHaveLength(1);
    const again = await signedInOwner(stores);
    const profile = { ...again.browser.profile, email: browser.profile.email };
    expect(await stores.accounts.create(again.accountId, profile, { passwordHash: 'x' })).toBe(false);
    expect(await stores.accounts.findByEmail(browser.profile.email)).toBeUndefined();
  });

  it('is not undone once it has begun, and nothing begins any more', async () => {
    const { accountId, browser } = await overdue();
    const closes = Promise.all([1, 2, 3, 4].map(() => sweep.sweep()));
    const late = newBrowser(accountId, browser.epoch);
    const keeps = closing.keep(browser, PLACE);
    const enters = stores.browsers.insert(late, { idle: 1e6, absolute: 1e6 });
    await Promise.all([closes, keeps, enters]);
    await sweep.sweep();
    const gone = (await stores.accounts.find(accountId)) === undefined;
    expect(gone).toBe(!(await keeps));
    if (gone) expect(await stores.browsers.resume(late.sessionId)).toBeUndefined();
  });

  it('goes on where a server died: on the list without a time, closed with its email, closed without', async () => {
    const { redis } = stores.connection;
    const list = `${stores.prefix}{closing}:due`;
    const listed = await signedInOwner(stores);
    await redis.zadd(list, Date.now() - 1000, listed.accountId);
    const [whole, halfway] = [await overdue(), await overdue()];
    await redis.hset(`${stores.prefix}{${whole.accountId}}:account`, 'status', 'closed');
    await redis.hset(`${stores.prefix}{${halfway.accountId}}:account`, 'status', 'closed');
    await stores.accounts.releaseEmail(halfway.accountId, halfway.browser.profile.email);
    await sweep.sweep();
    expect(await stores.accounts.find(listed.accountId)).toBeDefined();
    for (const { accountId } of [whole, halfway])
      expect(await stores.accounts.find(accountId)).toBeUndefined();
    expect(await redis.zrange(list, '0', '-1')).not.toContain(listed.accountId);
  });

  it('cannot be asked for by a browser that was signed out', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    await stores.accounts.signOutEverything(accountId);
    expect(await closing.ask(browser, PLACE)).toBeUndefined();
    expect(await closing.keep(browser, PLACE)).toBe(false);
  });
});
