import { describe, expect, it } from '@jest/globals';
import type { Account, AccountId } from '../../../src/accounts/account.ts';
import type { Session } from '../../../src/accounts/session.ts';
import type { ActivityEvent } from '../../../src/events/event.ts';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant } from './grants.ts';

const TIME = { idle: 3_600_000, absolute: 86_400_000 };
const CHANGED: ActivityEvent = { kind: 'password-changed', by: 'owner' };
const MOVED: ActivityEvent = { kind: 'email-changed', by: 'owner' };
const newEmail = () => `${randomId().toLowerCase()}@example.org`;

export function describeAccountChanges(open: OpenStores): void {
  describe('an owner', () => {
    const bench = new Bench(open);
    describe('changes the password', () => describePassword(bench));
    describe('changes name and email', () => describeProfile(bench));
  });
}

async function account({ stores }: Bench, id: AccountId): Promise<Account> {
  const found = await stores.accounts.find(id);
  if (!found) throw new Error('there is no such account');
  return found;
}

const staying = ({ uid, accountId }: Session) => ({
  was: uid,
  becomes: newBrowser(accountId, 1),
  time: TIME,
});

const kinds = async ({ stores }: Bench, id: AccountId) =>
  (await stores.activity.list(id, { most: 10 })).map(({ event }) => event.kind);

function describePassword(bench: Bench): void {
  it('everything ends but this browser, which has another session id and uid; the event tells of it', async () => {
    const { accounts, browsers, grants } = bench.stores;
    const { accountId, grantId } = await activeGrant(bench.stores);
    const [mine, other] = [newBrowser(accountId, 1), newBrowser(accountId, 1)];
    await Promise.all([browsers.insert(mine, TIME), browsers.insert(other, TIME)]);
    const signedIn = await browsers.resume(mine.sessionId);
    if (!signedIn) throw new Error('not signed in');
    await bench.redis.hset(bench.keyspace.of(accountId).trusted, 'a browser', 'anything');
    const stays = staying(signedIn);
    const ended = await accounts.changePassword(
      await account(bench, accountId),
      { passwordHash: 'new' },
      CHANGED,
      stays,
    );
    expect(ended).toEqual({ epoch: 2, grants: 1, browsers: 2 });
    expect((await account(bench, accountId)).credentials).toEqual({ passwordHash: 'new' });
    expect(await browsers.resume(stays.becomes.sessionId)).toMatchObject({
      uid: stays.becomes.uid,
      epoch: 2,
    });
    expect(await browsers.resume(mine.sessionId)).toBeUndefined();
    expect(await browsers.resume(other.sessionId)).toBeUndefined();
    expect(await grants.read(grantId)).toBeUndefined();
    expect(await bench.redis.exists(bench.keyspace.of(accountId).trusted)).toBe(0);
    expect(await kinds(bench, accountId)).toEqual(['password-changed']);
  });

  it('nothing stays where no browser asked', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId, browser } = await signedInOwner(bench.stores);
    const ended = await accounts.changePassword(
      await account(bench, accountId),
      { passwordHash: 'new' },
      CHANGED,
    );
    expect(ended).toEqual({ epoch: 2, grants: 0, browsers: 1 });
    expect(await browsers.resume(browser.sessionId)).toBeUndefined();
  });

  it('one of eight at once, each from its own browser: the others change nothing and are signed out', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const all = await times(8, async () => {
      const browser = newBrowser(accountId, 1);
      await browsers.insert(browser, TIME);
      const signedIn = await browsers.resume(browser.sessionId);
      if (!signedIn) throw new Error('not signed in');
      return staying(signedIn);
    });
    const read = await times(8, () => account(bench, accountId));
    const done = await Promise.all(
      read.map((one, index) =>
        accounts.changePassword(one, { passwordHash: `${index}` }, CHANGED, all[index]),
      ),
    );
    const winner = done.findIndex(Boolean);
    expect(done.filter(Boolean)).toEqual([{ epoch: 2, grants: 0, browsers: 8 }]);
    expect((await account(bench, accountId)).credentials).toEqual({ passwordHash: `${winner}` });
    const found = await Promise.all(all.map(({ becomes }) => browsers.resume(becomes.sessionId)));
    expect(found.map(Boolean)).toEqual(all.map((_, index) => index === winner));
    expect(await kinds(bench, accountId)).toEqual(['password-changed']);
  });

  it('not for a browser that was signed out meanwhile, nor for a disabled account', async () => {
    const { accounts, browsers } = bench.stores;
    for (const meanwhile of [
      async ({ sessionId }: Session) => browsers.end(sessionId),
      async ({ accountId }: Session) => accounts.setStatus(accountId, 'disabled'),
      async ({ accountId }: Session) => accounts.signOutEverything(accountId),
    ]) {
      const { accountId, browser } = await signedInOwner(bench.stores);
      const before = await account(bench, accountId);
      await meanwhile(browser);
      const stays = staying(browser);
      const done = await accounts.changePassword(before, { passwordHash: 'late' }, CHANGED, stays);
      expect(done).toBeUndefined();
      expect((await account(bench, accountId)).credentials).toEqual({ passwordHash: 'none' });
      expect(await browsers.resume(stays.becomes.sessionId)).toBeUndefined();
    }
  });

  it('what is under way in the name of the old browser does not reach the one that stays', async () => {
    const { accounts, browsers } = bench.stores;
    const { accountId, browser } = await signedInOwner(bench.stores);
    const stays = staying(browser);
    await accounts.changePassword(await account(bench, accountId), { passwordHash: 'new' }, CHANGED, stays);
    const thief = randomId();
    expect(await browsers.save({ ...browser, sessionId: thief })).toBe(false);
    expect(await browsers.resume(thief)).toBeUndefined();
    expect(await browsers.resume(stays.becomes.sessionId)).toBeDefined();
  });
}

function describeProfile(bench: Bench): void {
  it('the name by one of two who read the same', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const read = await times(4, () => account(bench, accountId));
    const done = await Promise.all(
      read.map((one, index) => accounts.replaceProfile(one, { ...one.profile, name: `Ada ${index}` })),
    );
    expect(done.filter(Boolean)).toHaveLength(1);
    expect((await account(bench, accountId)).profile.name).toBe(`Ada ${done.indexOf(true)}`);
  });

  it('the email: the new one leads to the account, the old one nowhere, and is free for others', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const before = await account(bench, accountId);
    const email = newEmail();
    expect(await accounts.moveEmail(before, email, MOVED)).toBe('moved');
    expect((await accounts.findByEmail(email))?.id).toBe(accountId);
    expect(await accounts.findByEmail(before.profile.email)).toBeUndefined();
    expect(await kinds(bench, accountId)).toEqual(['email-changed']);
    const other = randomId() as AccountId;
    expect(await accounts.create(other, before.profile, { passwordHash: 'x' })).toBe(true);
  });

  it('never to one that another account has: of 16 who want the same, one gets it', async () => {
    const { accounts } = bench.stores;
    const [taken, ...wanting] = await times(17, () => signedInOwner(bench.stores));
    const taker = await account(bench, taken?.accountId as AccountId);
    const read = await Promise.all(wanting.map(({ accountId }) => account(bench, accountId)));
    const refused = await Promise.all(read.map((one) => accounts.moveEmail(one, taker.profile.email, MOVED)));
    expect(new Set(refused)).toEqual(new Set(['taken']));
    const email = newEmail();
    const done = await Promise.all(read.map((one) => accounts.moveEmail(one, email, MOVED)));
    expect(done.filter((outcome) => outcome === 'moved')).toHaveLength(1);
    const owner = await accounts.findByEmail(email);
    expect(owner?.id).toBe(wanting[done.indexOf('moved')]?.accountId);
    for (const one of read.filter(({ id }) => id !== owner?.id)) {
      expect((await accounts.findByEmail(one.profile.email))?.id).toBe(one.id);
    }
  });

  it('several times at once: the account is found by the email that it has, and by no other', async () => {
    const { accounts } = bench.stores;
    for (let round = 0; round < 10; round += 1) {
      const { accountId } = await signedInOwner(bench.stores);
      const wanted = [newEmail(), newEmail()];
      const read = await times(6, () => account(bench, accountId));
      await Promise.all(read.map((one, index) => accounts.moveEmail(one, wanted[index % 2] ?? '', MOVED)));
      const { profile } = await account(bench, accountId);
      expect((await accounts.findByEmail(profile.email))?.id).toBe(accountId);
      const others = [...wanted, read[0]?.profile.email ?? ''].filter((email) => email !== profile.email);
      for (const email of others) expect(await accounts.findByEmail(email)).toBeUndefined();
    }
  });

  it('not under an epoch that has passed, and then the new email is free', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const before = await account(bench, accountId);
    await accounts.signOutEverything(accountId);
    const email = newEmail();
    expect(await accounts.moveEmail(before, email, MOVED)).toBe('refused');
    expect((await accounts.findByEmail(before.profile.email))?.id).toBe(accountId);
    const profile = { ...before.profile, email };
    expect(await accounts.create(randomId() as AccountId, profile, { passwordHash: 'x' })).toBe(true);
  });

  it('a crash between the new email and the profile leaves an email that leads nowhere', async () => {
    const { accounts } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const email = newEmail();
    const { keyring } = bench.stores;
    await bench.redis.set(bench.keyspace.record('Email', keyring.mac('Email', email)), accountId);
    expect(await accounts.findByEmail(email)).toBeUndefined();
    expect(await accounts.moveEmail(await account(bench, accountId), email, MOVED)).toBe('moved');
    expect((await accounts.findByEmail(email))?.id).toBe(accountId);
  });
}
