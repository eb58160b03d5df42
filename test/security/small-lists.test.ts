/** Lists of an account that are short: each has a bound, which many at once do not pass. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { MAX_MEMBERS } from '../../src/household/household.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { KnownBrowsers } from '../../src/sessions/known-browsers.ts';
import { times } from '../redis/contract/bench.ts';
import { newCode } from '../redis/contract/code-states.ts';
import { randomId, signedInOwner, TEST_SECRET, type TestStores, testStores } from '../support/test-stores.ts';

describe.each([
  ['one Redis', false],
  ['a Redis Cluster', true],
])('the short lists of an account, on %s', (_name, cluster) => {
  let stores: TestStores;
  let keyspace: Keyspace;
  beforeAll(async () => {
    stores = await testStores({ cluster });
    keyspace = new Keyspace(stores.prefix);
  });
  afterAll(() => stores.connection.close());

  it('members of the household: of 30 that are added at once 20 are, and the others are refused', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const event = { kind: 'household-profile-added', by: 'owner' } as const;
    const add = (index: number) =>
      stores.household.add(browser, { id: randomId(), name: `Member ${index}` }, MAX_MEMBERS, event);
    expect((await times(30, add)).filter((one) => one === 'written')).toHaveLength(20);
    expect(await stores.household.list(accountId)).toHaveLength(20);
  });

  it('codes that were entered: of 120 the 100 that live longest are denied by “It wasn’t me”', async () => {
    const { accountId } = await signedInOwner(stores);
    const codes = Array.from({ length: 120 }, (_, index) => newCode({ lifetime: 600_000 + index * 1000 }));
    await Promise.all(
      codes.map(async (code) => {
        expect((await stores.deviceCodes.create(code)).outcome).toBe('created');
        await stores.enteredCodes.record(accountId, code.userCode);
      }),
    );
    expect(await stores.connection.redis.zcard(keyspace.of(accountId).entered)).toBe(100);
    expect(await stores.enteredCodes.deny(accountId)).toBe(100);
    const states = await Promise.all(
      codes.map(async ({ deviceCode }) => (await stores.deviceCodes.find(deviceCode))?.state),
    );
    expect(states).toEqual(codes.map((_, index) => (index < 20 ? 'pending' : 'denied')));
  });

  it('session ids that a browser had: eight are known, and none of all that it had opens anything', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const ids = [browser.sessionId];
    for (let round = 0; round < 12; round += 1) {
      const sessionId = randomId();
      expect(await stores.browsers.save({ ...browser, sessionId })).toBe(true);
      ids.push(sessionId);
    }
    const text = await stores.connection.redis.hget(keyspace.of(accountId).browsers, browser.uid);
    const { former } = JSON.parse(text ?? '') as { former: string };
    expect(former.split(',').filter(Boolean)).toHaveLength(8);
    const found = await Promise.all(ids.map((id) => stores.browsers.resume(id)));
    expect(found.map((one) => one !== undefined)).toEqual(ids.map((_, index) => index === ids.length - 1));
  });

  it('requests to remove a second step: asked for again and again, one waits, and one entry is on the list', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const totp = { kind: 'totp', id: 'app', createdAt: 0, name: 'app', seed: 'x', lastStep: 0 } as const;
    await stores.factors.add(browser, totp, { kind: 'factor-added', by: 'owner' });
    const event = { kind: 'recovery-asked', by: 'stranger' } as const;
    const asked = [];
    for (let round = 0; round < 20; round += 1)
      asked.push(await stores.recoveries.ask(browser, { wait: 60_000, open: 60_000 }, event));
    expect(asked.filter((one) => one?.asked)).toHaveLength(1);
    const entries = await stores.connection.redis.zrange(keyspace.recoveries, '0', '-1');
    expect(entries.filter((entry) => entry.startsWith(accountId))).toHaveLength(1);
  });
});

describe('alerts that an owner is owed', () => {
  it('are one entry for each owner, however many events come and however often the mail fails', async () => {
    const stores = await testStores();
    const { accountId } = await signedInOwner(stores);
    await times(100, (index) =>
      stores.owedMails.owe(accountId, { urgency: index % 2 === 0 ? 'critical' : 'notify' }),
    );
    for (let failed = 0; failed < 5; failed += 1) {
      const taken = await stores.owedMails.take(['critical', 'notify', 'retry']);
      expect([taken?.receiver, taken?.tries]).toEqual([accountId, failed]);
      if (taken) await stores.owedMails.fail(taken, 0);
    }
    expect(await stores.owedMails.count()).toBe(1);
    await stores.connection.close();
  });
});

describe('the cookie by which a browser is known', () => {
  it('names the eight accounts that signed in last, and stays within the 4 KB of a cookie', () => {
    const known = new KnownBrowsers(new Keyring([TEST_SECRET]));
    const accounts = Array.from({ length: 12 }, () => randomId() as AccountId);
    let cookie: string | undefined;
    for (const account of accounts) cookie = known.remember(account, cookie);
    expect(accounts.map((account) => known.idFor(account, cookie) !== undefined)).toEqual(
      accounts.map((_, index) => index >= 4),
    );
    expect(cookie?.length).toBeLessThan(4096);
  });
});
