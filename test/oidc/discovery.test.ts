import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_GRANT } from '../support/device-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

type Metadata = Record<string, unknown>;

async function metadata(path: string): Promise<{ type: string | null; body: Metadata }> {
  const response = await fetch(protocol.issuer + path);
  return { type: response.headers.get('content-type'), body: (await response.json()) as Metadata };
}

describe('discovery (RFC 8414)', () => {
  it('says the same at both addresses, in JSON', async () => {
    const [one, other] = [await metadata(PATHS[0] ?? ''), await metadata(PATHS[1] ?? '')];
    expect(one).toEqual(other);
    expect(one.type).toMatch(/^application\/json/);
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

  it('leaves out lists with nothing in them', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    const empty = Object.entries(body).filter(([, value]) => Array.isArray(value) && value.length === 0);
    expect(empty).toEqual([]);
  });

  it('names no endpoint that is not served', async () => {
    const { body } = await metadata(PATHS[0] ?? '');
    for (const name of ['registration_endpoint', 'pushed_authorization_request_endpoint']) {
      expect([name, body[name]]).toEqual([name, undefined]);
    }
  });
});
