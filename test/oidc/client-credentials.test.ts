/** Clients that act in their own name, without an owner (RFC 6749 section 4.4): given by the operator, at APIs alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type Answer, API_BASIC, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { errorOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { API_CLIENTS, apiBasic, MUSIC, PHOTOS, PRINTS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';

const [SECRETED] = API_CLIENTS;
const service = (id: string, own_access: object) => ({
  ...SECRETED,
  client_id: id,
  grant_types: ['client_credentials'],
  own_access,
});
const BACKUP = service('backup', { [PHOTOS]: ['photos.read'], [MUSIC]: ['music.play'] });
const REPORTS = service('reports', { [PHOTOS]: ['photos.read', 'photos.write'] });
const CLIENTS = [...TEST_CLIENTS, ...API_CLIENTS, BACKUP, REPORTS];

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol({ clients: CLIENTS, resources: TEST_RESOURCES });
});
afterAll(() => protocol.close());

function ask(id: string, fields: Record<string, string> = {}, at = protocol): Promise<Answer> {
  const client = new DeviceClient(at.issuer, id, apiBasic(id));
  return client.post('/token', { grant_type: 'client_credentials', ...fields });
}

async function read(token: unknown, by: string, at = protocol): Promise<unknown> {
  const client = new DeviceClient(at.issuer, by, by === 'api' ? API_BASIC : apiBasic(by));
  return (await client.post('/token/introspection', { token: String(token) })).body;
}

describe('a client in its own name', () => {
  it('gets a token for an API that is given to it, which knows of no owner', async () => {
    const { status, headers, body } = await ask('backup', { resource: PHOTOS });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]{46}$/),
      expires_in: 600,
      token_type: 'Bearer',
      scope: 'photos.read',
    });
    expect(await read(body['access_token'], 'photos')).toEqual({
      active: true,
      aud: PHOTOS,
      client_id: 'backup',
      iss: protocol.issuer,
      exp: expect.any(Number),
      iat: expect.any(Number),
      scope: 'photos.read',
      token_type: 'Bearer',
    });
  });

  it('gets a JWT where the API takes such, in which it is its own subject (RFC 9068 section 2.2)', async () => {
    const { body } = await ask('backup', { resource: MUSIC });
    expect(body['expires_in']).toBe(300);
    const token = String(body['access_token']);
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt');
    expect(decodeJwt(token)).toEqual({
      iss: protocol.issuer,
      sub: 'backup',
      client_id: 'backup',
      aud: MUSIC,
      scope: 'music.play',
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    });
  });

  it('need not name the one API that it has; of several it names one', async () => {
    expect((await ask('reports')).body['scope']).toBe('photos.read photos.write');
    expect((await ask('reports', { scope: 'photos.write' })).body['scope']).toBe('photos.write');
    const several = await ask('backup');
    expect([several.status, errorOf(several)]).toEqual([400, 'invalid_target']);
  });

  it('gets nothing at another API, and no scope that was not given to it there', async () => {
    for (const resource of [PRINTS, 'https://elsewhere.example.com', '/x']) {
      const { status, body } = await ask('backup', { resource });
      expect([resource, status, body['error']]).toEqual([resource, 400, 'invalid_target']);
    }
    for (const scope of ['photos.write', 'photos.read photos.write', 'music.play', 'unheard.of']) {
      const { status, body } = await ask('backup', { resource: PHOTOS, scope });
      expect([scope, status, body['error']]).toEqual([scope, 400, 'invalid_scope']);
    }
  });

  it.each(['openid', 'profile', 'email', 'offline_access', 'household', 'voice_code'])(
    'never gets %s, which is an owner’s to give',
    async (scope) => {
      const { status, body } = await ask('reports', { scope: `photos.read ${scope}` });
      expect([status, body['error'], body['access_token']]).toEqual([400, 'invalid_scope', undefined]);
    },
  );

  it('gets no refresh token and no ID token, and its token opens nothing here', async () => {
    const { body } = await ask('reports');
    expect(body).not.toHaveProperty('refresh_token');
    expect(body).not.toHaveProperty('id_token');
    const token = String(body['access_token']);
    expect((await new DeviceClient(protocol.issuer).userinfo(token)).status).toBe(401);
    expect(await protocol.bearers.find({ token })).toBeUndefined();
  });

  it('proves who it is', async () => {
    const form = { grant_type: 'client_credentials', resource: PHOTOS };
    const plain = new DeviceClient(protocol.issuer);
    for (const fields of [
      { ...form, client_id: 'backup' },
      { ...form, client_id: 'backup', client_secret: 'x' },
    ]) {
      const answer = await plain.post('/token', fields);
      expect([answer.status, errorOf(answer)]).toEqual([401, 'invalid_client']);
    }
  });

  it('is refused where the operator has not given it the grant', async () => {
    const notes = new DeviceClient(protocol.issuer, 'notes', NOTES_BASIC);
    for (const [client, fields] of [
      [notes, {}],
      [new DeviceClient(protocol.issuer), { client_id: 'tv' }],
      [new DeviceClient(protocol.issuer, 'photos', apiBasic('photos')), {}],
    ] as const) {
      const answer = await client.post('/token', {
        grant_type: 'client_credentials',
        resource: PHOTOS,
        ...fields,
      });
      expect([client.clientId, answer.status, errorOf(answer)]).toEqual([
        client.clientId,
        400,
        'unauthorized_client',
      ]);
    }
  });
});

describe('a token of a client', () => {
  it('is read by its API and by itself; to every other one it is as one that never was', async () => {
    const { access_token: token } = (await ask('backup', { resource: PHOTOS })).body;
    for (const by of ['photos', 'backup']) expect(await read(token, by)).toMatchObject({ active: true });
    for (const by of ['prints', 'reports', 'api']) expect(await read(token, by)).toEqual({ active: false });
  });

  it('can be taken back by its client, and by no other', async () => {
    const { access_token: token } = (await ask('backup', { resource: PHOTOS })).body;
    for (const [by, isActive] of [
      ['reports', true],
      ['backup', false],
    ] as const) {
      const client = new DeviceClient(protocol.issuer, by, apiBasic(by));
      expect((await client.post('/token/revocation', { token: String(token) })).status).toBe(200);
      expect(await read(token, 'photos')).toMatchObject({ active: isActive });
    }
  });

  it('is dead when the operator takes from the client what it is for, and the server starts anew', async () => {
    const { access_token: token } = (await ask('reports')).body;
    const restarted = async (clients: object[]) => {
      const environment = { ISSUER: protocol.issuer };
      const other = await testProtocol({
        prefix: protocol.stores.prefix,
        clients,
        resources: TEST_RESOURCES,
        environment,
      });
      const client = new DeviceClient(other.address, 'photos', apiBasic('photos'));
      const { body } = await client.post('/token/introspection', { token: String(token) });
      await other.close();
      return body['active'];
    };
    const others = [...TEST_CLIENTS, ...API_CLIENTS, BACKUP];
    expect(await restarted([...others, REPORTS])).toBe(true);
    expect(await restarted([...others, service('reports', { [PHOTOS]: ['photos.read'] })])).toBe(false);
    expect(await restarted([...others, service('reports', { [PRINTS]: [] })])).toBe(false);
    expect(await restarted(others)).toBe(false);
  });

  it('takes room in the store, of which one client has so much and no more: others go on', async () => {
    const few = { free: 3, firstDelay: 10_000, highestDelay: 10_000, memory: 600_000 };
    const own = await testProtocol({
      clients: CLIENTS,
      resources: TEST_RESOURCES,
      limits: { CLIENT_TOKENS: few },
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('reports', {}, own)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(7);
    for (const { status, headers, body } of refused)
      expect([status, body['error'], headers.get('retry-after')]).toEqual([
        429,
        'temporarily_unavailable',
        expect.stringMatching(/^([1-9]|10)$/),
      ]);
    expect((await ask('backup', { resource: PHOTOS }, own)).status).toBe(200);
    // A JWT is not kept.
    for (let turn = 0; turn < 5; turn += 1)
      expect((await ask('backup', { resource: MUSIC }, own)).status).toBe(200);
    await own.close();
  });

  it('is forgotten when it ends', async () => {
    const { access_token: token } = (await ask('backup', { resource: PHOTOS })).body;
    await new StoredState(protocol.stores).forget('ClientCredentials', String(token));
    expect(await read(token, 'photos')).toEqual({ active: false });
  });
});

describe('the grant', () => {
  it('is in discovery where a client has it, and unsupported where none has', async () => {
    const grantsOf = async (at: TestProtocol) => {
      const response = await request(`${at.issuer}/.well-known/openid-configuration`);
      return ((await response.json()) as Record<string, string[]>)['grant_types_supported'];
    };
    expect(await grantsOf(protocol)).toContain('client_credentials');
    const without = await testProtocol({
      clients: [...TEST_CLIENTS, ...API_CLIENTS],
      resources: TEST_RESOURCES,
    });
    expect(await grantsOf(without)).not.toContain('client_credentials');
    expect(errorOf(await ask('photos', {}, without))).toBe('unsupported_grant_type');
    await without.close();
  });
});
