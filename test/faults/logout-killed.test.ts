import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { reachNextTry } from '../support/logout-receiver.ts';
import { LogoutWorld, sidOf } from '../support/logout-world.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

let world: LogoutWorld<TestServer>;
let environment: Record<string, string>;
beforeAll(async () => {
  world = await LogoutWorld.start(async (CLIENTS_FILE) => {
    const prefix = `t${randomId()}:`;
    environment = { CLIENTS_FILE, REDIS_PREFIX: prefix };
    const server = await startServer(environment);
    const stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
    return { server, stores };
  });
});
afterAll(async () => {
  await world.stores.connection.close();
  await world.close();
});

describe('a server that is killed between a sign-out and the app', () => {
  it('leaves it to the next one: an app that fails before and after hears of each, once, by a token of its own', async () => {
    const { server, receiver, apps, stores } = world;
    const sids: (string | undefined)[] = [];
    const signOut = async () => {
      const { pages } = await world.owner();
      sids.push(sidOf(await world.signIn(pages, apps.notes)));
      expect((await world.signOut(pages)).status).toBe(303);
    };
    const triedBy = (count: number) =>
      eventually(`${count} requests to notes`, async () => {
        await reachNextTry(stores, 'notes', { alsoHeld: false });
        return receiver.heard.length >= count;
      });
    receiver.answers = { notes: 503 };
    for (let count = 0; count < 3; count += 1) await signOut();
    await triedBy(6);
    receiver.answers = { notes: 'never' };
    // Two are under way, one waits; the last is hardly written.
    await triedBy(8);
    await signOut();
    await server.stop('SIGKILL');
    const before = receiver.heard.length;
    receiver.answers = { notes: 503 };
    const next = await startServer({ ...environment, PORT: new URL(server.issuer).port });
    try {
      await reachHeld(stores);
      await triedBy(before + 4);
      receiver.answers = {};
      const taken = await eventually('all to be taken', async () => {
        await reachNextTry(stores, 'notes', { alsoHeld: false });
        const done = receiver.heard.filter(({ status }) => status === 200);
        return done.length >= 4 && (await world.waiting('notes')) === 0 ? done : undefined;
      });
      expect(taken.map(({ claims }) => claims.sid).sort()).toEqual(sids.sort());
    } finally {
      await next.stop();
    }
    // What a server that stops is sending is heard before it ends: there was nothing else.
    expect(receiver.heard.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(new Set(receiver.heard.map(({ claims }) => claims.jti)).size).toBe(receiver.heard.length);
    expect(await world.waiting('notes')).toBe(0);
  });
});

/** What the dead server holds is another's, as it is a minute later. */
const reachHeld = (stores: TestStores) => reachNextTry(stores, 'notes');
