import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent } from '../../../src/events/event.ts';
import type { Standing } from '../../../src/mfa/factor.ts';
import { StoredState } from '../../support/stored-state.ts';
import { newBrowser, randomId, signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { ADDED, newApp, newCodes, newPasskey, ownerWith, REMOVED, signIn } from './factors.ts';

const HOUR = 3_600_000;
const WAIT = { wait: 72 * HOUR, open: 168 * HOUR };
const TIMES = { idle: HOUR, absolute: 24 * HOUR };
const ASKED: ActivityEvent = { kind: 'recovery-asked', by: 'owner' };
const OVER: ActivityEvent = { kind: 'recovery-cancelled', by: 'owner' };
const DONE: ActivityEvent = { kind: 'recovery-done', by: 'owner' };
const CLEARED: ActivityEvent = { kind: 'factors-removed', by: 'operator' };

export function describeRecoveries(open: OpenStores): void {
  describe('requests to remove a lost second step', () => {
    const bench = new Bench(open);
    describe('wait', () => describeWaiting(bench));
    describe('are over', () => describeEnds(bench));
    describe('are carried out', () => describeFinishing(bench));
    describe('and the operator', () => describeOperator(bench));
  });
}

const ask = ({ stores }: Bench, owner: Standing) => stores.recoveries.ask(owner, WAIT, ASKED);
const waits = async ({ stores }: Bench, { accountId }: Standing) =>
  (await stores.recoveries.find(accountId)) !== undefined;
const finish = ({ stores }: Bench, { accountId, epoch }: Standing) =>
  stores.recoveries.finish(newBrowser(accountId, epoch), TIMES, DONE);
const pass = ({ stores }: Bench, { accountId }: Standing, ms: number) =>
  new StoredState(stores).passSinceRecovery(accountId, ms);
const kinds = async ({ stores }: Bench, { accountId }: Standing) =>
  (await stores.activity.list(accountId, { most: 5 })).map(({ event }) => event.kind);

function describeWaiting(bench: Bench): void {
  it('as long as they are told to, and one at a time: of 20 at once one is told to the owner', async () => {
    const owner = await ownerWith(bench, newApp());
    const asked = await times(20, () => ask(bench, owner));
    expect(asked.filter((one) => one?.asked)).toHaveLength(1);
    expect(new Set(asked.map((one) => one?.opensAt)).size).toBe(1);
    const found = await bench.stores.recoveries.find(owner.accountId);
    expect((found?.opensAt ?? 0) - (found?.askedAt ?? 0)).toBe(WAIT.wait);
    expect((found?.until ?? 0) - (found?.opensAt ?? 0)).toBe(WAIT.open);
    expect(await kinds(bench, owner)).toEqual(['recovery-asked', 'factor-added']);
  });

  it('only where there is a second step, of an account that may act, under its epoch', async () => {
    const { accountId } = await signedInOwner(bench.stores);
    expect(await ask(bench, { accountId, epoch: 1 })).toBeUndefined();
    const owner = await ownerWith(bench, newApp());
    expect(await ask(bench, { ...owner, epoch: 0 })).toBeUndefined();
    await bench.stores.accounts.setStatus(owner.accountId, 'disabled');
    expect(await ask(bench, { ...owner, epoch: 2 })).toBeUndefined();
    expect(await waits(bench, owner)).toBe(false);
  });
}

function describeEnds(bench: Bench): void {
  const app = newApp();
  const trust = async (owner: Standing) => {
    const token = randomId();
    const place = { address: '127.0.0.1', userAgent: 'test' };
    const event = { kind: 'browser-trusted', by: 'owner' } as const;
    await bench.stores.trustedBrowsers.trust({ ...owner, factor: app.id }, token, place, HOUR, event);
    return (await bench.stores.trustedBrowsers.nameOf(owner.accountId, token)) ?? '';
  };
  const digest = 'a';
  const ENDS: Readonly<Record<string, (owner: Standing) => Promise<unknown>>> = {
    'a sign-in with an app': (owner) => signIn(bench, owner, { kind: 'totp', factor: app.id, step: 101 }),
    'a sign-in with a backup code': (owner) =>
      signIn(bench, owner, { kind: 'backup-codes', factor: 'backup-codes', digest }),
    'a sign-in in a trusted browser': async (owner) =>
      signIn(bench, owner, { kind: 'trusted', name: await trust(owner) }),
    'a proof in place': (owner) =>
      bench.stores.factors.use(owner, { kind: 'totp', factor: app.id, step: 101 }),
    'a new factor': (owner) => bench.stores.factors.add(owner, newPasskey(0), ADDED),
    'the removal of a factor': (owner) => bench.stores.factors.remove(owner, app.id, REMOVED),
    'a sign-out of everything': ({ accountId }) => bench.stores.accounts.signOutEverything(accountId),
    'disabling, and enabling again': async ({ accountId }) => {
      await bench.stores.accounts.setStatus(accountId, 'disabled');
      await bench.stores.accounts.setStatus(accountId, 'active');
    },
    'a new password': async ({ accountId }) => {
      const account = await bench.stores.accounts.find(accountId);
      const event = { kind: 'password-changed', by: 'owner' } as const;
      return account && bench.stores.accounts.changePassword(account, { passwordHash: 'new' }, event);
    },
    'its time': (owner) => pass(bench, owner, WAIT.wait + WAIT.open),
  };

  it.each(Object.keys(ENDS))('with %s, and are never carried out afterwards', async (name) => {
    const owner = await ownerWith(bench, app, newCodes(digest));
    expect((await ask(bench, owner))?.asked).toBe(true);
    expect(await ENDS[name]?.(owner)).not.toBe(false);
    expect(await waits(bench, owner)).toBe(false);
    await pass(bench, owner, WAIT.wait);
    const epoch = (await bench.stores.accounts.find(owner.accountId))?.epoch ?? 0;
    expect(await finish(bench, owner)).toBeUndefined();
    expect(await finish(bench, { ...owner, epoch })).toBeUndefined();
  });

  it('not with a refused proof; and that one is over is told where there was one, and nowhere else', async () => {
    const owner = await ownerWith(bench, app);
    const enter = (step: number) =>
      bench.stores.browsers.insert(
        newBrowser(owner.accountId, 1),
        TIMES,
        undefined,
        { kind: 'totp', factor: app.id, step },
        OVER,
      );
    expect(await enter(101)).toBe(true);
    expect(await kinds(bench, owner)).not.toContain('recovery-cancelled');
    await ask(bench, owner);
    expect([await enter(101), await waits(bench, owner)]).toEqual([false, true]);
    expect([await enter(102), await waits(bench, owner)]).toEqual([true, false]);
    expect((await kinds(bench, owner))[0]).toBe('recovery-cancelled');
  });
}

function describeFinishing(bench: Bench): void {
  it('not a moment before the wait is over, and then by one of 20 at once', async () => {
    const owner = await ownerWith(bench, newApp(), newCodes('a'));
    expect(await finish(bench, owner)).toBeUndefined();
    await ask(bench, owner);
    await pass(bench, owner, WAIT.wait - 5000);
    expect(await finish(bench, owner)).toBeUndefined();
    await pass(bench, owner, 5000);
    const ends = (await times(20, () => finish(bench, owner))).filter((end) => end !== undefined);
    expect(ends).toMatchObject([{ epoch: 2, browsers: 1 }]);
    expect(await bench.stores.factors.list(owner.accountId)).toEqual([]);
    expect(await bench.stores.browsers.list({ ...owner, epoch: 2 })).toHaveLength(1);
    expect(await kinds(bench, owner)).toEqual([
      'recovery-done',
      'recovery-asked',
      'factor-added',
      'factor-added',
    ]);
  });

  it('against a sign-in at the same moment one of the two wins, and the other has no effect', async () => {
    for (let round = 0; round < 30; round += 1) {
      const app = newApp();
      const owner = await ownerWith(bench, app);
      await ask(bench, owner);
      await pass(bench, owner, WAIT.wait);
      const [ended, entered] = await Promise.all([
        finish(bench, owner),
        signIn(bench, owner, { kind: 'totp', factor: app.id, step: 101 }),
      ]);
      expect(await waits(bench, owner)).toBe(false);
      const left = await bench.stores.factors.list(owner.accountId);
      if (entered) expect([ended, left.length]).toEqual([undefined, 1]);
      else expect([ended?.epoch, left.length]).toEqual([2, 0]);
    }
  });
}

function describeOperator(bench: Bench): void {
  it('removes all factors, trusted browsers and requests at once; that there were none is told', async () => {
    const owner = await ownerWith(bench, newApp(), newCodes('a'));
    await ask(bench, owner);
    const removed = await times(8, () => bench.stores.factors.removeAll(owner.accountId, CLEARED));
    expect(removed.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect([await waits(bench, owner), await signIn(bench, owner)]).toEqual([false, true]);
    expect((await kinds(bench, owner)).filter((kind) => kind === 'factors-removed')).toHaveLength(1);
  });
}
