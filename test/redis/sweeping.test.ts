import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { newBrowser, randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

it('browsers and waiting grants that have ended do not pile up', async () => {
  const { accountId } = await signedInOwner(stores);
  const key = (name: string) => `${stores.prefix}{${accountId}}:${name}`;
  const brief = { idle: 60_000, absolute: 1 };
  for (let count = 0; count < 60; count += 1) {
    await stores.browsers.insert(newBrowser(accountId, 1), brief);
    const grantId = formatGrantId({ accountId, epoch: 1, name: randomId() });
    await stores.grants.write(grantId, {}, { lifetime: 60_000, waiting: 1 });
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  const { redis } = stores.connection;
  expect(await redis.hlen(key('browsers'))).toBeLessThan(15);
  expect(await redis.hlen(key('grants'))).toBeLessThan(15);
  expect(await redis.pttl(key('browsers'))).toBeGreaterThan(0);
});
