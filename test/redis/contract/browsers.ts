import { describe, expect, it } from '@jest/globals';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores } from './bench.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };

export function describeBrowsers(open: OpenStores): void {
  describe('signed-in browsers', () => {
    const bench = new Bench(open);
    describe('sign in', () => describeSigningIn(bench));
    describe('are saved', () => describeSaving(bench));
    describe('end', () => describeEnding(bench));
  });
}

function describeSigningIn(bench: Bench): void {
  it('and are found by session id and by uid, with the profile of the account', async () => {
    const { browser } = await signedInOwner(bench.stores, 'Grace');
    expect(browser).toMatchObject({ epoch: 1, amr: ['pwd'], profile: { name: 'Grace' } });
    const byUid = await bench.stores.browsers.resumeByUid(browser.uid);
    expect(byUid).toEqual({ ...browser, sessionId: '' });
    expect(await bench.stores.browsers.resume(randomId())).toBeUndefined();
    expect(await bench.stores.browsers.resumeByUid('x')).toBeUndefined();
  });

  it('not under the epoch of a password that was read before a sign-out of everything', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    await accounts.signOutEverything(accountId);
    const late = newBrowser(accountId, 1);
    expect(await browsers.insert(late, TIMES)).toBe(false);
    expect(await browsers.resume(late.sessionId)).toBeUndefined();
    expect(await browsers.resumeByUid(late.uid)).toBeUndefined();
  });
}

function describeSaving(bench: Bench): void {
  it('with what they carry', async () => {
    const { browsers } = bench.stores;
    const { browser } = await signedInOwner(bench.stores);
    expect(await browsers.save({ ...browser, state: { carried: 1 } })).toBe(true);
    expect(await browsers.resume(browser.sessionId)).toEqual({ ...browser, state: { carried: 1 } });
  });

  it('update only: nothing brings back a browser that was signed out', async () => {
    const { browsers } = bench.stores;
    const { browser } = await signedInOwner(bench.stores);
    await browsers.end(browser.sessionId);
    const sessionId = randomId();
    expect(await browsers.save(browser)).toBe(false);
    expect(await browsers.save({ ...browser, sessionId })).toBe(false);
    expect(await browsers.insert(browser, TIMES)).toBe(false);
    const found = [
      browsers.resume(browser.sessionId),
      browsers.resume(sessionId),
      browsers.resumeByUid(browser.uid),
    ];
    expect(await Promise.all(found)).toEqual([undefined, undefined, undefined]);
  });

  it('under a new session id, and the old one is dead for good', async () => {
    const { browsers } = bench.stores;
    const { browser } = await signedInOwner(bench.stores);
    const sessionId = randomId();
    expect(await browsers.save({ ...browser, sessionId })).toBe(true);
    expect(await browsers.resume(sessionId)).toMatchObject({ uid: browser.uid });
    expect(await browsers.resume(browser.sessionId)).toBeUndefined();
    expect(await browsers.save(browser)).toBe(false);
    expect(await browsers.end(browser.sessionId)).toBe(false);
    expect(await browsers.resume(browser.sessionId)).toBeUndefined();
    expect(await browsers.resume(sessionId)).toMatchObject({ sessionId, uid: browser.uid });
  });

  it('not after a sign-out of everything', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId, browser } = await signedInOwner(bench.stores);
    await accounts.signOutEverything(accountId);
    expect(await browsers.save({ ...browser, epoch: 2 })).toBe(false);
    expect(await browsers.resume(browser.sessionId)).toBeUndefined();
  });
}

function describeEnding(bench: Bench): void {
  /** As if these moments of the browser's record lay so many milliseconds further back. */
  const elapse = async (uid: string, moments: { seen?: number; till?: number }) => {
    const key = bench.keyspace.of(uid.split('.')[0] ?? '').browsers;
    const kept = JSON.parse((await bench.redis.hget(key, uid)) ?? '') as { seen: number; till: number };
    const moved = { ...kept, seen: kept.seen - (moments.seen ?? 0), till: kept.till - (moments.till ?? 0) };
    await bench.redis.hset(key, uid, JSON.stringify(moved));
  };

  it('once', async () => {
    const { browser } = await signedInOwner(bench.stores);
    const ended = await Promise.all([1, 2, 3].map(() => bench.stores.browsers.end(browser.sessionId)));
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(await bench.stores.browsers.resume(browser.sessionId)).toBeUndefined();
  });

  it('after an hour without a visit, and not while there are visits', async () => {
    const { browsers } = bench.stores;
    const { browser } = await signedInOwner(bench.stores);
    for (let visit = 0; visit < 3; visit += 1) {
      await elapse(browser.uid, { seen: 3_500_000 });
      expect(await browsers.resume(browser.sessionId)).toBeDefined();
    }
    await elapse(browser.uid, { seen: 3_600_000 });
    expect(await browsers.resume(browser.sessionId)).toBeUndefined();
    expect(await browsers.save(browser)).toBe(false);
  });

  it('at their absolute end, visits or not', async () => {
    const { browsers } = bench.stores;
    const { browser } = await signedInOwner(bench.stores);
    await elapse(browser.uid, { till: 86_400_000 });
    expect(await browsers.resumeByUid(browser.uid)).toBeUndefined();
  });

  it('with the account: one that is disabled has no signed-in browser', async () => {
    const { accountId, browser } = await signedInOwner(bench.stores);
    await bench.redis.hset(bench.keyspace.of(accountId).account, 'status', 'disabled');
    expect(await bench.stores.browsers.resume(browser.sessionId)).toBeUndefined();
  });
}
