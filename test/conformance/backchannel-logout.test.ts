/** OpenID Connect Back-Channel Logout 1.0: a test for each MUST and SHOULD that concerns the provider, by section. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import { LogoutSweep } from '../../src/apps/logout-sweep.ts';
import { ReceiversByName } from '../../src/apps/receivers-by-name.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { type LogoutReceiver, reachNextTry } from '../support/logout-receiver.ts';
import { APP, LogoutWorld, sidOf } from '../support/logout-world.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let world: LogoutWorld<WholeServer>;
let server: WholeServer;
let receiver: LogoutReceiver;
let apps: LogoutWorld<WholeServer>['apps'];
beforeAll(async () => {
  world = await LogoutWorld.start(async (CLIENTS_FILE) => {
    const started = await startWholeServer({ CLIENTS_FILE });
    return { server: started, stores: started.stores };
  });
  ({ server, receiver, apps } = world);
});
afterAll(async () => {
  await server.close();
  await world.close();
});
afterEach(() => {
  receiver.heard.length = 0;
  receiver.answers = {};
});

describe('2.1 provider support', () => {
  it('2.1 discovery says that apps are told, and by session', async () => {
    const metadata = await (await request(`${server.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  it('2.1 SHOULD put `sid` into ID tokens: one for a browser and an app, the same at each refresh', async () => {
    const { pages, accountId } = await world.owner();
    const first = await world.signIn(pages, apps.notes, { scope: 'openid offline_access' });
    const again = await world.signIn(pages, apps.notes);
    const elsewhere = await world.signIn(await world.another(accountId), apps.notes);
    const other = await world.signIn(pages, apps.quiet);
    expect(sidOf(first)).toMatch(/^[\w-]{22}$/);
    expect(sidOf(again)).toBe(sidOf(first));
    expect(new Set([sidOf(first), sidOf(elsewhere), sidOf(other)]).size).toBe(3);
    const refreshed = await apps.notes.refresh(first.refresh_token ?? '');
    expect(sidOf(refreshed)).toBe(sidOf(first));
    const asked = await world.signIn(pages, apps.notes, { claims: '{"id_token":{"sid":null}}' });
    expect(sidOf(asked)).toBe(sidOf(first));
  });

  it('2.1 `sid` is for the app alone: neither userinfo nor introspection has it', async () => {
    const { pages } = await world.owner();
    const tokens = await world.signIn(pages, apps.notes);
    expect(await apps.notes.claimsOf(tokens.access_token)).not.toContain('sid');
    const form = new URLSearchParams({ token: tokens.access_token });
    const authorization = `Basic ${Buffer.from(`notes:${encodeURIComponent(APP.client_secret)}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await request(`${server.issuer}/token/introspection`, {
      method: 'POST',
      headers,
      body: form,
    });
    const said = (await answer.json()) as Record<string, unknown>;
    expect([said['active'], 'sid' in said]).toEqual([true, false]);
  });
});

describe('2.3 and 2.5 who is told', () => {
  it('2.5 every app that was signed in to in the browser, each by its own sid, and no other browser', async () => {
    const { pages, accountId } = await world.owner();
    const elsewhere = await world.another(accountId);
    const [notes, mail] = [await world.signIn(pages, apps.notes), await world.signIn(pages, apps.mail)];
    await world.signIn(pages, apps.quiet);
    const kept = await world.signIn(elsewhere, apps.notes);
    await world.signOut(pages);
    const [[toNotes], [toMail]] = [await receiver.taken('notes', 1), await receiver.taken('mail', 1)];
    expect(toNotes?.claims).toMatchObject({ aud: 'notes', sub: notes.claims()?.sub, sid: sidOf(notes) });
    expect(toMail?.claims).toMatchObject({ aud: 'mail', sub: mail.claims()?.sub, sid: sidOf(mail) });
    await world.signOut(elsewhere);
    expect((await receiver.taken('notes', 2))[1]?.claims.sid).toBe(sidOf(kept));
    expect(receiver.heard).toHaveLength(3);
  });

  it('2.5 access that stays while its owner is away does not keep the app from hearing of it', async () => {
    const { pages } = await world.owner();
    const tokens = await world.signIn(pages, apps.notes, { scope: 'openid offline_access' });
    await world.signOut(pages);
    expect((await receiver.taken('notes', 1))[0]?.claims.sid).toBe(sidOf(tokens));
    // 2.7: what was granted for offline access is not revoked.
    expect((await apps.notes.refresh(tokens.refresh_token ?? '')).access_token).toBeDefined();
  });

  it('2.5 at the app’s own sign-out (RP-Initiated Logout), once the owner says so', async () => {
    const { pages } = await world.owner();
    const tokens = await world.signIn(pages, apps.notes);
    const hint = { id_token_hint: tokens.id_token ?? '' };
    const page = await pages.get(`/sign-out/app?${new URLSearchParams(hint)}`);
    await pages.post('/sign-out/app/decide', { ...hint, csrf: page.field('csrf'), decision: 'sign-out' });
    expect((await receiver.taken('notes', 1))[0]?.claims.sid).toBe(sidOf(tokens));
  });

  it('2.4 MUST contain sub or sid: of an end of everything it is sub, or each sid where the app needs it', async () => {
    const { pages, accountId } = await world.owner();
    const elsewhere = await world.another(accountId);
    const sids = [await world.signIn(pages, apps.mail), await world.signIn(elsewhere, apps.mail)].map(sidOf);
    await world.signIn(pages, apps.notes);
    await world.stores.accounts.setStatus(accountId, 'disabled');
    const [toNotes] = await receiver.taken('notes', 1);
    expect([toNotes?.claims.sub, toNotes?.claims.sid]).toEqual([accountId, undefined]);
    const toMail = await receiver.taken('mail', 2);
    expect(toMail.map(({ claims }) => claims.sid).sort()).toEqual(sids.sort());
    expect(receiver.heard).toHaveLength(3);
  });

  it('2.5 where the account closes, before all that is kept of it goes', async () => {
    const { pages, accountId } = await world.owner();
    await world.signIn(pages, apps.notes);
    await world.stores.closings.ask({ accountId, epoch: 1 }, 0, { kind: 'closing-asked', by: 'owner' });
    const notes = { clientId: 'notes', uri: receiver.uri('notes'), needsSid: false };
    const receivers = new ReceiversByName(() => [notes], world.stores.appEnds);
    const sweep = new LogoutSweep({
      ends: world.stores.appEnds,
      names: world.stores.appEnds,
      queue: world.stores.noticeQueues,
      receivers: () => receivers.now,
      onDropped: () => undefined,
    });
    const told = { tellOf: async (id: string) => void (await sweep.sweepAccount(id)) };
    await new ClosingSweep(world.stores.closings, { add: async () => undefined }, told).sweep();
    expect(await world.stores.accounts.find(accountId)).toBeUndefined();
    expect((await receiver.taken('notes', 1))[0]?.claims.sub).toBe(accountId);
  });
});

describe('2.4 the logout token', () => {
  it('2.4 has what it MUST have, and MUST NOT have a nonce', async () => {
    const { pages } = await world.owner();
    for (const app of [apps.notes, apps.mail]) await world.signIn(pages, app);
    await world.signOut(pages);
    const all = [...(await receiver.taken('notes', 1)), ...(await receiver.taken('mail', 1))];
    for (const { claims } of all) {
      expect(claims).toMatchObject({ iss: server.issuer, events: { [EVENT]: {} } });
      expect(Object.keys(claims).sort()).toEqual(['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
      // SHOULD be good for two minutes at most.
      expect(Number(claims.exp) - Number(claims.iat)).toBe(120);
    }
    expect(new Set(all.map(({ claims }) => claims.jti)).size).toBe(2);
  });

  it('2.4 is signed as the app’s ID tokens are; SHOULD say its type', async () => {
    const { pages } = await world.owner();
    for (const app of [apps.notes, apps.mail]) await world.signIn(pages, app);
    await world.signOut(pages);
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
    for (const [app, alg] of [
      ['notes', 'RS256'],
      ['mail', 'ES256'],
    ] as const) {
      const [{ token = '', header = {} } = {}] = await receiver.taken(app, 1);
      expect(header).toMatchObject({ typ: 'logout+jwt', alg });
      const { payload } = await jwtVerify(token, keys, { issuer: server.issuer, audience: app });
      expect(payload.aud).toBe(app);
    }
  });
});

describe('2.5, 2.8 the request and its answer', () => {
  it('2.5 is a POST of logout_token as a form', async () => {
    const { pages } = await world.owner();
    await world.signIn(pages, apps.notes);
    await world.signOut(pages);
    const [request] = await receiver.taken('notes', 1);
    expect([request?.method, request?.type]).toEqual(['POST', 'application/x-www-form-urlencoded']);
  });

  it('2.8 SHOULD take 204 for 200; 400 is final', async () => {
    receiver.answers = { notes: 204, mail: 400 };
    const { pages } = await world.owner();
    for (const app of [apps.notes, apps.mail]) await world.signIn(pages, app);
    await world.signOut(pages);
    await Promise.all([receiver.asked('notes', 1), receiver.asked('mail', 1)]);
    for (const app of ['notes', 'mail'])
      await eventually('nothing left to send', async () => (await world.waiting(app)) === 0);
    expect(receiver.heard).toHaveLength(2);
  });

  it('2.5 an app that fails gets all of it later, once each, by a token of its own each time', async () => {
    receiver.answers = { notes: 503, mail: { status: 302, headers: { location: receiver.uri('quiet') } } };
    const owners = [await world.owner(), await world.owner(), await world.owner()];
    const sids: (string | undefined)[] = [];
    for (const { pages } of owners) {
      sids.push(sidOf(await world.signIn(pages, apps.notes)));
      await world.signIn(pages, apps.mail);
      await world.signOut(pages);
    }
    await Promise.all([receiver.asked('notes', 3), receiver.asked('mail', 3)]);
    const triesAgain = (app: string, isOver: () => boolean | Promise<boolean>) =>
      eventually(`further tries at ${app}`, async () => {
        await reachNextTry(world.stores, app, { alsoHeld: false });
        return isOver();
      });
    const asked = (app: string) => receiver.heard.filter((one) => one.app === app).length;
    await triesAgain('notes', () => asked('notes') >= 6);
    receiver.answers = {};
    for (const app of ['notes', 'mail']) await triesAgain(app, async () => (await world.waiting(app)) === 0);
    const taken = await receiver.taken('notes', 3);
    await receiver.taken('mail', 3);
    expect(taken.map(({ claims }) => claims.sid).sort()).toEqual(sids.sort());
    const all = receiver.heard.filter(({ app }) => app === 'notes');
    expect(new Set(all.map(({ claims }) => claims.jti)).size).toBe(all.length);
    expect(receiver.heard.filter(({ app }) => app === 'quiet')).toEqual([]);
  });

  it('2.8 an app that asks to be left alone is, and one that never answers holds up no other', async () => {
    receiver.answers = { notes: 'never', mail: { status: 503, headers: { 'retry-after': '7200' } } };
    const [first, second] = [await world.owner(), await world.owner()];
    await world.signIn(first.pages, apps.notes);
    await world.signIn(second.pages, apps.mail);
    for (const { pages } of [first, second]) await world.signOut(pages);
    await receiver.asked('notes', 1);
    await receiver.asked('mail', 1);
    const { due } = new Keyspace(world.stores.prefix).noticesOf(world.stores.appEnds.namesOf('mail')[0]);
    const waits = await eventually('the next try to be set', async () => {
      const [, at = '0'] = await world.stores.connection.redis.zrange(due, '0', '-1', 'WITHSCORES');
      return Number(at) - Date.now() > 3_600_000 && Number(at) - Date.now();
    });
    expect(waits).toBeLessThanOrEqual(7_200_000);
    receiver.answers = {};
    receiver.hangUp();
    for (const app of ['notes', 'mail']) await reachNextTry(world.stores, app);
    await Promise.all([receiver.taken('notes', 1), receiver.taken('mail', 1)]);
  });
});
