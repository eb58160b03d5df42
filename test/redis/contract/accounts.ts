import { describe, expect, it } from '@jest/globals';
import type { AccountId, AccountProfile } from '../../../src/accounts/account.ts';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { contentsUnder } from '../keyspace-contents.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant, newGrantId, TIME } from './grants.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };
const profileOf = (email: string): AccountProfile => ({
  name: 'Ada',
  email,
  emailVerified: true,
  createdAt: 1,
});
const newId = () => randomId() as AccountId;

export function describeAccounts(open: OpenStores): void {
  describe('accounts', () => {
    const bench = new Bench(open);
    describe('are made', () => describeMaking(bench));
    describe('credentials', () => describeCredentials(bench));
    describe('sign out of everything', () => describeSigningOut(bench));
    describe('a disabled account', () => describeDisabling(bench));
  });
}

function describeMaking(bench: Bench): void {
  it('and found by id and by email', async () => {
    const id = newId();
    const profile = profileOf(`${id}@example.org`);
    expect(await bench.stores.accounts.create(id, profile, { passwordHash: 'h' })).toBe(true);
    const account = { id, status: 'active', epoch: 1, profile, credentials: { passwordHash: 'h' } };
    expect(await bench.stores.accounts.find(id)).toEqual(account);
    expect(await bench.stores.accounts.findByEmail(profile.email)).toEqual(account);
    expect(await bench.stores.accounts.find(newId())).toBeUndefined();
    expect(await bench.stores.accounts.findByEmail('nobody@example.org')).toBeUndefined();
  });

  it('one for an email, of 16 at once; the others leave nothing behind', async () => {
    const prefix = `${bench.prefix}race:`;
    const { accounts, connection } = await bench.another({ prefix });
    const profile = profileOf('one@example.org');
    // The account, its email and its row in the list.
    const made = await times(16, () => accounts.create(newId(), profile, { passwordHash: 'h' }));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(Object.keys(await contentsUnder(connection.redis, prefix))).toHaveLength(3);
    expect(await accounts.create(newId(), profile, { passwordHash: 'h' })).toBe(false);
    expect(Object.keys(await contentsUnder(connection.redis, prefix))).toHaveLength(3);
  });

  it('never over an account that exists', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    expect(await accounts.create(accountId, profileOf('other@example.org'), { passwordHash: 'x' })).toBe(
      false,
    );
    expect((await accounts.find(accountId))?.credentials).toEqual({ passwordHash: 'none' });
    expect(await accounts.findByEmail('other@example.org')).toBeUndefined();
  });
}

function describeCredentials(bench: Bench): void {
  it('are replaced by one of two who read the same', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const read = await times(8, () => accounts.find(accountId));
    const replaced = await Promise.all(
      read.map(
        (account, index) => account && accounts.replaceCredentials(account, { passwordHash: `${index}` }),
      ),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
    const { credentials } = (await accounts.find(accountId)) ?? {};
    expect(credentials).toEqual({ passwordHash: `${replaced.indexOf(true)}` });
  });

  it('are not replaced under an epoch that has passed', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const account = await accounts.find(accountId);
    await accounts.signOutEverything(accountId);
    expect(account && (await accounts.replaceCredentials(account, { passwordHash: 'late' }))).toBe(false);
  });
}

function describeSigningOut(bench: Bench): void {
  it('ends every browser and grant, says how many, and leaves a snapshot for an hour', async () => {
    const { accounts, browsers, grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const second = newBrowser(accountId, 1);
    await browsers.insert(second, TIMES);
    expect(await accounts.signOutEverything(accountId)).toEqual({ epoch: 2, grants: 1, browsers: 2 });
    expect(await grants.read(grantId)).toBeUndefined();
    expect(await browsers.resume(second.sessionId)).toBeUndefined();
    expect((await accounts.find(accountId))?.epoch).toBe(2);
    const copies = Object.keys(await contentsUnder(bench.redis, bench.prefix)).filter(
      (key) => key.includes(`{${accountId}}`) && key.includes(':ended:'),
    );
    expect(copies).toHaveLength(2);
    for (const copy of copies) {
      const left = await bench.redis.pttl(copy);
      expect(left).toBeGreaterThan(3_590_000);
      expect(left).toBeLessThanOrEqual(3_600_000);
    }
  });

  it('when there is nothing to end, and for no account', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    await accounts.signOutEverything(accountId);
    expect(await accounts.signOutEverything(accountId)).toEqual({ epoch: 3, grants: 0, browsers: 0 });
    expect(await accounts.signOutEverything(newId())).toBeUndefined();
  });

  it('whatever lands before, between or after: nothing of the old epoch acts', async () => {
    const { accounts, browsers, grants } = bench.stores;
    for (let round = 0; round < 20; round += 1) {
      const { accountId, browser } = await signedInOwner(bench.stores);
      const id = newGrantId(accountId);
      const late = newBrowser(accountId, 1);
      await Promise.all([
        grants.write(id, {}, TIME).then(() => grants.activate(id, {})),
        browsers.insert(late, TIMES),
        browsers.save({ ...browser, sessionId: randomId() }),
        accounts.signOutEverything(accountId),
      ]);
      const found = [grants.read(id), browsers.resumeByUid(late.uid), browsers.resumeByUid(browser.uid)];
      expect(await Promise.all(found)).toEqual([undefined, undefined, undefined]);
    }
  });
}

function describeDisabling(bench: Bench): void {
  it('has ended everything, begins nothing, and is told of once', async () => {
    const { accounts, browsers, grants, activity } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const told = { kind: 'account-disabled', by: 'operator' } as const;
    const disabled = { changed: true, epoch: 2, grants: 1, browsers: 1 };
    expect(await accounts.setStatus(accountId, 'disabled', told)).toEqual(disabled);
    const again = { changed: false, epoch: 2, grants: 0, browsers: 0 };
    expect(await accounts.setStatus(accountId, 'disabled', told)).toEqual(again);
    expect((await accounts.find(accountId))?.status).toBe('disabled');
    expect(await grants.read(grantId)).toBeUndefined();
    for (const epoch of [1, 2]) {
      expect(await grants.write(newGrantId(accountId, epoch), {}, TIME)).toBe('refused');
      expect(await browsers.insert(newBrowser(accountId, epoch), TIMES)).toBe(false);
    }
    const entries = await activity.list(accountId, { most: 10 });
    expect(entries.map(({ event }) => event)).toEqual([told]);
  });

  it('when enabled, has nothing back and begins anew', async () => {
    const { accounts, browsers, grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    await accounts.setStatus(accountId, 'disabled');
    const enabled = { changed: true, epoch: 2, grants: 0, browsers: 0 };
    expect(await accounts.setStatus(accountId, 'active')).toEqual(enabled);
    expect(await grants.read(grantId)).toBeUndefined();
    expect(await browsers.insert(newBrowser(accountId, 2), TIMES)).toBe(true);
  });

  it('of 8 who disable it at once, one has; an unknown id is no account', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const results = await times(8, () => accounts.setStatus(accountId, 'disabled'));
    expect(results.filter((result) => result?.changed)).toHaveLength(1);
    expect((await accounts.find(accountId))?.epoch).toBe(2);
    expect(await accounts.setStatus(newId(), 'disabled')).toBeUndefined();
  });
}
