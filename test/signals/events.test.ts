import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import type { Session } from '../../src/accounts/session.ts';
import { EventSweep } from '../../src/notices/event-sweep.ts';
import { NoticeSweep } from '../../src/notices/notice-sweep.ts';
import { AccountKeys } from '../../src/redis/account-keys.ts';
import { SignalHearer } from '../../src/signals/signal-hearer.ts';
import { TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { LogoutWorld, sidOf } from '../support/logout-world.ts';
import type { WholeServer } from '../support/whole-server.ts';
import { receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const REVOKED = `${CAEP}session-revoked`;
const PURGED = `${RISC}account-purged`;
/** An app that hears of its own people. */
const APP = {
  redirect_uris: ['https://notes.example.com/signed-in'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
};

let world: SignalsWorld;
let server: WholeServer;
let apps: LogoutWorld<WholeServer>;
beforeAll(async () => {
  world = await signalsWorld((issuer) => [
    { client_id: 'tv', client_name: 'Telly' },
    { client_id: 'speaker', client_name: 'Boombox' },
    receiverClient(issuer, 'maker', { hears_of: ['tv'] }),
    receiverClient(issuer, 'revoked', { hears_of: ['tv'] }),
    receiverClient(issuer, 'rival', { hears_of: ['speaker'] }),
    receiverClient(issuer, 'notes', APP),
  ]);
  ({ server } = world);
  for (const client of ['maker', 'rival', 'notes'])
    expect((await world.call(client, 'POST', '/ssf/streams', {})).status).toBe(201);
  const asked = { events_requested: [REVOKED] };
  expect((await world.call('revoked', 'POST', '/ssf/streams', asked)).status).toBe(201);
});
afterAll(() => world.close());

async function link(browser: Session): Promise<{ revoke(): Promise<unknown> }> {
  const device = new DeviceClient(server.issuer);
  const codes = codesOf(await device.authorize());
  expect(await server.inside.linking.approve(codes.userCode, browser)).toBe('approved');
  const { refresh_token: token } = tokensOf(await device.poll(codes.deviceCode));
  return { revoke: () => device.revoke(token) };
}
const relies = async (client: string, accountId: string) =>
  (await server.stores.relyingClients.of(accountId)).includes(client);
/** As time would change it. @param field all of them, where none is named */
async function changeStored(
  accountId: string,
  key: 'account' | 'grants',
  field: string | undefined,
  changed: (text: string) => string,
): Promise<void> {
  const { connection, prefix } = server.stores;
  const name = new AccountKeys(prefix, accountId)[key];
  const stored = await connection.redis.hgetall(name);
  for (const [one, text] of Object.entries(stored))
    if (field === undefined || one === field) await connection.redis.hset(name, one, changed(text));
}
const userOf = (sub: string) => ({ format: 'iss_sub', iss: server.issuer, sub });
/** How many wait for a receiver that does not poll. */
const waitingFor = async (client: string) => {
  const [{ stream_id }] = (await world.call(client, 'GET', '/ssf/streams')).body;
  return server.stores.signalQueues.count(`ssf.${stream_id}`);
};

describe('a maker that hears of its devices', () => {
  it('hears that one signed itself off, and which, with nothing of its owner but an id', async () => {
    const owner = await server.owner('Rosa');
    await (await link(owner.browser)).revoke();
    const [event] = await world.events('maker', 1);
    const { accountId } = owner.browser;
    expect(event).toEqual({
      iss: server.issuer,
      aud: 'maker',
      iat: expect.any(Number),
      jti: expect.stringMatching(/./),
      txn: expect.stringMatching(/./),
      sub_id: {
        format: 'complex',
        user: userOf(accountId),
        device: { format: 'opaque', id: expect.stringMatching(/./) },
      },
      events: { [REVOKED]: { event_timestamp: expect.any(Number), initiating_entity: 'user' } },
    });
    expect(await world.events('revoked', 1)).toHaveLength(1);
  });

  it('hears once that everything of its owner has ended, though its devices are gone by then', async () => {
    const owner = await server.owner();
    await link(owner.browser);
    await link(owner.browser);
    await owner.submit('/account/security/compromised', '/account/security/compromised', {});
    const [event, ...more] = await world.events('maker', 1);
    expect(event?.sub_id).toEqual(userOf(owner.browser.accountId));
    expect(Object.keys(event?.events ?? {})).toEqual([REVOKED]);
    expect(more).toEqual([]);
    expect(await world.events('revoked', 1)).toHaveLength(1);
  });

  it('hears nothing of owners who have none of its devices', async () => {
    const [stranger, owner] = [await server.owner(), await server.owner()];
    await stranger.submit('/account/security/compromised', '/account/security/compromised', {});
    await link(owner.browser);
    await owner.submit('/account/security/compromised', '/account/security/compromised', {});
    const told = await world.events('maker', 1);
    expect(told.map(({ sub_id }) => sub_id)).toEqual([userOf(owner.browser.accountId)]);
    expect(await waitingFor('rival')).toBe(0);
    expect(await world.events('revoked', 1)).toHaveLength(1);
  });

  it('hears that an account is gone, where it has asked for that, and nothing after it', async () => {
    const owner = await server.owner();
    await link(owner.browser);
    const { accountId } = owner.browser;
    const { stores } = server;
    await stores.closings.ask({ accountId, epoch: 1 }, 0, { kind: 'closing-asked', by: 'owner' });
    const hearer = new SignalHearer({
      issuer: server.issuer,
      streams: stores.signalStreams,
      queue: stores.signalQueues,
      relying: stores.relyingClients,
      names: stores.appEnds,
      heardBy: async (client) => (['maker', 'revoked'].includes(client) ? [client, 'tv'] : [client]),
      onLate: () => undefined,
      onDropped: () => undefined,
    });
    const events = new EventSweep({
      events: stores.noticedEvents,
      hearers: [hearer],
      onLost: () => undefined,
    });
    const notices = new NoticeSweep(stores.appEnds, [events]);
    await new ClosingSweep(stores.closings, { add: async () => undefined }, notices).sweep();
    const [event] = await world.events('maker', 1);
    expect(event).toMatchObject({ sub_id: userOf(accountId), events: { [PURGED]: {} } });
    expect([await waitingFor('revoked'), await waitingFor('rival')]).toEqual([0, 0]);
  });
});

describe('a receiver that the operator has disabled', () => {
  it('hears nothing from then on, and is let in no more', async () => {
    const [{ stream_id: id }] = (await world.call('revoked', 'GET', '/ssf/streams')).body;
    await server.stores.clientStates.act('revoked', 'disable');
    const owner = await server.owner();
    await link(owner.browser);
    await owner.submit('/account/security/compromised', '/account/security/compromised', {});
    await world.events('maker', 1);
    expect(await server.stores.signalQueues.count(`ssf.${id}`)).toBe(0);
    expect((await world.call('revoked', 'GET', '/ssf/streams')).status).toBe(401);
  });
});

describe('an app that hears of its people', () => {
  beforeAll(async () => {
    apps = await LogoutWorld.start(async () => ({ server, stores: server.stores }));
  });
  afterAll(() => apps.close());

  it('hears which sign-in has ended with a browser, by the sid of its ID token, and of its removal', async () => {
    const notes = await TestApp.notes(server, 'notes');
    const { accountId, pages } = await apps.owner();
    const tokens = await apps.signIn(pages, notes);
    await apps.signOut(pages);
    const [ended] = await world.events('notes', 1);
    expect(ended?.sub_id).toEqual({
      format: 'complex',
      user: userOf(accountId),
      session: { format: 'opaque', id: sidOf(tokens) },
    });
    const again = await apps.another(accountId);
    await apps.signIn(again, notes);
    await again.submit('/account/security/compromised', '/account/security/compromised', {});
    const [everything] = await world.events('notes', 1);
    expect(everything?.sub_id).toEqual(userOf(accountId));
    expect(await waitingFor('maker')).toBe(0);
    expect(await relies('notes', accountId)).toBe(true);
    await changeStored(accountId, 'account', 'endedat', () => String(Date.now() - 3_600_001));
    expect(await relies('notes', accountId)).toBe(false);
  });
});

describe('a maker whose device has lost its access by time', () => {
  it('is told nothing more of its owner', async () => {
    const owner = await server.owner();
    await link(owner.browser);
    const { accountId } = owner.browser;
    expect(await relies('tv', accountId)).toBe(true);
    const over = (grant: string) => JSON.stringify({ ...JSON.parse(grant), exp: Date.now() - 1 });
    await changeStored(accountId, 'grants', undefined, over);
    expect(await relies('tv', accountId)).toBe(false);
  });
});
