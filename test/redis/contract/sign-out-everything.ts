import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { parseGrantId } from '../../../src/devices/grant-id.ts';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant, newGrantId, TIME } from './grants.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };

export function describeSignOutEverything(open: OpenStores): void {
  describe('a sign-out of everything', () => {
    const bench = new Bench(open);
    describe('that is asked for from a browser', () => describeAsking(bench));
    describe('leaves a copy', () => describeCopy(bench));
  });
  describe('other browsers', () => describeOthers(new Bench(open)));
}

async function signedIn(bench: Bench, accountId: AccountId, epoch = 1) {
  const browser = newBrowser(accountId, epoch);
  await bench.stores.browsers.insert(browser, TIMES);
  const found = await bench.stores.browsers.resume(browser.sessionId);
  if (!found) throw new Error('the browser is not signed in');
  return found;
}

const request = (accountId: AccountId, was?: string) => ({
  epoch: 1,
  stays: was === undefined ? undefined : { was, becomes: newBrowser(accountId, 1), time: TIMES },
  copy: randomId(),
});

function describeAsking(bench: Bench): void {
  it('keeps it, under a new session id and the new epoch; what is under way in its old name is dead', async () => {
    const { accounts, browsers, grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const mine = await signedIn(bench, accountId);
    const asked = request(accountId, mine.uid);
    expect(await accounts.signOutEverything(accountId, undefined, asked)).toMatchObject({ epoch: 2 });
    const kept = await browsers.resume(asked.stays?.becomes.sessionId ?? '');
    expect(kept).toMatchObject({ epoch: 2, uid: asked.stays?.becomes.uid });
    expect(await browsers.resume(mine.sessionId)).toBeUndefined();
    expect(await browsers.save({ ...mine, sessionId: randomId() })).toBe(false);
    expect(await browsers.save(mine)).toBe(false);
    expect(await grants.read(grantId)).toBeUndefined();
    expect(await grants.write(newGrantId(accountId, kept?.epoch), {}, TIME)).toBe('written');
  });

  it('changes nothing when that browser is signed out already: of eight at once one ends everything', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const requests = await times(8, async () => request(accountId, (await signedIn(bench, accountId)).uid));
    const all = await Promise.all(
      requests.map((asked) => accounts.signOutEverything(accountId, undefined, asked)),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    const winner = requests[all.findIndex(Boolean)];
    const signedInNow = await browsers.list({ accountId, epoch: 2 });
    expect(signedInNow.map(({ id }) => `${accountId}.${id}`)).toEqual([winner?.stays?.becomes.uid]);
    expect(await accounts.signOutEverything(accountId, undefined, request(accountId))).toBeUndefined();
    expect((await accounts.find(accountId))?.epoch).toBe(2);
  });

  it('ends trusted browsers with everything else', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    await bench.redis.hset(bench.keyspace.of(accountId).trusted, 'a browser', 'anything');
    await accounts.signOutEverything(accountId);
    expect(await bench.redis.exists(bench.keyspace.of(accountId).trusted)).toBe(0);
  });
}

function describeCopy(bench: Bench): void {
  it('from which its owner hears what has ended, for an hour', async () => {
    const { accounts, ended, grants, linkedDevices } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const name = parseGrantId(grantId)?.name ?? '';
    const event = { kind: 'device-renamed', by: 'owner' } as const;
    await linkedDevices.rename({ accountId, epoch: 1 }, name, 'Kitchen', event);
    await grants.write(newGrantId(accountId), {}, TIME);
    await bench.redis.hset(bench.keyspace.of(accountId).trusted, 'a browser', 'anything');
    const asked = request(accountId);
    await accounts.signOutEverything(accountId, undefined, asked);
    expect(await ended.read(accountId, asked.copy)).toMatchObject({
      devices: [{ id: name, ownName: 'Kitchen', claimed: { name: 'TV' } }],
      apps: 0,
      waiting: 1,
      browsers: [{ address: '127.0.0.1', userAgent: 'test' }],
      trusted: 1,
    });
    const key = bench.keyspace.ending(accountId, asked.copy).grantsSnapshot;
    const left = await bench.redis.pttl(key);
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });

  it('that opens nothing: neither for another name nor for another account', async () => {
    const { accounts, ended } = bench.stores;
    const { accountId } = await activeGrant(bench.stores);
    const asked = request(accountId);
    await accounts.signOutEverything(accountId, undefined, asked);
    const nothing = { devices: [], apps: 0, waiting: 0, browsers: [], trusted: 0 };
    expect(await ended.read(accountId, randomId())).toEqual(nothing);
    const { accountId: other } = await signedInOwner(bench.stores);
    expect(await ended.read(other, asked.copy)).toEqual(nothing);
  });

  it('of 3,000 devices whole', async () => {
    const { accounts, ended } = bench.stores;
    const { accountId } = await activeGrant(bench.stores);
    const key = bench.keyspace.of(accountId).grants;
    const [entry = ''] = await bench.redis.hvals(key);
    const copies = Array.from({ length: 2999 }, () => [randomId(), entry] as const);
    await bench.redis.hset(key, Object.fromEntries(copies));
    const asked = request(accountId);
    await accounts.signOutEverything(accountId, undefined, asked);
    expect((await ended.read(accountId, asked.copy)).devices).toHaveLength(3000);
  });
}

function describeOthers(bench: Bench): void {
  const OUT = { kind: 'signed-out', by: 'owner' } as const;
  const OTHERS = { kind: 'signed-out-others', by: 'owner' } as const;

  it('are listed with when they were seen, and only those that are signed in', async () => {
    const { accounts, browsers } = bench.stores;
    const began = Date.now();
    const { accountId, browser } = await signedInOwner(bench.stores);
    const gone = await signedIn(bench, accountId);
    await browsers.end(gone.sessionId);
    const idle = newBrowser(accountId, 1);
    await browsers.insert(idle, { idle: 1, absolute: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const [listed, ...more] = await browsers.list(browser);
    expect(more).toEqual([]);
    expect(listed).toMatchObject({ id: browser.uid.split('.')[1], address: '127.0.0.1', userAgent: 'test' });
    expect(listed?.lastSeen).toBeGreaterThanOrEqual(began);
    expect(listed?.lastSeen).toBeLessThanOrEqual(Date.now());
    await accounts.signOutEverything(accountId);
    expect(await browsers.list(browser)).toEqual([]);
  });

  it('end one by one, at once, and nothing brings them back', async () => {
    const { activity, browsers } = bench.stores;
    const { accountId, browser } = await signedInOwner(bench.stores);
    const other = await signedIn(bench, accountId);
    expect(await browsers.endByUid(other.uid, OUT)).toBe(true);
    expect(await browsers.endByUid(other.uid, OUT)).toBe(false);
    expect(await browsers.resume(other.sessionId)).toBeUndefined();
    expect(await browsers.save(other)).toBe(false);
    expect(await browsers.resume(browser.sessionId)).toBeDefined();
    expect((await activity.list(accountId, { most: 9 })).map(({ event }) => event.kind)).toEqual([
      'signed-out',
    ]);
    expect(await browsers.endByUid('x', OUT)).toBe(false);
  });

  it('end all at once but the one that asks, which must be signed in itself', async () => {
    const { activity, browsers } = bench.stores;
    const { accountId, browser } = await signedInOwner(bench.stores);
    const others = [await signedIn(bench, accountId), await signedIn(bench, accountId)];
    expect(await browsers.endOthers(browser, OTHERS)).toBe(2);
    expect(await Promise.all(others.map(({ sessionId }) => browsers.resume(sessionId)))).toEqual([
      undefined,
      undefined,
    ]);
    expect(await browsers.resume(browser.sessionId)).toBeDefined();
    expect(await browsers.endOthers(browser, OTHERS)).toBe(0);
    expect((await activity.list(accountId, { most: 9 })).map(({ event }) => event.kind)).toEqual([
      'signed-out-others',
    ]);
    await browsers.end(browser.sessionId);
    expect(await browsers.endOthers(browser, OTHERS)).toBeUndefined();
  });
}
