import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent } from '../../../src/events/event.ts';
import type { Standing } from '../../../src/mfa/factor.ts';
import { eventually } from '../../support/eventually.ts';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { ADDED, newApp, newPasskey, ownerWith, REMOVED, signIn } from './factors.ts';

const DAY = 86_400_000;

export function describeTrustedBrowsers(open: OpenStores): void {
  describe('trusted browsers', () => describeTrust(new Bench(open)));
}

function describeTrust(bench: Bench): void {
  const KINDS = { trusted: { kind: 'browser-trusted', by: 'owner' } } as const;
  const ENDED: ActivityEvent = { kind: 'browser-trust-ended', by: 'owner' };
  const CHROME = { address: '127.0.0.1', userAgent: 'Chrome' };
  const trust = async (owner: Standing, token = randomId(), lifetime = 30 * DAY) => {
    const [{ id: factor } = { id: '' }] = await bench.stores.factors.list(owner.accountId);
    const proved = { ...owner, factor };
    const trusted = await bench.stores.trustedBrowsers.trust(proved, token, CHROME, lifetime, KINDS.trusted);
    const name = await bench.stores.trustedBrowsers.nameOf(owner.accountId, token);
    return trusted && name !== undefined ? name : undefined;
  };
  const enters = async (owner: Standing, name = '') => signIn(bench, owner, { kind: 'trusted', name });

  it('sign in with the password alone, and are listed', async () => {
    const owner = await ownerWith(bench, newApp());
    const name = await trust(owner);
    expect(await enters(owner, name)).toBe(true);
    expect(await enters(owner, randomId())).toBe(false);
    const list = await bench.stores.trustedBrowsers.list(owner.accountId);
    expect(list).toMatchObject([{ ...CHROME, name }]);
    expect((list[0]?.until ?? 0) - (list[0]?.since ?? 0)).toBe(30 * DAY);
  });

  it('end one by one, once', async () => {
    const owner = await ownerWith(bench, newApp());
    const [one, other] = [await trust(owner), await trust(owner)];
    const end = () => bench.stores.trustedBrowsers.end(owner.accountId, one ?? '', ENDED);
    expect((await times(8, end)).filter(Boolean)).toHaveLength(1);
    expect([await enters(owner, one), await enters(owner, other)]).toEqual([false, true]);
  });

  it('all end with a change of factors, a sign-out of everything, and their time', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app);
    const beforeAdding = await trust(owner);
    await bench.stores.factors.add(owner, newPasskey(0), ADDED);
    expect(await enters(owner, beforeAdding)).toBe(false);
    const beforeRemoving = await trust(owner);
    await bench.stores.factors.remove(owner, app.id, REMOVED);
    expect(await enters(owner, beforeRemoving)).toBe(false);
    const beforeSigningOut = await trust(owner);
    await bench.stores.accounts.signOutEverything(owner.accountId);
    expect(await enters(owner, beforeSigningOut)).toBe(false);
    expect(await enters({ ...owner, epoch: 2 }, beforeSigningOut)).toBe(false);
    expect(await bench.stores.trustedBrowsers.list(owner.accountId)).toEqual([]);
    expect(await trust(owner)).toBeUndefined();
    const short = await trust({ ...owner, epoch: 2 }, randomId(), 1);
    await eventually(
      'the end of a trust',
      async () => !short || !(await enters({ ...owner, epoch: 2 }, short)),
    );
  });

  it('are not trusted with a factor that has left while they were on their way', async () => {
    const app = newApp();
    const owner = await ownerWith(bench, app, newPasskey(0));
    await bench.stores.factors.remove(owner, app.id, REMOVED);
    const proved = { ...owner, factor: app.id };
    const trusted = bench.stores.trustedBrowsers.trust(proved, randomId(), CHROME, DAY, KINDS.trusted);
    expect(await trusted).toBe(false);
    expect(await bench.stores.trustedBrowsers.list(owner.accountId)).toEqual([]);
  });

  it('a name that a factor gets afterwards does not end them', async () => {
    const owner = await ownerWith(bench, newApp());
    const name = await trust(owner);
    const [app] = await bench.stores.factors.list(owner.accountId);
    if (app?.kind === 'totp') await bench.stores.factors.rename(owner, app, 'Tablet');
    expect(await enters(owner, name)).toBe(true);
  });
}
