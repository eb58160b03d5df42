import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { API_CLIENTS, apiBasic, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, TEST_CLIENTS_FILE, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

type Line = Record<string, unknown>;

/** Acts at an API in its own name. */
const SERVICE = {
  ...API_CLIENTS[0],
  client_id: 'service',
  grant_types: ['client_credentials'],
  own_access: { [PHOTOS]: ['photos.read'] },
};

/** ASVS 16.3: every step that touches security leaves one line, whether owner, client or operator takes it. */
describe('the security log of a whole server', () => {
  let folder: string;
  let server: WholeServer;
  let owner: PageClient;
  let email: string;
  let device: DeviceClient;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-files-'));
    const clients = JSON.parse(readFileSync(TEST_CLIENTS_FILE, 'utf8')) as object[];
    const files = { clients: [...clients, ...API_CLIENTS, SERVICE], resources: TEST_RESOURCES };
    for (const [name, entries] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(entries));
    server = await startWholeServer({
      CLIENTS_FILE: join(folder, 'clients'),
      RESOURCES_FILE: join(folder, 'resources'),
      LIMIT_CLIENT_TOKENS: '1/10m 10m..10m',
    });
    // In the house of the device, so that a click links it.
    ({ email, pages: owner } = await server.signUp(server.visitor('127.0.0.1')));
    device = new DeviceClient(server.issuer, 'tv');
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const lines = () =>
    server
      .logged()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);

  /** What a step has added. */
  async function eventsOf(step: () => Promise<unknown>): Promise<Line[]> {
    const before = lines().length;
    await step();
    return lines()
      .slice(before)
      .filter(({ msg }) => msg === 'security');
  }

  async function expectEvents(names: string[], step: () => Promise<unknown>): Promise<Line[]> {
    const events = await eventsOf(step);
    expect(events.map(({ event }) => event)).toEqual(names);
    for (const event of events) expect(event['requestId']).toEqual(expect.any(String));
    return events;
  }

  async function link(more: Record<string, string> = {}) {
    const codes = codesOf(await device.authorize({ device_name: 'Kitchen', ...more }));
    const page = await owner.submit('/device', '/device', { user_code: codes.userCode });
    const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), decision: 'approve' };
    await owner.post('/device/confirm', fields);
    return { ...codes, tokens: tokensOf(await device.poll(codes.deviceCode)) };
  }

  it('tells of creating an account', () => {
    const names = lines().map(({ event }) => event);
    expect(names.filter(Boolean)).toEqual(['sign-up-begun', 'account-created', 'signed-in']);
  });

  it('tells of linking a device, step by step, under one name of the account and one of the device', async () => {
    const names = ['device-code-issued', 'user-code-accepted', 'device-approved', 'device-linked'];
    const [issued, accepted, approved, linked] = await expectEvents(names, link);
    expect(issued).toMatchObject({ client: 'tv', outcome: 'success' });
    expect(approved?.['account']).toBe(accepted?.['account']);
    expect(linked?.['account']).toBe(accepted?.['account']);
    expect(linked?.['device']).toEqual(expect.any(String));
  });

  it('tells of wrong codes, and of the limit that is met', async () => {
    const guess = () => owner.submit('/device', '/device', { user_code: 'BBBB-BBBB' });
    await expectEvents(['user-code-refused'], guess);
    for (let round = 0; round < 4; round += 1) await guess();
    const [met] = await expectEvents(['limit-met'], guess);
    expect(met).toMatchObject({ limit: 'CODE_ACCOUNT', outcome: 'refused', account: expect.any(String) });
  });

  it('tells of refreshing, replay, refusal and signing off', async () => {
    const other = await server.signUp(server.visitor('127.0.0.1'));
    owner = other.pages;
    const first = await link();
    const [refreshed] = await expectEvents(['token-refreshed'], async () => {
      const next = tokensOf(await device.refresh(first.tokens.refresh_token));
      await device.userinfo(next.access_token);
    });
    const [replayed] = await expectEvents(['device-replayed'], () =>
      device.refresh(first.tokens.refresh_token),
    );
    expect(replayed).toMatchObject({ level: 'warn', device: refreshed?.['device'] });
    await expectEvents(['token-refused'], () => device.refresh('made-up'));
    const second = await link();
    await expectEvents(['device-signed-off'], () => device.revoke(second.tokens.refresh_token));
    await expectEvents(['token-refused'], () => device.userinfo(second.tokens.access_token));
  });

  it('tells of deregistering under the name that the device had when it was linked', async () => {
    const linking = await eventsOf(link);
    const list = await owner.get('/account/devices');
    const [, path = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(list.text) ?? [];
    const [deregistered] = await expectEvents(['device-deregistered'], () =>
      owner.submit(`${path}/remove`, `${path}/remove`, {}),
    );
    expect(deregistered?.['device']).toBe(linking.at(-1)?.['device']);
    expect(deregistered?.['account']).toBe(linking.at(-1)?.['account']);
  });

  it('tells who asked for what is not theirs, of which device, and of a form without a signed-in browser', async () => {
    const linking = await eventsOf(link);
    const list = await owner.get('/account/devices');
    const [, path = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(list.text) ?? [];
    const { pages: stranger } = await server.signUp(server.visitor());
    const [asked] = await expectEvents(['access-refused'], () => stranger.get(path));
    expect(asked).toMatchObject({ level: 'warn', outcome: 'refused', reason: 'device' });
    expect(asked?.['device']).toBe(linking.at(-1)?.['device']);
    expect(asked?.['account']).toEqual(expect.any(String));
    expect(asked?.['account']).not.toBe(linking.at(-1)?.['account']);
    const visitor = server.visitor();
    const [posted] = await expectEvents(['access-refused'], () =>
      visitor.submit('/sign-in', `${path}/remove`, {}),
    );
    expect(posted).toMatchObject({ reason: 'signed-out' });
    expect(posted).not.toHaveProperty('account');
  });

  it('tells of clients that do not prove who they are, and of who may not introspect', async () => {
    const wrong = { authorization: `Basic ${btoa('api:wrong')}` };
    await expectEvents(['client-refused'], () => device.post('/token/introspection', { token: 'x' }, wrong));
    await expectEvents(['introspection-refused'], () =>
      device.post('/token/introspection', { token: 'x', client_id: 'tv' }),
    );
    await expectEvents([], () =>
      device.post('/token/introspection', { token: 'x' }, { authorization: API_BASIC }),
    );
  });

  it('tells of tokens that clients get in their own name, of too many, and of an API that asks about another’s', async () => {
    const service = new DeviceClient(server.issuer, 'service', apiBasic('service'));
    const ask = () => service.post('/token', { grant_type: 'client_credentials' });
    let token = '';
    const [issued] = await expectEvents(['token-issued'], async () => {
      token = String((await ask()).body['access_token']);
    });
    expect(issued).toMatchObject({ client: 'service' });
    expect(issued).not.toHaveProperty('account');
    const [refused] = await expectEvents(['limit-met'], ask);
    expect(refused).toMatchObject({ client: 'service', limit: 'CLIENT_TOKENS' });
    for (const [by, events] of [
      ['photos', []],
      ['prints', ['introspection-refused']],
    ] as const) {
      const authorization = apiBasic(by);
      await expectEvents([...events], () =>
        device.post('/token/introspection', { token }, { authorization }),
      );
    }
    expect(server.logged()).not.toContain(token);
  });

  it('tells of a client that asks about a token of another one, or would take it back', async () => {
    const { tokens } = await link();
    const hidden = { client: 'api', reason: 'token-of-another', outcome: 'refused' };
    const [asked] = await expectEvents(['introspection-refused'], () =>
      device.post('/token/introspection', { token: tokens.refresh_token }, { authorization: API_BASIC }),
    );
    expect(asked).toMatchObject(hidden);
    const { tokens: ofPhotos } = await link({ resource: PHOTOS });
    const [other] = await expectEvents(['introspection-refused'], () =>
      device.post('/token/introspection', { token: ofPhotos.access_token }, { authorization: API_BASIC }),
    );
    expect(other).toMatchObject(hidden);
    expect(other).not.toHaveProperty('account');
    const speaker = new DeviceClient(server.issuer, 'speaker');
    const [revoked] = await expectEvents(['token-refused'], () => speaker.revoke(tokens.access_token));
    expect(revoked).toMatchObject({ ...hidden, client: 'speaker' });
  });

  it('tells of wrong passwords under one name of the email, of forged forms, and of signing out', async () => {
    const visitor = server.visitor();
    const tries = () => visitor.submit('/sign-in', '/sign-in', { email, password: 'wrong' });
    const [one] = await expectEvents(['sign-in-refused'], tries);
    const [two] = await expectEvents(['sign-in-refused'], tries);
    expect([one?.['reason'], one?.['email']]).toEqual(['wrong', two?.['email']]);
    await expectEvents(['form-refused'], () => visitor.post('/sign-in', { email, password: PASSWORD }));
    await expectEvents(['signed-out'], () => owner.submit('/account', '/sign-out', {}));
  });

  it('says nothing of a poll that is merely to wait', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    await expectEvents([], async () => {
      for (let round = 0; round < 3; round += 1) await device.poll(deviceCode);
    });
  });

  it('names the request in what the store did not complete, on pages and at the protocol', async () => {
    const redis = await startStandaloneRedis();
    const own = await startWholeServer({ REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '3000' });
    const { pages } = await own.signUp();
    redis.pause();
    const page = await pages.get('/account');
    const answer = await new DeviceClient(own.issuer, 'tv').refresh(randomId());
    expect([page.status, answer.status]).toEqual([503, 503]);
    const told = own
      .logged()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    for (const { headers } of [page, { headers: Object.fromEntries(answer.headers) }]) {
      const requestId = headers['x-request-id'];
      expect(told).toContainEqual(
        expect.objectContaining({ requestId, event: 'store-unavailable', level: 'error' }),
      );
    }
    const [ofPage] = told.filter(({ msg }) => msg === 'unavailable');
    expect(ofPage).toMatchObject({
      error: { cause: { message: 'Command timed out' } },
      requestId: page.headers['x-request-id'],
    });
    redis.resume();
    await own.close();
    await redis.stop();
  });
});
