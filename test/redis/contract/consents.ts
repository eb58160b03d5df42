import { describe, expect, it } from '@jest/globals';
import type { Consent, ConsentTerms, Owner } from '../../../src/apps/consent.ts';
import { type AppGrant, type ConsentChange, MAX_APP_GRANTS } from '../../../src/apps/consent-store.ts';
import { parseGrantId } from '../../../src/devices/grant-id.ts';
import { newBrowser, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId } from './grants.ts';

const TERMS: ConsentTerms = { clientId: 'notes', granted: ['openid', 'email'], refused: ['profile'] };
const LESS: ConsentTerms = { ...TERMS, granted: ['openid'] };
const FIRST: ConsentChange = { replaces: undefined, less: false, narrow: (payload) => payload };
const narrowing = (replaces: Consent): ConsentChange => ({
  replaces,
  less: true,
  narrow: (payload) => ({ ...payload, narrowed: true }),
});

export const appGrant = ({ cut }: Consent, changes: Partial<AppGrant> = {}): AppGrant => ({
  clientId: 'notes',
  cut,
  browser: undefined,
  session: '',
  lifetime: 600_000,
  payload: { scope: 'openid email' },
  ...changes,
});

/** An owner who lets an app do something. */
export async function consented(stores: TestStores): Promise<{ owner: Owner; consent: Consent }> {
  const { browser: owner } = await signedInOwner(stores);
  expect(await stores.consents.write(owner, TERMS, FIRST)).toBe('written');
  const consent = await stores.consents.find(owner, 'notes');
  if (!consent) throw new Error('no consent');
  return { owner, consent };
}

export function describeConsents(open: OpenStores): void {
  describe('consents', () => {
    const bench = new Bench(open);
    describe('begin and change', () => describeTerms(bench));
    describe('let grants begin', () => describeGrantsOfApps(bench));
    describe('end', () => describeEnding(bench));
  });
}

function describeTerms(bench: Bench): void {
  it('one for each account and app', async () => {
    const { consents } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    expect(consent).toMatchObject(TERMS);
    expect(await consents.find(owner, 'reader')).toBeUndefined();
    expect(await consents.find((await signedInOwner(bench.stores)).browser, 'notes')).toBeUndefined();
    expect(await consents.list(owner)).toEqual([consent]);
  });

  it('by compare-and-set: of many at once one is written, the others hear so', async () => {
    const { consents } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const outcomes = await times(8, () => consents.write(owner, TERMS, { ...FIRST, replaces: consent }));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(await consents.write(owner, TERMS, FIRST)).toBe('changed');
    expect((await consents.find(owner, 'notes'))?.id).toBe(consent.id);
  });

  it('not under an epoch that has passed, and none is read under another', async () => {
    const { accounts, consents } = bench.stores;
    const { owner } = await consented(bench.stores);
    await accounts.signOutEverything(owner.accountId);
    expect(await consents.write(owner, TERMS, FIRST)).toBe('signed-out');
    const now = { ...owner, epoch: 2 };
    expect([await consents.find(owner, 'notes'), await consents.find(now, 'notes')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await consents.list(now)).toEqual([]);
    expect(await consents.write(now, LESS, FIRST)).toBe('written');
    expect(await consents.find(now, 'notes')).toMatchObject(LESS);
  });

  it('giving less, narrow each living grant under them in the same step', async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const ids = [newGrantId(owner.accountId), newGrantId(owner.accountId)];
    for (const id of ids) expect((await consents.begin(id, appGrant(consent))).outcome).toBe('begun');
    expect(await consents.write(owner, LESS, narrowing(consent))).toBe('written');
    for (const id of ids) expect((await grants.read(id))?.payload).toMatchObject({ narrowed: true });
    const late = await consents.begin(newGrantId(owner.accountId), appGrant(consent));
    expect(late).toEqual({ outcome: 'refused' });
  });

  it('giving less while a grant begins: it is narrowed, or does not begin', async () => {
    const { consents, grants } = bench.stores;
    for (let round = 0; round < 30; round += 1) {
      const { owner, consent } = await consented(bench.stores);
      const id = newGrantId(owner.accountId);
      const narrow = async (): Promise<unknown> => {
        const read = await consents.find(owner, 'notes');
        const outcome = read && (await consents.write(owner, LESS, narrowing(read)));
        return outcome === 'changed' ? narrow() : outcome;
      };
      const [{ outcome }] = await Promise.all([consents.begin(id, appGrant(consent)), narrow()]);
      const payload = (await grants.read(id))?.payload;
      expect([outcome, payload]).toEqual(
        outcome === 'begun' ? ['begun', { scope: 'openid email', narrowed: true }] : ['refused', undefined],
      );
    }
  });
}

function describeGrantsOfApps(bench: Bench): void {
  it('once: an attacker who redeems the code again ends what it brought', async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const id = newGrantId(owner.accountId);
    expect(await consents.begin(id, appGrant(consent))).toMatchObject({
      outcome: 'begun',
      authority: { generation: 0, profile: expect.objectContaining({ name: 'Ada' }) },
    });
    expect(await grants.read(id)).toMatchObject({ payload: { scope: 'openid email' }, generation: 0 });
    expect(await consents.begin(id, appGrant(consent))).toEqual({ outcome: 'replay' });
    expect(await grants.read(id)).toBeUndefined();
    expect(await consents.begin(id, appGrant(consent))).toEqual({ outcome: 'replay' });
  });

  it('at once: one begins, and then it has ended', async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const id = newGrantId(owner.accountId);
    const begun = await times(16, () => consents.begin(id, appGrant(consent)));
    expect(begun.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
    expect(await grants.read(id)).toBeUndefined();
  });

  it('that end with their browser, or are not bound to it', async () => {
    const { browsers, consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const browser = newBrowser(owner.accountId, 1);
    const bound = appGrant(consent, { browser: browser.uid });
    expect(await consents.begin(newGrantId(owner.accountId), bound)).toEqual({ outcome: 'refused' });
    await browsers.insert(browser, { idle: 60_000, absolute: 60_000 });
    const [ends, stays] = [newGrantId(owner.accountId), newGrantId(owner.accountId)];
    await consents.begin(ends, bound);
    await consents.begin(stays, appGrant(consent));
    expect(await grants.authorize(ends, { generation: 0 })).toBeDefined();
    await browsers.end(browser.sessionId);
    expect(await grants.authorize(ends, { generation: 0 })).toBeUndefined();
    expect(await grants.authorize(stays, { generation: 0 })).toBeDefined();
  });

  it('not under an epoch that has passed, nor where nothing was allowed', async () => {
    const { accounts, consents } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const other = appGrant(consent, { clientId: 'reader' });
    expect(await consents.begin(newGrantId(owner.accountId), other)).toEqual({ outcome: 'refused' });
    await accounts.signOutEverything(owner.accountId);
    for (const epoch of [1, 2])
      expect(await consents.begin(newGrantId(owner.accountId, epoch), appGrant(consent))).toEqual({
        outcome: 'refused',
      });
  });

  it('and say when the app was last seen to act: with a token, noted at most once a minute', async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const id = newGrantId(owner.accountId);
    await consents.begin(id, appGrant(consent));
    const field = [bench.keyspace.of(owner.accountId).grants, parseGrantId(id)?.name ?? ''] as const;
    const kept = JSON.parse((await bench.redis.hget(...field)) ?? '') as Record<string, unknown>;
    await bench.redis.hset(...field, JSON.stringify({ ...kept, since: 1, used: 2 }));
    await bench.redis.hset(bench.keyspace.of(owner.accountId).consents, await consentUsedAt(owner, 1));
    expect((await consents.list(owner))[0]?.used).toBe(2);
    await grants.authorize(id, { generation: 0 });
    expect(Date.now() - ((await consents.list(owner))[0]?.used ?? 0)).toBeLessThan(10_000);
  });

  /** The consent, as if it had last been used then. */
  async function consentUsedAt({ accountId }: Owner, used: number): Promise<Record<string, string>> {
    const [[name, text] = ['', '{}']] = Object.entries(
      await bench.redis.hgetall(bench.keyspace.of(accountId).consents),
    );
    return { [name]: JSON.stringify({ ...(JSON.parse(text) as object), used }) };
  }

  it(`at most ${MAX_APP_GRANTS} for one app: the oldest ends`, async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    const ids = Array.from({ length: MAX_APP_GRANTS + 2 }, () => newGrantId(owner.accountId));
    for (const id of ids) await consents.begin(id, appGrant(consent));
    const active = await Promise.all(ids.map(async (id) => (await grants.read(id)) !== undefined));
    expect(active).toEqual(ids.map((_, index) => index >= 2));
  });
}

function describeEnding(bench: Bench): void {
  it('with every grant under them, once, and leave others alone', async () => {
    const { consents, grants } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    await consents.write(owner, { ...TERMS, clientId: 'reader' }, FIRST);
    const reader = await consents.find(owner, 'reader');
    const [one, two, its] = [1, 2, 3].map(() => newGrantId(owner.accountId)) as [string, string, string];
    for (const id of [one, two]) await consents.begin(id, appGrant(consent));
    if (reader) await consents.begin(its, appGrant(reader, { clientId: 'reader' }));
    const ended = await times(4, () => consents.end(owner, consent.id));
    expect(ended.filter((count) => count !== undefined)).toEqual([2]);
    expect(await Promise.all([one, two, its].map((id) => grants.read(id)))).toEqual([
      undefined,
      undefined,
      expect.anything(),
    ]);
    expect((await consents.list(owner)).map(({ clientId }) => clientId)).toEqual(['reader']);
    const fields = await bench.redis.hkeys(bench.keyspace.of(owner.accountId).grants);
    expect(fields).toEqual([parseGrantId(its)?.name]);
  });

  it('and let nothing begin that was under way, not after a new one either', async () => {
    const { consents } = bench.stores;
    const { owner, consent } = await consented(bench.stores);
    await consents.end(owner, consent.id);
    const late = () => consents.begin(newGrantId(owner.accountId), appGrant(consent));
    expect(await late()).toEqual({ outcome: 'refused' });
    await consents.write(owner, TERMS, FIRST);
    expect(await late()).toEqual({ outcome: 'refused' });
  });
}
