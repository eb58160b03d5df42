/**
 * Every list of an account that grows with use has a bound. What its owner gave a key is never pushed out by another:
 * there the next is refused. Of all else what was unused longest leaves.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { MAX_APP_GRANTS } from '../../src/apps/consent-store.ts';
import { MAX_BROWSERS, MAX_DEVICES } from '../../src/limits/list-bounds.ts';
import { MAX_TRUSTED } from '../../src/mfa/trusted-browser-store.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { times } from '../redis/contract/bench.ts';
import { newGrantId } from '../redis/contract/grants.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { newBrowser, randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };

describe.each([
  ['one Redis', false],
  ['a Redis Cluster', true],
])('the lists of an account, on %s', (_name, cluster) => {
  let stores: TestStores;
  let keyspace: Keyspace;
  beforeAll(async () => {
    stores = await testStores({ cluster });
    keyspace = new Keyspace(stores.prefix);
  });
  const opened: TestStores[] = [];
  afterAll(async () => {
    await Promise.all([stores, ...opened].map(({ connection }) => connection.close()));
  });

  async function another(options: { maxDevices: number }): Promise<TestStores> {
    const more = await testStores({ cluster, ...options });
    opened.push(more);
    return more;
  }

  const insert = async ({ accountId, epoch }: Session) => {
    const browser = newBrowser(accountId, epoch);
    expect(await stores.browsers.insert(browser, TIMES)).toBe(true);
    return browser;
  };

  /** As if an entry had last been used so long ago. */
  async function age(key: string, field: string, name: 'seen' | 'last', by: number): Promise<void> {
    const { redis } = stores.connection;
    const entry = JSON.parse((await redis.hget(key, field)) ?? '{}') as Record<string, number>;
    await redis.hset(key, field, JSON.stringify({ ...entry, [name]: (entry[name] ?? 0) - by }));
  }

  it('signed-in browsers: of 100 the one unused longest is signed out for another, and the owner is told which', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const others: Awaited<ReturnType<typeof insert>>[] = [];
    for (let n = 1; n < MAX_BROWSERS; n += 1) others.push(await insert(browser));
    const [, oldest] = others;
    await age(keyspace.of(accountId).browsers, oldest?.uid ?? '', 'seen', 600_000);
    const newest = await insert(browser);
    const list = await stores.browsers.list(browser);
    expect(list).toHaveLength(MAX_BROWSERS);
    expect(await stores.browsers.resume(oldest?.sessionId ?? '')).toBeUndefined();
    for (const { sessionId } of [browser, newest])
      expect(await stores.browsers.resume(sessionId)).toBeDefined();
    const told = await stores.activity.list(accountId, { most: 5 });
    expect(told.map(({ event }) => event)).toMatchObject([
      {
        kind: 'signed-out',
        by: 'server',
        subject: { type: 'browser', id: oldest?.uid },
        details: { userAgent: 'test' },
      },
    ]);
    // It has ended as by a sign-out: nothing that is under way brings it back.
    expect(await stores.browsers.save({ ...browser, ...oldest })).toBe(false);
  });

  it('signed-in browsers: many that sign in at once never are more than 100', async () => {
    const { browser } = await signedInOwner(stores);
    await Promise.all(Array.from({ length: MAX_BROWSERS + 50 }, () => insert(browser)));
    expect(await stores.browsers.list(browser)).toHaveLength(MAX_BROWSERS);
  });

  it('signed-in browsers: one that is past its time leaves first, without a word', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    for (let n = 2; n < MAX_BROWSERS; n += 1) await insert(browser);
    const dead = await insert(browser);
    await age(keyspace.of(accountId).browsers, dead.uid, 'seen', TIMES.idle + 1);
    await insert(browser);
    expect(await stores.browsers.list(browser)).toHaveLength(MAX_BROWSERS);
    expect(await stores.activity.list(accountId, { most: 5 })).toEqual([]);
  });

  it('trusted browsers: of 100 the one unused longest leaves for another, and the owner is told', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const factor = randomId();
    const totp = {
      kind: 'totp',
      id: factor,
      createdAt: 0,
      name: 'app',
      seed: randomId(),
      lastStep: 0,
    } as const;
    const added = { kind: 'factor-added', by: 'owner' } as const;
    expect(await stores.factors.add(browser, totp, added)).toBe('added');
    const trust = (token: string) =>
      stores.trustedBrowsers.trust({ ...browser, factor }, token, { address: '', userAgent: '' }, 60_000, {
        kind: 'browser-trusted',
        by: 'owner',
      });
    const tokens = Array.from({ length: MAX_TRUSTED }, randomId);
    for (const token of tokens) expect(await trust(token)).toBe(true);
    const oldest = await stores.trustedBrowsers.nameOf(accountId, tokens[3] ?? '');
    await age(keyspace.of(accountId).trusted, oldest ?? '', 'last', 600_000);
    expect(await trust(randomId())).toBe(true);
    expect(await stores.trustedBrowsers.list(accountId)).toHaveLength(MAX_TRUSTED);
    expect(await stores.trustedBrowsers.nameOf(accountId, tokens[3] ?? '')).toBeUndefined();
    const kinds = (await stores.activity.list(accountId, { most: 2 })).map(({ event }) => event.kind);
    expect(kinds.toSorted()).toEqual(['browser-trust-ended', 'browser-trusted']);
  });

  const TIME = { lifetime: 600_000, waiting: 60_000 };
  const approve = (accountId: string) => {
    const id = newGrantId(accountId);
    return stores.grants.write(id, {}, TIME).then((outcome) => ({ id, outcome }));
  };
  async function link(accountId: string): Promise<string> {
    const { id, outcome } = await approve(accountId);
    expect(outcome).toBe('written');
    expect(await stores.grants.activate(id, { name: 'TV' })).toBeDefined();
    return id;
  }

  it('devices: at 500 the next is not linked, none of the others loses its key, and one that goes makes room', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const [first = '', ...others] = await times(MAX_DEVICES, () => link(accountId));
    expect((await approve(accountId)).outcome).toBe('full');
    expect(await stores.linkedDevices.list(browser)).toHaveLength(MAX_DEVICES);
    for (const id of [first, ...others]) expect(await stores.grants.read(id)).toBeDefined();
    expect(await stores.grants.end(first)).toBe(true);
    await link(accountId);
    expect((await approve(accountId)).outcome).toBe('full');
  });

  it('devices: of many approved at once at the last places just as many are, and each of these gets its key', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    await times(MAX_DEVICES - 5, () => link(accountId));
    const asked = await times(40, () => approve(accountId));
    const approved = asked.filter(({ outcome }) => outcome === 'written');
    expect(approved).toHaveLength(5);
    expect(asked.filter(({ outcome }) => outcome === 'full')).toHaveLength(35);
    for (const { id } of approved) expect(await stores.grants.activate(id, { name: 'TV' })).toBeDefined();
    expect(await stores.linkedDevices.list(browser)).toHaveLength(MAX_DEVICES);
  });

  it('devices: a code that its device never fetched, and one that ended by time, give their places back', async () => {
    const few = await another({ maxDevices: 2 });
    const { accountId } = await signedInOwner(few);
    const brief = newGrantId(accountId);
    expect(await few.grants.write(brief, {}, { lifetime: 600_000, waiting: 1 })).toBe('written');
    const ended = newGrantId(accountId);
    expect(await few.grants.write(ended, {}, { lifetime: 2, waiting: 60_000 })).toBe('written');
    expect(await few.grants.activate(ended, {})).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const two = [newGrantId(accountId), newGrantId(accountId)];
    for (const id of two) expect(await few.grants.write(id, {}, TIME)).toBe('written');
    expect(await few.grants.write(newGrantId(accountId), {}, TIME)).toBe('full');
    // An approval that is written again takes no second place.
    for (const id of two) expect(await few.grants.write(id, { again: true }, TIME)).toBe('written');
  });

  it('grants of apps: of 100 under one consent the oldest ends for another, for good; they take no device’s place', async () => {
    const few = await another({ maxDevices: 1 });
    const { accountId, browser } = await signedInOwner(few);
    const terms = { clientId: 'notes', granted: ['openid'], refused: [] };
    const change = { replaces: undefined, less: false, narrow: (payload: object) => ({ ...payload }) };
    expect(await few.consents.write(browser, terms, change)).toBe('written');
    const consent = await few.consents.find(browser, 'notes');
    const begin = (id: string) => {
      const { cut = '' } = consent ?? {};
      const lasting = { browser: undefined, session: browser.uid, lifetime: 60_000 };
      return few.consents.begin(id, { clientId: 'notes', cut, ...lasting, payload: {} });
    };
    const ids = Array.from({ length: MAX_APP_GRANTS + 1 }, () => newGrantId(accountId));
    for (const id of ids) expect((await begin(id)).outcome).toBe('begun');
    const alive = await Promise.all(ids.map((id) => few.grants.read(id)));
    expect(alive.map((one) => one !== undefined)).toEqual(ids.map((_, index) => index > 0));
    expect((await begin(ids[0] ?? '')).outcome).toBe('replay');
    expect(await few.grants.write(newGrantId(accountId), {}, TIME)).toBe('written');
    expect(await few.grants.write(newGrantId(accountId), {}, TIME)).toBe('full');
  });

  const ended = (accountId: string) => keyspace.of(accountId).ended;
  const endOne = async (accountId: string) => {
    const { id } = await approve(accountId);
    expect(await stores.grants.end(id)).toBe(true);
    return id;
  };
  async function endMany(accountId: string, hundreds: number): Promise<void> {
    for (let round = 0; round < hundreds; round += 1) await times(100, () => endOne(accountId));
  }
  /** As if so many had ended so long ago. */
  async function endedBefore(accountId: string, count: number, ago: number): Promise<void> {
    const at = Date.now() - ago;
    const fields = Object.fromEntries(Array.from({ length: count }, () => [randomId(), `${at} operation`]));
    await stores.connection.redis.hset(ended(accountId), fields);
  }

  it('what has ended: nothing late brings it back, however much ends after it; after an hour it is forgotten', async () => {
    const { accountId } = await signedInOwner(stores);
    const first = await endOne(accountId);
    await endedBefore(accountId, 2000, 3_600_001);
    await endMany(accountId, 10);
    expect(await stores.grants.write(first, {}, TIME)).toBe('refused');
    // A thousand and the first; each met eight others by chance, and took away the old ones among them.
    expect(await stores.connection.redis.hlen(ended(accountId))).toBeLessThan(1100);
  });

  it('what has ended: of more than 10,000 within the hour each is known for five minutes', async () => {
    const { accountId } = await signedInOwner(stores);
    const first = await endOne(accountId);
    await endedBefore(accountId, 12_000, 300_001);
    await endMany(accountId, 20);
    expect(await stores.connection.redis.hlen(ended(accountId))).toBeLessThan(10_200);
    expect(await stores.grants.write(first, {}, TIME)).toBe('refused');
  });

  it('what a sign-out of everything has ended: a thief who does it over and over leaves eight copies', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    let { uid: was, epoch } = browser;
    let copy = '';
    for (let round = 0; round < 20; round += 1) {
      copy = randomId();
      const becomes = newBrowser(accountId, epoch);
      const stays = { was, becomes, time: TIMES };
      expect(
        await stores.accounts.signOutEverything(accountId, undefined, { epoch, stays, copy }),
      ).toBeDefined();
      [was, epoch] = [becomes.uid, epoch + 1];
    }
    const prefix = `${keyspace.of(accountId).browsers}:ended:`;
    expect(Object.keys(await contentsUnder(stores.connection.redis, prefix))).toHaveLength(8);
    expect((await stores.ended.read(accountId, copy)).browsers).toHaveLength(1);
  });
});
