/** OAuth 2.0 Dynamic Client Registration (RFC 7591): a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { answerTo, RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open', REGISTERED_CLIENTS_PER_NETWORK: '1000' });
});
afterAll(() => server.close());

const REFUSED = (error: string) => ({ error, error_description: expect.stringMatching(/^[\x20-\x7e]+$/) });
const ascii = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

async function expectRefused(metadata: unknown, error = 'invalid_client_metadata'): Promise<void> {
  const answer = await register(server, metadata);
  expect([answer.status, answer.body]).toEqual([400, REFUSED(error)]);
  expect(String(answer.body['error_description'])).toMatch(ascii);
}

describe('RFC 7591, section 2: metadata', () => {
  it('what is unknown, or nothing that this server serves, is left out and no reason to refuse', async () => {
    const { status, body } = await register(server, {
      redirect_uris: [SITE],
      'logo_uri#ja': 'https://logo.example.com/',
      tls_client_auth_subject_dn: 'CN=x',
      software_statement: 'a.b.c',
      jwks: { keys: [] },
      jwks_uri: 'https://keys.example.com/',
      logo_uri: 'https://logo.example.com/',
      sector_identifier_uri: 'https://sector.example.com/',
      request_uris: ['https://request.example.com/'],
      __proto__x: 1,
    });
    expect(status).toBe(201);
    expect(Object.keys(body).sort()).toEqual([
      'application_type',
      'client_id',
      'client_id_issued_at',
      'client_name',
      'client_secret',
      'client_secret_expires_at',
      'grant_types',
      'redirect_uris',
      'registration_access_token',
      'registration_client_uri',
      'response_types',
      'token_endpoint_auth_method',
    ]);
  });

  it('without any, it is authorization_code, code and client_secret_basic', async () => {
    const { body } = await register(server);
    expect(body).toMatchObject({
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
  });

  it('an app with redirects MUST register where it has people sent back', async () => {
    await expectRefused({ client_name: 'Nowhere' }, 'invalid_redirect_uri');
    await expectRefused({ redirect_uris: [] }, 'invalid_redirect_uri');
  });

  it('the secret is of its own for each client, and a client without one gets none', async () => {
    const [one, other] = [await register(server), await register(server)];
    expect(one.body['client_secret']).not.toBe(other.body['client_secret']);
    const none = await register(server, { redirect_uris: [SITE], token_endpoint_auth_method: 'none' });
    expect([none.status, none.body['client_secret'], none.body['client_secret_expires_at']]).toEqual([
      201,
      undefined,
      undefined,
    ]);
  });

  it('2.1 grant types and response types are those that go together', async () => {
    await expectRefused({ redirect_uris: [SITE], grant_types: ['refresh_token'] });
    await expectRefused({ redirect_uris: [SITE], response_types: ['token'] });
    await expectRefused({ redirect_uris: [SITE], response_types: [] });
  });
});

describe('RFC 7591, section 3: the endpoint', () => {
  it('takes POST of JSON, and nothing else', async () => {
    for (const method of ['PUT', 'DELETE']) {
      const answer = await answerTo(`${server.issuer}/register`, method, {});
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const [body, headers] of [
      [`redirect_uris=${SITE}`, form],
      ['{"redirect_uris":', {}],
      ['["https://a.example"]', {}],
      ['null', {}],
      ['"text"', {}],
    ] as const) {
      const answer = await register(server, body, headers);
      expect([answer.status, answer.body]).toEqual([400, REFUSED('invalid_client_metadata')]);
    }
  });

  it('3.1 MUST be told in discovery by the name that clients look for', async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const told = (await (await request(`${server.issuer}/.well-known/${name}`)).json()) as object;
      expect(told).toMatchObject({ registration_endpoint: `${server.issuer}/register` });
    }
  });

  it('3.2.1 answers 201 with a client id that no other has, all that was registered, and no cache', async () => {
    const asked = {
      redirect_uris: [SITE, 'https://newcomer.example.com/other'],
      post_logout_redirect_uris: ['https://newcomer.example.com/out'],
      client_name: 'Newcomer',
      'client_name#ja': '新しい',
      client_uri: 'https://newcomer.example.com',
      policy_uri: 'https://newcomer.example.com/privacy',
      tos_uri: 'https://newcomer.example.com/terms',
      contacts: ['help@newcomer.example.com'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      software_id: 'newcomer',
      software_version: '1',
    };
    const { status, headers, body } = await register(server, asked);
    expect(status).toBe(201);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toMatchObject({ ...asked, client_secret_expires_at: 0 });
    expect(Math.abs(Number(body['client_id_issued_at']) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(body['client_id']).not.toBe((await register(server, asked)).body['client_id']);
  });

  it('3.2.2 says 400 with the standard’s own code, in ASCII that repeats nothing', async () => {
    for (const uri of [
      'http://newcomer.example.com/cb',
      'javascript:alert(1)',
      'data:text/html,x',
      'https://newcomer.example.com/cb#fragment',
      'https://*.example.com/cb',
      'https://user:word@newcomer.example.com/',
      'cursor://retrieval/cb',
      '/cb',
      `https://newcomer.example.com/${'x'.repeat(2000)}`,
    ])
      await expectRefused({ redirect_uris: [SITE, uri] }, 'invalid_redirect_uri');
    for (const changes of [
      { token_endpoint_auth_method: 'private_key_jwt' },
      { token_endpoint_auth_method: 'tls_client_auth' },
      { grant_types: ['authorization_code', 'client_credentials'] },
      { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] },
      { grant_types: ['authorization_code', 'implicit'] },
      { grant_types: 'authorization_code' },
      { backchannel_logout_uri: 'https://newcomer.example.com/logout' },
      { post_logout_redirect_uris: ['http://newcomer.example.com/out'] },
      { subject_type: 'pairwise' },
      { id_token_signed_response_alg: 'none' },
      { client_name: 7 },
      { client_name: 'x"\\\u00e9'.repeat(50) },
      { contacts: ['no address'] },
      { client_uri: 'javascript:alert(1)' },
      { policy_uri: 'http://newcomer.example.com/privacy' },
      { tos_uri: 'https://this.server@newcomer.example.com/terms' },
    ])
      await expectRefused({ redirect_uris: [SITE], ...changes });
  });

  it('5 a client MUST NOT do more than it is registered for', async () => {
    const app = await RegisteredApp.at(server, { grant_types: ['authorization_code'] });
    const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
    const device = await request(
      `${server.issuer}/device/auth`,
      form({ client_id: app.id, scope: 'openid' }),
    );
    expect(await device.json()).toMatchObject({ error: 'unauthorized_client' });
    for (const fields of [
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { grant_type: 'client_credentials' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
    ]) {
      const answer = await request(`${server.issuer}/token`, form({ ...fields, client_id: app.id }));
      expect(((await answer.json()) as { error: string }).error).toMatch(
        /^(unauthorized_client|unsupported_grant_type)$/,
      );
    }
    expect(await app.signIn((await server.signUp()).pages)).not.toHaveProperty('refresh_token');
  });
});
