/** What the operator does to a client while the server runs: what was given before is worth nothing, by either path. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { Agent, TestApp } from '../support/app.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { approvedCode, codesOf, errorOf, linkDevice } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic, MUSIC, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner, testStores } from '../support/test-stores.ts';
import { comparable, pollOf, TwoPaths } from '../support/two-paths.ts';

const SERVICE = {
  ...API_CLIENTS[0],
  client_id: 'service',
  grant_types: ['client_credentials'],
  own_access: { [PHOTOS]: ['photos.read'], [MUSIC]: ['music.play'] },
};

let protocol: TestProtocol;
let browser: Session;
beforeAll(async () => {
  const clients = [...TEST_CLIENTS, ...API_CLIENTS, SERVICE];
  protocol = await testProtocol({ clients, resources: TEST_RESOURCES });
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

const act = (clientId: string, what: 'disable' | 'enable' | 'end' | 'delete') =>
  protocol.stores.clientStates.act(clientId, what);

describe('the devices of a client that the operator has ended', () => {
  it('are refused wherever they ask, and their owner sees when they ended', async () => {
    const device = await linkDevice(protocol, browser);
    const [pending, approved] = [
      codesOf(await device.client.authorize()),
      await approvedCode(protocol, browser),
    ];
    await act('tv', 'end');
    const api = new DeviceClient(protocol.issuer, 'api', API_BASIC);
    const { access_token: token, refresh_token: refresh } = device.tokens;
    expect((await api.post('/token/introspection', { token })).body).toEqual({ active: false });
    expect(errorOf(await device.client.refresh(refresh))).toBe('invalid_grant');
    const userinfo = await request(`${protocol.issuer}/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(userinfo.status).toBe(401);
    expect(await protocol.bearers.find({ token })).toBeUndefined();
    expect(errorOf(await device.client.poll(pending.deviceCode))).toBe('expired_token');
    expect(errorOf(await device.client.poll(approved.deviceCode))).toBe('expired_token');
    expect(await protocol.linking.find(pending.userCode)).toBeUndefined();
    expect(await protocol.linking.approve(pending.userCode, browser)).toBe('gone');
    const [row] = await protocol.stores.linkedDevices.list(browser);
    expect(Math.abs((row?.endedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('are linked anew, and are a row that may act beside the one that may not', async () => {
    await linkDevice(protocol, browser);
    const rows = await protocol.stores.linkedDevices.list(browser);
    expect(rows.map(({ endedAt }) => endedAt === undefined).sort()).toEqual([false, true]);
  });
});

describe('an app that the operator has ended', () => {
  it('has nothing more, and its owner is asked again', async () => {
    const app = await TestApp.notes(protocol);
    const agent = new Agent(browser);
    const tokens = await app.signIn(agent, { scope: 'openid offline_access', prompt: 'consent' });
    const late = await app.begin();
    const answer = await app.authorize(agent, late);
    await act('notes', 'end');
    expect(await app.isActive(tokens.access_token)).toBe(false);
    await expect(app.refresh(String(tokens.refresh_token))).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(app.redeem(answer, late)).rejects.toMatchObject({ error: 'invalid_grant' });
    const [shown] = await protocol.appAccess.list(browser);
    expect(shown).toMatchObject({ name: expect.any(String), endedAt: expect.any(Number) });
    expect(
      await protocol.appAccess.narrow(browser, shown?.id ?? '', [], { address: '', userAgent: '' }),
    ).toBe(undefined);
    const { url } = await app.begin({ prompt: 'none' });
    expect((await agent.get(url)).location).toContain('error=consent_required');
    const again = await app.signIn(agent, { scope: 'openid offline_access', prompt: 'consent' });
    expect(await app.isActive(again.access_token)).toBe(true);
    expect((await protocol.appAccess.list(browser))[0]?.endedAt).toBeUndefined();
  });
});

describe('a client that acts in its own name', () => {
  const own = new (class {
    ask = (resource: string) =>
      new DeviceClient(protocol.issuer, 'service', apiBasic('service')).post('/token', {
        grant_type: 'client_credentials',
        resource,
      });
    read = async (token: unknown) => {
      const api = new DeviceClient(protocol.issuer, 'photos', apiBasic('photos'));
      return (await api.post('/token/introspection', { token: String(token) })).body['active'];
    };
  })();

  it('loses its tokens with its epoch, and is given none while it is disabled', async () => {
    const { body } = await own.ask(PHOTOS);
    expect(await own.read(body['access_token'])).toBe(true);
    await act('service', 'end');
    expect(await own.read(body['access_token'])).toBe(false);
    const anew = await own.ask(PHOTOS);
    expect(await own.read(anew.body['access_token'])).toBe(true);
    await act('service', 'disable');
    for (const resource of [PHOTOS, MUSIC]) expect(errorOf(await own.ask(resource))).toBe('invalid_client');
    await act('service', 'enable');
    expect(await own.read(anew.body['access_token'])).toBe(false);
    expect(errorOf(await own.ask(MUSIC))).toBeUndefined();
  });

  it('is given none, JWTs neither, where another server disabled it that this one has not heard of', async () => {
    const other = await testStores({ prefix: protocol.stores.prefix });
    await protocol.stores.clientStates.current();
    await other.clientStates.act('service', 'disable');
    for (const resource of [PHOTOS, MUSIC]) {
      expect(errorOf(await own.ask(resource))).toBe('invalid_client');
    }
    await other.connection.close();
  });
});

describe('a client that was deleted', () => {
  it('is unknown to every endpoint', async () => {
    const gone = new DeviceClient(protocol.issuer, 'speaker');
    expect((await gone.authorize()).status).toBe(200);
    await act('speaker', 'delete');
    expect(errorOf(await gone.authorize())).toBe('invalid_client');
    expect((await act('speaker', 'enable')).changed).toBe(false);
    expect(errorOf(await gone.authorize())).toBe('invalid_client');
  });
});

describe('a client of the file that is disabled', () => {
  const withReader = (more: object) =>
    parseClients(
      JSON.stringify(TEST_CLIENTS.map((one) => (one.client_id === 'reader' ? { ...one, ...more } : one))),
    );

  it('keeps no server from starting or from reading the file anew, and its faults are found as those of others', async () => {
    await act('reader', 'disable');
    const other = await testProtocol({ prefix: protocol.stores.prefix });
    await other.useClients(withReader({ client_name: 'Another reader' }));
    expect(errorOf(await new DeviceClient(other.issuer, 'reader').authorize())).toBe('invalid_client');
    await expect(other.useClients(withReader({ nonsense: 1 }))).rejects.toThrow(
      'reader: nonsense is nothing that this server knows',
    );
    await other.close();
  });
});

describe('the paths in front of the library', () => {
  let paths: TwoPaths;
  beforeAll(async () => {
    paths = await TwoPaths.open();
  });
  afterAll(() => paths.close());

  /** By both; what they answer is the same. */
  async function both(
    path: string,
    form: Record<string, string> | string,
    headers: Record<string, string> = {},
  ) {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    const fast = await paths.fastPath.post(path, body, headers);
    const around = await paths.around.post(path, body, headers);
    expect(comparable(fast)).toEqual(comparable(around));
    return JSON.parse(fast.body) as Record<string, unknown>;
  }

  it.each([
    ['end', 'expired_token', undefined],
    ['disable', 'invalid_client', 'invalid_client'],
  ] as const)('answer as the library does after %s', async (what, polled, asked) => {
    const { clientStates } = paths.protocol.stores;
    const { tokens } = await paths.device();
    const code = await paths.codeIn('pending');
    const introspect = { token: tokens.access_token };
    expect((await paths.fastPath.post('/token', pollOf(code))).body).toContain('authorization_pending');
    expect(await both('/token/introspection', introspect, { authorization: API_BASIC })).toMatchObject({
      active: true,
    });
    await clientStates.act('tv', what);
    expect((await both('/token', pollOf(code)))['error']).toBe(polled);
    expect(await both('/token/introspection', introspect, { authorization: API_BASIC })).toEqual({
      active: false,
    });
    const form = new URLSearchParams({ client_id: 'tv', scope: 'openid' }).toString();
    const answers = [
      await paths.fastPath.post('/device/auth', form),
      await paths.around.post('/device/auth', form),
    ];
    const errors = answers.map(({ body }) => (JSON.parse(body) as { error?: string }).error);
    expect(errors).toEqual([asked, asked]);
    await clientStates.act('tv', 'enable');
  });

  it('tell an API that was disabled nothing, also where this server has not heard of it', async () => {
    const { tokens } = await paths.device();
    const asApi = { authorization: API_BASIC };
    const other = await testStores({ prefix: paths.protocol.stores.prefix });
    await paths.protocol.stores.clientStates.current();
    await other.clientStates.act('api', 'disable');
    const told = await paths.fastPath.post(
      '/token/introspection',
      new URLSearchParams({ token: tokens.access_token }).toString(),
      asApi,
    );
    expect(JSON.parse(told.body)).not.toMatchObject({ active: true });
    expect(await both('/token/introspection', { token: tokens.access_token }, asApi)).toMatchObject({
      error: 'invalid_client',
    });
    await other.connection.close();
  });
});
