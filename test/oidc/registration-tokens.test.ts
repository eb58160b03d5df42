/** Clients that come with a token of the operator's: the tool that makes it, several servers, and a store that is down. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { InitialTokens } from '../../src/apps/initial-tokens.ts';
import { operator } from '../cli/operator-process.ts';
import { request } from '../support/http.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { type Answer, manage, RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const HOUR = 3_600_000;
const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let redis: TestRedis;
let server: WholeServer;
beforeAll(async () => {
  redis = await startStandaloneRedis();
  server = await startServer();
});
afterAll(async () => {
  await server?.close();
  await redis?.stop();
});

const startServer = (environment: Record<string, string> = {}) =>
  startWholeServer(
    {
      REDIS_URL: redis.url,
      REDIS_PREFIX: 'lk:',
      REGISTRATION: 'token',
      REGISTERED_CLIENTS: '6',
      REDIS_TIMEOUT_MS: '2000',
      SIGN_UP: 'open',
      ...environment,
    },
    [SECRET],
  );
const tool = (...args: string[]) => operator(server.environment, ...args, '--json');
const newToken = async (uses = 1) => {
  const issued = await new InitialTokens(server.stores.initialTokens).issue(
    { name: 'for the team', uses },
    HOUR,
  );
  if (!issued) throw new Error('no token');
  return issued;
};
const withToken = (token: string, metadata: object = { redirect_uris: [SITE] }) =>
  register(server, metadata, { authorization: `Bearer ${token}` });

function expectUnauthorized(
  { status, headers, body }: Answer,
  challenge = 'Bearer error="invalid_token"',
): void {
  expect([status, headers.get('www-authenticate'), body['error']]).toEqual([401, challenge, 'invalid_token']);
}

describe('registering with an initial access token (RFC 7591 section 3)', () => {
  it('is refused without one, and with one that is none', async () => {
    expectUnauthorized(await register(server), 'Bearer');
    for (const token of ['x', `0123456789ab.${'x'.repeat(43)}`, '__proto__', `${'x'.repeat(300)}`])
      expectUnauthorized(await withToken(token));
    const basic = await register(server, { redirect_uris: [SITE] }, { authorization: 'Basic eDp5' });
    expectUnauthorized(basic);
  });

  it('is good for as many clients as the operator says, and what is refused takes none of them', async () => {
    const { id, token } = await newToken(2);
    expect((await withToken(token, { redirect_uris: [] })).status).toBe(400);
    const left = async () => (await server.stores.initialTokens.list()).find((one) => one.id === id)?.left;
    expect(await left()).toBe(2);
    const made = await Promise.all(Array.from({ length: 5 }, () => withToken(token)));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 201, 401, 401, 401]);
    for (const one of made) if (one.status === 201) await manage(one, 'DELETE');
  });

  it('is not what manages a client, nor the other way round', async () => {
    const { token } = await newToken(2);
    const made = await withToken(token);
    expectUnauthorized(await manage(made, 'GET', undefined, token));
    expectUnauthorized(await withToken(String(made.body['registration_access_token'])));
    await manage(made, 'DELETE');
  });
});

describe('the operator', () => {
  it('makes a token that is shown once, and ends it; clients that came with it stay', async () => {
    const made = await tool('registration', 'create', '--uses', '9', '--name', 'for the team');
    const [id, token] = [String(made.json['id']), String(made.json['token'])];
    const app = await RegisteredApp.at(server, {}, client.None(), token);
    const listed = await tool('registration', 'list');
    const until = expect.stringMatching(/^\d{4}-/);
    expect(listed.json['tokens']).toContainEqual({ id, name: 'for the team', left: 8, until });
    expect(listed.stdout).not.toContain(token);
    expect((await tool('registration', 'end', id)).code).toBe(0);
    expect((await tool('registration', 'end', id)).code).toBe(3);
    expectUnauthorized(await withToken(token));
    expect((await manage(app.registered, 'GET')).status).toBe(200);
    await manage(app.registered, 'DELETE');
  });

  it('lists the clients that came, with what they say of themselves and no secret, and deletes one', async () => {
    const { id, token } = await newToken();
    const { pages } = await server.signUp();
    const app = await RegisteredApp.at(server, { client_name: 'Listed' }, client.None(), token);
    const { access_token: access } = await app.signIn(pages);
    const registered = ({ json }: Awaited<ReturnType<typeof tool>>) =>
      (json['clients'] as { origin: string }[]).filter(({ origin }) => origin === 'registered');
    const listed = await tool('clients', 'list');
    expect(registered(listed)).toEqual([
      expect.objectContaining({
        clientId: app.id,
        initialToken: id,
        metadata: expect.objectContaining({ client_name: 'Listed', redirect_uris: [SITE] }),
      }),
    ]);
    expect(listed.stdout).not.toContain(String(app.registered.body['registration_access_token']));
    expect((await operator(server.environment, 'clients', 'delete', app.id)).code).toBe(5);
    expect(await app.me(access, server)).toBe(200);
    expect((await tool('clients', 'delete', app.id, '--yes')).code).toBe(0);
    expect(await app.me(access, server)).toBe(401);
    const after = await tool('clients', 'list');
    expect(registered(after)).toEqual([]);
    const gone = { clientId: app.id, name: app.id, origin: 'gone', status: 'deleted', epoch: 1 };
    expect(after.json['clients']).toContainEqual(expect.objectContaining(gone));
  });

  it('hears what is wrong with a command, and gets no token that would admit no client', async () => {
    for (const args of [
      ['--uses', '0'],
      ['--uses', 'x'],
      ['--days', '1000'],
    ])
      expect((await tool('registration', 'create', ...args)).code).toBe(2);
    const closed = { ...server.environment, REGISTRATION: 'closed' };
    expect((await operator(closed, 'registration', 'create')).code).toBe(4);
  });
});

describe('several servers', () => {
  it('know a client of each other at once; one that starts later does, too, and where none may register any more', async () => {
    const { token } = await newToken();
    const app = await RegisteredApp.at(server, {}, client.None(), token);
    const other = await startServer({ REGISTRATION: 'closed', ISSUER: server.issuer });
    try {
      const { pages } = await server.signUp();
      const { refresh_token: refresh = '' } = await app.signIn(pages);
      const answer = await request(`http://127.0.0.1:${other.environment['PORT']}/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token: refresh }),
      });
      expect(answer.status).toBe(200);
      await manage(app.registered, 'DELETE');
      const after = await request(`http://127.0.0.1:${other.environment['PORT']}/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token: refresh }),
      });
      expect(((await after.json()) as { error: string }).error).toBe('invalid_client');
    } finally {
      await other.close();
    }
  });

  it('start anew with what was registered', async () => {
    const { token } = await newToken();
    const made = await withToken(token);
    const { environment } = server;
    await server.close();
    server = await startServer({ PORT: environment['PORT'] ?? '', ISSUER: environment['ISSUER'] ?? '' });
    expect((await manage(made, 'GET')).body['client_id']).toBe(made.body['client_id']);
    await manage(made, 'DELETE');
  });

  it('hold no more than may be, and say so; a place that is left is given again', async () => {
    const { token } = await newToken(20);
    const made = await Promise.all(Array.from({ length: 10 }, () => withToken(token)));
    const added = made.filter(({ status }) => status === 201);
    const refused = made.filter(({ status }) => status === 429);
    expect([added.length, refused.length]).toEqual([6, 4]);
    expect(refused[0]?.body).toMatchObject({ error: 'temporarily_unavailable' });
    expect(refused[0]?.headers.get('retry-after')).toBe('3600');
    if (added[0]) await manage(added[0], 'DELETE');
    expect((await withToken(token)).status).toBe(201);
  });
});

describe('while the store does not answer', () => {
  it('nothing is claimed: 503, and when to ask again', async () => {
    const { token } = await newToken();
    redis.pause();
    try {
      const made = { body: { registration_client_uri: `${server.issuer}/register/${'x'.repeat(22)}` } };
      for (const answer of [
        await withToken(token),
        await manage(made, 'GET', undefined, 'x'),
        await manage(made, 'DELETE', undefined, 'x'),
        await manage(made, 'PUT', { redirect_uris: [SITE] }, 'x'),
      ])
        expect([answer.status, answer.headers.has('retry-after'), answer.body['error']]).toEqual([
          503,
          true,
          'temporarily_unavailable',
        ]);
    } finally {
      redis.resume();
    }
  });
});
