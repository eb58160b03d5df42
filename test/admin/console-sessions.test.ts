/** For how long an operator is signed in to the console. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleSessions } from '../../src/admin/console-sessions.ts';
import { type TestStores, testStores } from '../support/test-stores.ts';

const MINUTE = 60_000;
const BROWSER = { uid: 'a.b', epoch: 1 };

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** How long the record of a session is kept by the store. */
async function leftOf(id: string): Promise<number> {
  const key = `${stores.prefix}ConsoleSession:{${stores.records.nameOf('ConsoleSession', id)}}`;
  return stores.connection.redis.pttl(key);
}

describe('a session of the console', () => {
  it('ends after 15 minutes without use, and is kept as long again by each', async () => {
    const sessions = new ConsoleSessions(stores.records);
    const { id } = await sessions.begin(BROWSER);
    expect(await leftOf(id)).toBeGreaterThan(14 * MINUTE);
    expect(await leftOf(id)).toBeLessThanOrEqual(15 * MINUTE);
    await stores.records.extend('ConsoleSession', stores.records.nameOf('ConsoleSession', id), MINUTE);
    expect(await sessions.resume(id, BROWSER)).toMatchObject(BROWSER);
    expect(await leftOf(id)).toBeGreaterThan(14 * MINUTE);
  });

  it('ends after 8 hours, however much it is used', async () => {
    let now = Date.now();
    const sessions = new ConsoleSessions(stores.records, () => now);
    const { id } = await sessions.begin(BROWSER);
    now += 8 * 60 * MINUTE - MINUTE;
    expect(await sessions.resume(id, BROWSER)).toBeDefined();
    expect(await leftOf(id)).toBeLessThanOrEqual(MINUTE);
    const proved = await sessions.prove((await sessions.resume(id, BROWSER)) as never);
    expect([proved.id === id, await sessions.resume(id, BROWSER)]).toEqual([false, undefined]);
    now += MINUTE;
    expect(await sessions.resume(proved.id, BROWSER)).toBeUndefined();
  });

  it('is of one browser and one epoch, and gone once it was ended', async () => {
    const sessions = new ConsoleSessions(stores.records);
    const { id } = await sessions.begin(BROWSER);
    expect(await sessions.resume(id, { ...BROWSER, uid: 'a.c' })).toBeUndefined();
    expect(await sessions.resume(id, { ...BROWSER, epoch: 2 })).toBeUndefined();
    expect(await sessions.resume(`${id}x`, BROWSER)).toBeUndefined();
    await sessions.end(id);
    expect(await sessions.resume(id, BROWSER)).toBeUndefined();
  });
});
