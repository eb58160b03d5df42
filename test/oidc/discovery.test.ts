import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Provider from 'oidc-provider';
import { readConfig } from '../../src/config/config.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { linkDevice } from '../support/linked-device.ts';
import { API_CLIENTS, MUSIC, PHOTOS, PRINTS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

type Metadata = Record<string, unknown>;

async function metadata(path: string): Promise<{ type: string | null; body: Metadata }> {
  const response = await request(protocol.issuer + path);
  return { type: response.headers.get('content-type'), body: (await response.json()) as Metadata };
}

describe('discovery (RFC 8414)', () => {
  it('says the same at both addresses, byte for byte, in JSON', async () => {
    const [one, other] = await Promise.all(
      PATHS.map(async (path) => {
        const response = await request(protocol.issuer + path);
        const headers = [...response.headers].filter(([name]) => name !== 'date');
        return { headers, body: await response.text() };
      }),
    );
    expect(one).toEqual(other);
    expect(Object.fromEntries(one?.headers ?? [])['content-type']).toBe('application/json; charset=utf-8');
    const heads = await Promise.all(PATHS.map((path) => request(protocol.issuer + path, { method: 'HEAD' })));
    for (const { status, headers } of heads)
      expect([status, headers.get('content-length')]).toEqual([200, `${one?.body.length}`]);
  });

  it('names the issuer exactly as it is set, and every address below it', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    expect(body['issuer']).toBe(protocol.issuer);
    const addresses = Object.entries(body).filter(([, value]) => typeof value === 'string');
    for (const [name, value] of addresses) {
      expect([name, new URL(String(value)).origin]).toEqual([name, protocol.issuer]);
    }
    expect(body).toMatchObject({
      token_endpoint: `${protocol.issuer}/token`,
      device_authorization_endpoint: `${protocol.issuer}/device/auth`,
      userinfo_endpoint: `${protocol.issuer}/me`,
      jwks_uri: `${protocol.issuer}/jwks`,
      introspection_endpoint: `${protocol.issuer}/token/introspection`,
      revocation_endpoint: `${protocol.issuer}/token/revocation`,
    });
  });

  it('lists what is served, and nothing weaker', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    expect(body['grant_types_supported']).toEqual(expect.arrayContaining([DEVICE_GRANT, 'refresh_token']));
    for (const grant of ['implicit', 'password']) expect(body['grant_types_supported']).not.toContain(grant);
    expect(body['scopes_supported']).toEqual(
      expect.arrayContaining(['openid', 'offline_access', 'profile', 'email', 'household', 'voice_code']),
    );
    expect(body['id_token_signing_alg_values_supported']).toEqual(expect.arrayContaining(['RS256', 'ES256']));
    expect(body['dpop_signing_alg_values_supported']).toEqual(expect.arrayContaining(['ES256']));
    expect(body['code_challenge_methods_supported'] ?? ['S256']).toEqual(['S256']);
    expect(body['subject_types_supported']).toEqual(['public']);
    const algorithms = Object.entries(body).filter(([name]) => name.includes('_alg_values_'));
    for (const [name, values] of algorithms)
      expect([name, values]).not.toEqual([name, expect.arrayContaining(['none'])]);
  });

  it('says how clients prove who they are at each endpoint at which they do (RFC 8414 section 2)', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    const methods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
    expect(body['token_endpoint_auth_methods_supported']).toEqual(methods);
    // Without it, a device without a secret reads that it cannot revoke its tokens.
    expect(body['revocation_endpoint_auth_methods_supported']).toEqual(methods);
    // A client without a secret is told of no token.
    expect(body['introspection_endpoint_auth_methods_supported']).toEqual(methods.slice(1));
    const algorithms = body['token_endpoint_auth_signing_alg_values_supported'];
    expect(algorithms).toEqual(expect.arrayContaining(['RS256', 'ES256']));
    for (const endpoint of ['revocation', 'introspection'])
      expect(body[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(algorithms);
  });

  it('lists the prompts that are served, each of which the authorization endpoint takes', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    const prompts = body['prompt_values_supported'] as string[];
    expect(prompts).toEqual(['none', 'select_account', 'login', 'consent']);
    const app = await TestApp.notes(protocol);
    for (const prompt of [...prompts, 'create', 'unheard-of']) {
      const { location } = await new Agent().get((await app.begin({ prompt })).url);
      const error = URL.parse(location)?.searchParams.get('error') ?? undefined;
      const expected = prompt === 'none' ? 'login_required' : undefined;
      expect([prompt, error]).toEqual([prompt, prompts.includes(prompt) ? expected : 'invalid_request']);
    }
  });

  it('lists the claims that are told, and no others', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    const told = new Set<string>();
    const app = await TestApp.notes(protocol);
    const signedIn = await app.signIn(new Agent(browser), { scope: 'openid profile email' });
    for (const claim of Object.keys(signedIn.claims() ?? {})) told.add(claim);
    for (const claim of await app.claimsOf(signedIn.access_token)) told.add(claim);
    const device = new DeviceClient(protocol.issuer);
    const { tokens } = await linkDevice(protocol, browser, device, { scope: 'openid household' });
    const [linked] = await protocol.stores.linkedDevices.list(browser);
    const ben = { id: randomId(), name: 'Ben' };
    const given = { kind: 'device-assigned', by: 'owner' } as const;
    await protocol.stores.household.add(browser, ben, 9, given);
    await protocol.stores.linkedDevices.assign(browser, linked?.id ?? '', ben.id, given);
    for (const claim of Object.keys((await device.userinfo(tokens.access_token)).body)) told.add(claim);
    // Not a claim about a person: it is the app's own, given back.
    told.delete('nonce');
    const { body } = await metadata(PATHS[0] ?? '');
    expect([...(body['claims_supported'] as string[])].sort()).toEqual([...told].sort());
  });

  it('names the languages of the pages', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    expect(body['ui_locales_supported']).toEqual(['en', 'de', 'es']);
    const other = await testProtocol({ environment: { LANGUAGES: 'de, en' } });
    try {
      const said = (await (await request(`${other.issuer}${PATHS[1]}`)).json()) as Metadata;
      expect(said['ui_locales_supported']).toEqual(['de', 'en']);
    } finally {
      await other.close();
    }
  });

  it('names the policies that the operator has, and none that they have not', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    expect([body['op_policy_uri'], body['op_tos_uri']]).toEqual([undefined, undefined]);
    const [PRIVACY_URL, TERMS_URL] = ['https://www.example.org/privacy', 'https://www.example.org/terms?v=2'];
    const other = await testProtocol({ environment: { PRIVACY_URL, TERMS_URL } });
    const said = (await (await request(`${other.issuer}${PATHS[1]}`)).json()) as Metadata;
    expect([said['op_policy_uri'], said['op_tos_uri']]).toEqual([PRIVACY_URL, TERMS_URL]);
    await other.close();
    for (const odd of [
      'www.example.org/privacy',
      'http://www.example.org',
      'javascript:alert(1)',
      'https://',
    ])
      expect(() => readConfig({ PRIVACY_URL: odd })).toThrow(/PRIVACY_URL: begins with https:\/\//);
  });

  it('names the APIs of the resources file, and their scopes (RFC 9728 section 4), at both addresses', async () => {
    const { body: none } = await metadata(PATHS[0] ?? '');
    expect(none).not.toHaveProperty('protected_resources');
    const other = await testProtocol({
      clients: [...TEST_CLIENTS, ...API_CLIENTS],
      resources: TEST_RESOURCES,
    });
    const texts = await Promise.all(PATHS.map(async (path) => (await request(other.issuer + path)).text()));
    await other.close();
    expect(texts[0]).toBe(texts[1]);
    const said = JSON.parse(texts[0] ?? '') as Metadata;
    expect(said['protected_resources']).toEqual([PHOTOS, PRINTS, MUSIC]);
    const theirs = ['photos.read', 'photos.write', 'music.play'];
    expect(said['scopes_supported']).toEqual([...(none['scopes_supported'] as string[]), ...theirs]);
  });

  it('leaves out lists with nothing in them', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    const empty = Object.entries(body).filter(([, value]) => Array.isArray(value) && value.length === 0);
    expect(empty).toEqual([]);
  });

  it('names no endpoint that is not served', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    for (const name of ['registration_endpoint', 'backchannel_authentication_endpoint']) {
      expect([name, body[name]]).toEqual([name, undefined]);
    }
  });
});

describe('a client that is the address of a document (OAuth Client ID Metadata Document)', () => {
  it('is unknown, and discovery does not name the feature', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    expect(body).not.toHaveProperty('client_id_metadata_document_supported');
    const query = new URLSearchParams({
      client_id: 'https://client.example.com/metadata.json',
      redirect_uri: 'https://client.example.com/cb',
      response_type: 'code',
      scope: 'openid',
    });
    const answer = await request(`${protocol.issuer}/auth?${query}`, { redirect: 'manual' });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
  });

  it('is an experiment of the library: where this fails, decision 31 is to be taken anew', () => {
    const notice = jest.spyOn(console, 'info').mockImplementation(() => {});
    const features = { clientIdMetadataDocument: { enabled: true, ack: 'no version' } };
    expect(() => new Provider('https://id.example.com', { features })).toThrow('experimental feature');
    expect(notice.mock.calls.join()).toContain('Client ID Metadata Document');
    notice.mockRestore();
  });
});
