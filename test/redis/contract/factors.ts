import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent } from '../../../src/events/event.ts';
import type { NewFactor, SignInProof, Standing } from '../../../src/mfa/factor.ts';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };
export const ADDED: ActivityEvent = { kind: 'factor-added', by: 'owner' };
export const REMOVED: ActivityEvent = { kind: 'factor-removed', by: 'owner' };

export const newApp = (id = randomId()): NewFactor & { kind: 'totp' } => ({
  kind: 'totp',
  id,
  name: 'Phone',
  createdAt: 1,
  seed: 'SEED',
  lastStep: 100,
});

export const newCodes = (...digests: string[]): NewFactor => ({
  kind: 'backup-codes',
  id: 'backup-codes',
  createdAt: 2,
  salt: 'salt',
  digests,
});

export const newPasskey = (counter: number): NewFactor & { kind: 'passkey' } => ({
  kind: 'passkey',
  id: randomId(),
  name: 'Laptop',
  createdAt: 3,
  credentialId: 'credential',
  publicKey: 'key',
  transports: ['internal'],
  deviceBound: true,
  counter,
});

export const newPhone = (number = '+15555550100'): NewFactor => ({
  kind: 'phone',
  id: 'phone',
  createdAt: 4,
  number,
});

export function describeFactors(open: OpenStores): void {
  describe('factors', () => {
    const bench = new Bench(open);
    describe('are kept', () => describeKeeping(bench));
    describe('are accepted', () => describeProving(bench));
    describe('guard the way in', () => describeGate(bench));
  });
}

export async function ownerWith(bench: Bench, ...factors: NewFactor[]): Promise<Standing> {
  const { accountId } = await signedInOwner(bench.stores);
  const owner = { accountId, epoch: 1 };
  for (const factor of factors) expect(await bench.stores.factors.add(owner, factor, ADDED)).toBe('added');
  return owner;
}

export const signIn = ({ stores }: Bench, { accountId, epoch }: Standing, proof?: SignInProof) =>
  stores.browsers.insert(newBrowser(accountId, epoch), TIMES, undefined, proof);

function describeKeeping(bench: Bench): void {
  it('and come back as they were added, oldest first, without the digests of codes', async () => {
    const [app, passkey] = [newApp(), newPasskey(7)];
    const owner = await ownerWith(bench, app, passkey, newCodes('a', 'b'), newPhone());
    const usedAt = undefined;
    expect(await bench.stores.factors.list(owner.accountId)).toEqual([
      { ...app, usedAt },
      { kind: 'backup-codes', id: 'backup-codes', createdAt: 2, salt: 'salt', left: 2, usedAt },
      { ...passkey, usedAt },
      { ...newPhone(), usedAt },
    ]);
  });

  it('backup methods only beside an app or a passkey, and they leave with the last of these', async () => {
    const owner = await ownerWith(bench);
    const { factors } = bench.stores;
    expect(await factors.add(owner, newCodes('a'), ADDED)).toBe('refused');
    expect(await factors.add(owner, newPhone(), ADDED)).toBe('refused');
    const [app, passkey] = [newApp(), newPasskey(0)];
    for (const factor of [app, passkey, newCodes('a'), newPhone()]) await factors.add(owner, factor, ADDED);
    expect(await factors.remove(owner, app.id, REMOVED)).toBe(true);
    expect(await factors.list(owner.accountId)).toHaveLength(3);
    expect(await factors.remove(owner, passkey.id, REMOVED)).toBe(true);
    expect(await factors.list(owner.accountId)).toEqual([]);
  });

  it('a new set of codes and a new phone take the place of the former', async () => {
    const owner = await ownerWith(bench, newApp(), newCodes('a', 'b'), newPhone());
    const { factors } = bench.stores;
    await factors.add(owner, newCodes('c'), ADDED);
    await factors.add(owner, newPhone('+15555550199'), ADDED);
    const kept = await factors.list(owner.accountId);
    expect(kept.find(({ kind }) => kind === 'backup-codes')).toMatchObject({ left: 1 });
    expect(kept.find(({ kind }) => kind === 'phone')).toMatchObject({ number: '+15555550199' });
    expect(await factors.use(owner, { kind: 'backup-codes', factor: 'backup-codes', digest: 'a' })).toBe(
      false,
    );
  });

  it('are renamed over the name that was read, by one of two', async () => {
    const owner = await ownerWith(bench, newApp());
    const { factors } = bench.stores;
    const read = await times(4, async () => (await factors.list(owner.accountId))[0]);
    const renamed = await Promise.all(
      read.map((app, index) => app?.kind === 'totp' && factors.rename(owner, app, `Name ${index}`)),
    );
    expect(renamed.filter(Boolean)).toHaveLength(1);
    const [app] = await factors.list(owner.accountId);
    expect(app).toMatchObject({ name: `Name ${renamed.indexOf(true)}`, lastStep: 100 });
  });

  it('are removed once, and no more than 32 are taken', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    const { factors } = bench.stores;
    const removed = await times(8, () => factors.remove(owner, app.id, REMOVED));
    expect(removed.filter(Boolean)).toHaveLength(1);
    const added = await times(40, () => factors.add(owner, newApp(), ADDED));
    expect(added.filter((outcome) => outcome === 'added')).toHaveLength(32);
    expect(added.filter((outcome) => outcome === 'too-many')).toHaveLength(8);
  });

  it('not under an epoch that has passed: nothing is added, renamed, removed or accepted', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    const { accounts, factors } = bench.stores;
    const [read] = await factors.list(owner.accountId);
    await accounts.signOutEverything(owner.accountId);
    expect(await factors.add(owner, newApp(), ADDED)).toBe('refused');
    expect(read?.kind === 'totp' && (await factors.rename(owner, read, 'Late'))).toBe(false);
    expect(await factors.remove(owner, app.id, REMOVED)).toBe(false);
    expect(await factors.use(owner, { kind: 'totp', factor: app.id, step: 101 })).toBe(false);
    expect(await factors.list(owner.accountId)).toEqual([read]);
  });

  it('each change is told to the owner, once', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    await bench.stores.factors.remove(owner, app.id, REMOVED);
    await bench.stores.factors.remove(owner, app.id, REMOVED);
    const told = await bench.stores.activity.list(owner.accountId, { most: 10 });
    expect(told.map(({ event }) => event.kind)).toEqual(['factor-removed', 'factor-added']);
  });
}

function describeProving(bench: Bench): void {
  it('a time step for one of 50 at once, and none before it afterwards (RFC 6238 section 5.2)', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    const use = (step: number) => bench.stores.factors.use(owner, { kind: 'totp', factor: app.id, step });
    expect(await use(100)).toBe(false);
    expect((await times(50, () => use(102))).filter(Boolean)).toHaveLength(1);
    expect([await use(101), await use(102), await use(103)]).toEqual([false, false, true]);
    expect((await bench.stores.factors.list(owner.accountId))[0]).toMatchObject({ lastStep: 103 });
  });

  it('a backup code for one of 50 at once; the others stay', async () => {
    const owner = await ownerWith(bench, newApp(), newCodes('aa', 'bb', 'cc'));
    const use = (digest: string) =>
      bench.stores.factors.use(owner, { kind: 'backup-codes', factor: 'backup-codes', digest });
    expect((await times(50, () => use('bb'))).filter(Boolean)).toHaveLength(1);
    expect([await use('bb'), await use(''), await use('a'), await use('aa,cc')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect((await times(2, () => use('aa'))).filter(Boolean)).toHaveLength(1);
    expect(await use('cc')).toBe(true);
    const codes = (await bench.stores.factors.list(owner.accountId)).find(
      ({ kind }) => kind === 'backup-codes',
    );
    expect(codes).toMatchObject({ left: 0 });
  });

  it('a counter of a passkey that grows, or that counts nothing', async () => {
    const [counts, zero] = [newPasskey(5), newPasskey(0)];
    const owner = await ownerWith(bench, counts, zero);
    const use = (factor: string, counter: number) =>
      bench.stores.factors.use(owner, { kind: 'passkey', factor, counter });
    expect([await use(counts.id, 5), await use(counts.id, 6), await use(counts.id, 0)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([await use(zero.id, 0), await use(zero.id, 0), await use(zero.id, 1)]).toEqual([true, true, true]);
    expect(await use(zero.id, 0)).toBe(false);
  });

  it('of its own kind only, and of no factor that is gone', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app, newPasskey(0));
    const { factors } = bench.stores;
    expect(await factors.use(owner, { kind: 'passkey', factor: app.id, counter: 200 })).toBe(false);
    await factors.remove(owner, app.id, REMOVED);
    expect(await factors.use(owner, { kind: 'totp', factor: app.id, step: 200 })).toBe(false);
    expect(await factors.use(owner, { kind: 'phone', factor: 'phone' })).toBe(false);
  });
}

function describeGate(bench: Bench): void {
  it('a password alone signs no browser in to an account that has a factor', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    expect(await signIn(bench, owner)).toBe(false);
    expect(await signIn(bench, owner, { kind: 'totp', factor: app.id, step: 100 })).toBe(false);
    expect(await signIn(bench, owner, { kind: 'totp', factor: app.id, step: 101 })).toBe(true);
    await bench.stores.factors.remove(owner, app.id, REMOVED);
    expect(await signIn(bench, owner)).toBe(true);
  });

  it('a factor added between the password and the session still counts', async () => {
    for (let round = 0; round < 20; round += 1) {
      const owner = await ownerWith(bench);
      const [added, signedIn] = await Promise.all([
        bench.stores.factors.add(owner, newApp(), ADDED),
        signIn(bench, owner),
      ]);
      expect(added).toBe('added');
      expect(await signIn(bench, owner)).toBe(false);
      expect(typeof signedIn).toBe('boolean');
    }
  });

  it('one code signs one of 50 browsers in', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app, newCodes('aa'));
    const byApp = () => signIn(bench, owner, { kind: 'totp', factor: app.id, step: 101 });
    expect((await times(50, byApp)).filter(Boolean)).toHaveLength(1);
    const byCode = () => signIn(bench, owner, { kind: 'backup-codes', factor: 'backup-codes', digest: 'aa' });
    expect((await times(50, byCode)).filter(Boolean)).toHaveLength(1);
  });

  it('a code that signed no browser in, since the epoch had passed, is not used up', async () => {
    const owner = await ownerWith(bench, newApp(), newCodes('aa'));
    await bench.stores.accounts.signOutEverything(owner.accountId);
    const proof = { kind: 'backup-codes', factor: 'backup-codes', digest: 'aa' } as const;
    expect(await signIn(bench, owner, proof)).toBe(false);
    expect(await signIn(bench, { ...owner, epoch: 2 }, proof)).toBe(true);
  });
}
