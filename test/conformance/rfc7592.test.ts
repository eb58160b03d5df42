/** Dynamic Client Registration Management (RFC 7592): a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { type Answer, answerTo, manage, RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open', REGISTERED_CLIENTS_PER_NETWORK: '1000' });
});
afterAll(() => server.close());

const REFUSED = (error: string) => ({ error, error_description: expect.stringMatching(/^[\x20-\x7e]+$/) });

describe('RFC 7592: what was registered', () => {
  const whole = ({ body }: Answer, changes: object = {}) => ({
    client_id: body['client_id'],
    redirect_uris: [SITE],
    ...changes,
  });

  it('3 MUST be told with the address and the token that manage it', async () => {
    const { body } = await register(server);
    expect(body['registration_client_uri']).toBe(`${server.issuer}/register/${body['client_id']}`);
    expect(String(body['registration_access_token'])).toMatch(/^[\w-]{43}$/);
  });

  it('2.1 is read with that token; what is kept of the secret cannot be said again', async () => {
    const made = await register(server, { redirect_uris: [SITE], client_name: 'Newcomer' });
    const { status, headers, body } = await manage(made, 'GET');
    const { client_secret: _, ...rest } = made.body;
    expect([status, body, headers.get('cache-control')]).toEqual([200, rest, 'no-store']);
  });

  it('2.1 MUST answer 401 to a token that is not its own, and to an id that is none', async () => {
    const [one, other] = [await register(server), await register(server)];
    const unknown = {
      body: { ...one.body, registration_client_uri: `${server.issuer}/register/${'x'.repeat(22)}` },
    };
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const metadata = method === 'PUT' ? whole(one) : undefined;
      const token = String(other.body['registration_access_token']);
      for (const answer of [
        await manage(one, method, metadata, token),
        await manage(unknown, method, metadata),
      ])
        expect([answer.status, answer.body['error'], answer.headers.get('www-authenticate')]).toEqual([
          401,
          'invalid_token',
          'Bearer error="invalid_token"',
        ]);
    }
    const bare = await answerTo(String(one.body['registration_client_uri']), 'GET', undefined);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await manage(one, 'GET')).status).toBe(200);
  });

  it('2.2 is replaced as a whole: what is left out, null or empty is deleted', async () => {
    const made = await register(server, {
      redirect_uris: [SITE],
      client_name: 'Newcomer',
      client_uri: 'https://newcomer.example.com',
      contacts: ['help@newcomer.example.com'],
      software_id: 'newcomer',
    });
    const changed = await manage(
      made,
      'PUT',
      whole(made, { client_name: 'Renamed', contacts: null, software_id: '' }),
    );
    expect([changed.status, changed.body['client_name'], changed.body['client_id']]).toEqual([
      200,
      'Renamed',
      made.body['client_id'],
    ]);
    for (const name of ['client_uri', 'contacts', 'software_id'])
      expect(changed.body).not.toHaveProperty(name);
    const { registration_access_token: _, ...kept } = changed.body;
    expect((await manage(changed, 'GET')).body).toMatchObject(kept);
  });

  it('2.2 MUST NOT take what only the server says, another client’s id, or a secret that is not its own', async () => {
    const made = await register(server);
    for (const changes of [
      { registration_access_token: 'x' },
      { registration_client_uri: 'https://x.example' },
      { client_secret_expires_at: 0 },
      { client_id_issued_at: 1 },
      { client_id: 'notes' },
      { client_id: undefined },
      { client_secret: 'another secret than the one it was given' },
    ]) {
      const answer = await manage(made, 'PUT', whole(made, changes));
      expect([answer.status, answer.body]).toEqual([400, REFUSED('invalid_request')]);
    }
    const { client_secret } = made.body;
    expect((await manage(made, 'PUT', whole(made, { client_secret }))).status).toBe(200);
  });

  it('2.2 what is not valid is refused and changes nothing', async () => {
    const made = await register(server);
    const answer = await manage(made, 'PUT', whole(made, { redirect_uris: ['javascript:alert(1)'] }));
    expect([answer.status, answer.body]).toEqual([400, REFUSED('invalid_redirect_uri')]);
    expect((await manage(made, 'GET')).body['redirect_uris']).toEqual([SITE]);
  });

  it('2.2 a new token comes with a change; the former one is good until the new one was used for the next', async () => {
    const made = await register(server);
    const lost = await manage(made, 'PUT', whole(made));
    const again = await manage(made, 'PUT', whole(made));
    expect(again.status).toBe(200);
    expect((await manage(lost, 'GET')).status).toBe(401);
    expect((await manage(made, 'GET')).status).toBe(200);
    const next = await manage(again, 'PUT', whole(made));
    expect([(await manage(made, 'GET')).status, (await manage(next, 'GET')).status]).toEqual([401, 200]);
  });

  it('2.2 the secret changes with the method: one that needs none has none, one that needs it gets a new one', async () => {
    const made = await register(server);
    const open = await manage(made, 'PUT', whole(made, { token_endpoint_auth_method: 'none' }));
    expect(open.body).not.toHaveProperty('client_secret_expires_at');
    const closed = await manage(open, 'PUT', whole(made));
    expect(closed.body).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 });
    expect(closed.body['client_secret']).not.toBe(made.body['client_secret']);
  });

  it('2.3 is removed with 204: id, secret and token work no more, and SHOULD end what was given at once', async () => {
    const { pages } = await server.signUp();
    const auth = client.ClientSecretBasic();
    const app = await RegisteredApp.at(server, { token_endpoint_auth_method: 'client_secret_basic' }, auth);
    const tokens = await app.signIn(pages);
    const waiting = await app.consentPage(pages);
    expect([await app.me(tokens.access_token, server)]).toEqual([200]);
    const removed = await manage(app.registered, 'DELETE');
    expect([removed.status, removed.body]).toEqual([204, {}]);
    expect(await app.me(tokens.access_token, server)).toBe(401);
    await expect(app.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ status: 401 });
    expect((await manage(app.registered, 'GET')).status).toBe(401);
    expect((await pages.get((await app.begin()).url.href.slice(server.issuer.length))).status).toBe(400);
    // A page that was open meanwhile leads nowhere.
    const { action, page } = waiting;
    const answer = await pages.send(
      'POST',
      action,
      new URLSearchParams({ csrf: page.field('csrf'), decision: 'allow' }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' },
    );
    expect([answer.status, answer.location]).toEqual([400, '']);
  });

  it('2 other methods are refused by name', async () => {
    const { body } = await register(server);
    const answer = await answerTo(String(body['registration_client_uri']), 'POST', {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE']);
  });
});
