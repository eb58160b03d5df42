import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  it('leaves it to the next one: the app hears of each, once', async () => {
    const { server, receiver, apps, stores } = world;
    receiver.answers = { notes: 'never' };
    const sids: (string | undefined)[] = [];
    const signOut = async () => {
      const { pages } = await world.owner();
      sids.push(sidOf(await world.signIn(pages, apps.notes)));
      expect((await world.signOut(pages)).status).toBe(303);
    };
    for (let count = 0; count < 3; count += 1) await signOut();
    // Two are under way, one is queued; the last is hardly written.
    await receiver.asked('notes', 2);
    await signOut();
    await server.stop('SIGKILL');
    receiver.answers = {};
    const next = await startServer({ ...environment, PORT: new URL(server.issuer).port });
    try {
      await reachHeld(stores);
      const taken = await receiver.taken('notes', 4);
      expect(taken.map(({ claims }) => claims.sid).sort()).toEqual(sids.sort());
    } finally {
      await next.stop();
    }
    // What a server that stops is sending is heard before it ends: there was nothing else.
    expect(receiver.heard.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(await world.waiting('notes')).toBe(0);
  });
});

/** What the dead server holds is another's, as it is a minute later. */
const reachHeld = (stores: TestStores) => reachNextTry(stores, 'notes');
