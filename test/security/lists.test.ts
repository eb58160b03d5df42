/** Every list of an account that grows with use has a bound; at the bound what was unused longest leaves. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { MAX_BROWSERS } from '../../src/limits/list-bounds.ts';
import { MAX_TRUSTED } from '../../src/mfa/trusted-browser-store.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
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
  afterAll(() => stores.connection.close());

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
    await age(keyspace.browsers(accountId), oldest?.uid ?? '', 'seen', 600_000);
    const newest = await insert(browser);
    const list = await stores.browsers.list(browser);
    expect(list).toHaveLength(MAX_BROWSERS);
    expect(await stores.browsers.find(oldest?.sessionId ?? '')).toBeUndefined();
    for (const { sessionId } of [browser, newest])
      expect(await stores.browsers.find(sessionId)).toBeDefined();
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
    await age(keyspace.browsers(accountId), dead.uid, 'seen', TIMES.idle + 1);
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
    await age(keyspace.trusted(accountId), oldest ?? '', 'last', 600_000);
    expect(await trust(randomId())).toBe(true);
    expect(await stores.trustedBrowsers.list(accountId)).toHaveLength(MAX_TRUSTED);
    expect(await stores.trustedBrowsers.nameOf(accountId, tokens[3] ?? '')).toBeUndefined();
    const kinds = (await stores.activity.list(accountId, { most: 2 })).map(({ event }) => event.kind);
    expect(kinds.toSorted()).toEqual(['browser-trust-ended', 'browser-trusted']);
  });
});
