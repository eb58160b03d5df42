/** OpenID Connect Discovery 1.0: a test for each MUST and SHOULD that concerns the provider, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { Agent, TestApp } from '../support/app.ts';
import { request as httpRequest } from '../support/http.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const PATH = '/.well-known/openid-configuration';

let server: WholeServer;
let protocol: TestProtocol;
let metadata: Record<string, unknown>;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
  protocol = await testProtocol();
  metadata = JSON.parse((await server.visitor().get(PATH)).text) as typeof metadata;
});
afterAll(async () => {
  await server.close();
  await protocol.close();
});

/** What the authorization endpoint answers to a request with these parameters. */
async function errorOf(parameters: Record<string, string>): Promise<string | null | undefined> {
  const app = await TestApp.notes(protocol);
  const { location } = await new Agent().get((await app.begin(parameters)).url);
  const { search, hash } = URL.parse(location) ?? { search: '', hash: '' };
  return new URLSearchParams(search || hash.slice(1)).get('error') ?? undefined;
}

describe('3 metadata', () => {
  it('3 REQUIRED: issuer, an https address without query and fragment, which the ID tokens have too', async () => {
    expect(metadata['issuer']).toBe(BEHIND_HTTPS.ISSUER);
    for (const odd of [`${BEHIND_HTTPS.ISSUER}?x`, `${BEHIND_HTTPS.ISSUER}#x`, 'http://link.example.net'])
      expect(() => readConfig({ NODE_ENV: 'production', ISSUER: odd })).toThrow(ConfigError);
    const { browser } = await signedInOwner(protocol.stores);
    const app = await TestApp.notes(protocol);
    const { id_token: idToken } = await app.signIn(new Agent(browser));
    const response = await httpRequest(protocol.issuer + PATH);
    expect(decodeJwt(idToken ?? '').iss).toBe(((await response.json()) as typeof metadata)['issuer']);
  });

  it('3 REQUIRED: the endpoints of authorization, tokens and keys, and RECOMMENDED: userinfo; all of them https', () => {
    expect(metadata).toMatchObject({
      authorization_endpoint: `${BEHIND_HTTPS.ISSUER}/auth`,
      token_endpoint: `${BEHIND_HTTPS.ISSUER}/token`,
      jwks_uri: `${BEHIND_HTTPS.ISSUER}/jwks`,
      userinfo_endpoint: `${BEHIND_HTTPS.ISSUER}/me`,
    });
    const endpoints = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    for (const [name, address] of endpoints)
      expect([name, new URL(String(address)).protocol]).toEqual([name, 'https:']);
  });

  it('3: jwks_uri leads to the keys that tokens are signed with, and MUST NOT to private or symmetric ones', async () => {
    const { keys } = (await (await httpRequest(`${protocol.issuer}/jwks`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key['use']).toBe('sig');
      expect(['RSA', 'EC']).toContain(key['kty']);
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(part);
    }
  });

  it('3 MUST: scopes_supported has openid', () => {
    expect(metadata['scopes_supported']).toContain('openid');
  });

  it('3 REQUIRED: response_types_supported, each of which is served and no other', async () => {
    expect(metadata['response_types_supported']).toEqual(['code']);
    expect(await errorOf({ response_type: 'code' })).toBeUndefined();
    for (const response_type of ['token', 'id_token', 'code id_token', 'id_token token', 'none'])
      expect([response_type, await errorOf({ response_type })]).toEqual([
        response_type,
        'unsupported_response_type',
      ]);
  });

  it('3: an app that wants an ID token by the browser alone, where none is registered so, hears at its address that there is none', async () => {
    const app = await TestApp.notes(protocol);
    const { url } = await app.begin({ response_type: 'id_token', response_mode: 'form_post' });
    const { text } = await new Agent().get(url);
    expect(text).toContain(app.redirectUri);
    expect(text).toContain('unsupported_response_type');
    expect(text).not.toContain('id_token"');
  });

  it('3: response_modes_supported and grant_types_supported are said, since what stands in for them is not served', () => {
    expect(metadata['response_modes_supported']).toEqual(['query', 'fragment', 'form_post']);
    expect(metadata['grant_types_supported']).not.toContain('implicit');
    expect(metadata['grant_types_supported']).toContain('authorization_code');
  });

  it('3: each response mode that is listed is served', async () => {
    for (const response_mode of metadata['response_modes_supported'] as string[])
      expect([response_mode, await errorOf({ response_mode })]).toEqual([response_mode, undefined]);
    expect(await errorOf({ response_mode: 'web_message' })).toBe('unsupported_response_mode');
  });

  it('3 REQUIRED: subject_types_supported', () => {
    expect(metadata['subject_types_supported']).toEqual(['public']);
  });

  it('3 REQUIRED: id_token_signing_alg_values_supported, MUST with RS256 and without none', () => {
    expect(metadata['id_token_signing_alg_values_supported']).toContain('RS256');
    expect(metadata['id_token_signing_alg_values_supported']).not.toContain('none');
  });

  it('3 SHOULD: keys of clients may be RS256, and MUST NOT be none, wherever they prove who they are', () => {
    for (const endpoint of ['token', 'revocation', 'introspection']) {
      const values = metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
      expect([endpoint, values]).toEqual([endpoint, expect.arrayContaining(['RS256'])]);
      expect(values).not.toContain('none');
    }
  });

  it('3: token_endpoint_auth_methods_supported is said, and has what stands in where a client names none', () => {
    expect(metadata['token_endpoint_auth_methods_supported']).toContain('client_secret_basic');
  });

  it('3: acr_values_supported are those that ID tokens say', () => {
    expect(metadata['acr_values_supported']).toEqual(['urn:latchkey:acr:1', 'urn:latchkey:acr:2']);
  });

  it('3 RECOMMENDED: claims_supported', () => {
    expect(metadata['claims_supported']).toEqual(
      expect.arrayContaining(['sub', 'iss', 'auth_time', 'acr', 'name', 'email', 'email_verified']),
    );
  });

  it('3: claims_parameter_supported, and the parameter is taken', async () => {
    expect(metadata['claims_parameter_supported']).toBe(true);
    expect(await errorOf({ claims: '{"id_token":{"email":null}}' })).toBeUndefined();
  });

  it('3: request_uri_parameter_supported is said to be false, since without a word it is true', async () => {
    expect(metadata['request_uri_parameter_supported']).toBe(false);
    expect(await errorOf({ request_uri: 'https://notes.example.com/r' })).toBe('request_uri_not_supported');
    expect(metadata['request_parameter_supported'] ?? false).toBe(false);
    expect(await errorOf({ request: 'x' })).toBe('request_not_supported');
  });

  it('3: op_policy_uri and op_tos_uri are the operator’s, where there are any', async () => {
    const environment = {
      PRIVACY_URL: 'https://example.org/privacy',
      TERMS_URL: 'https://example.org/terms',
    };
    const other = await testProtocol({ environment });
    expect(await (await httpRequest(other.issuer + PATH)).json()).toMatchObject({
      op_policy_uri: environment.PRIVACY_URL,
      op_tos_uri: environment.TERMS_URL,
    });
    await other.close();
  });

  it('3: an endpoint that is not served is not named', () => {
    for (const name of ['registration_endpoint', 'check_session_iframe'])
      expect(metadata).not.toHaveProperty(name);
  });
});

describe('4 obtaining the metadata', () => {
  it('4 MUST: a JSON document at the issuer’s address with the well-known path after it', async () => {
    const { status, headers, text } = await server.visitor().get(PATH);
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toMatchObject({ issuer: BEHIND_HTTPS.ISSUER });
  });

  it('4: the address of RFC 8414 says the same, byte for byte, with the same headers', async () => {
    const ask = async (path: string) => {
      const { status, headers, text } = await server.visitor().get(path);
      const { date: _date, 'x-request-id': _id, ...others } = headers;
      return { status, headers: others, text };
    };
    expect(await ask('/.well-known/oauth-authorization-server')).toEqual(await ask(PATH));
  });

  it('4.1 MUST: it is asked for by GET; by other methods there is nothing', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await server.visitor().send(method, PATH);
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, HEAD, OPTIONS']);
    }
  });

  it('4.2 MUST: several values are arrays, and what has none is left out', () => {
    const several = Object.entries(metadata).filter(
      // The others say yes or no.
      ([name]) => /_supported$/.test(name) && !/parameter|^backchannel_logout/.test(name),
    );
    for (const [name, value] of several)
      expect([name, Array.isArray(value) && value.length > 0]).toEqual([name, true]);
    for (const [name, value] of Object.entries(metadata)) expect([name, value]).not.toEqual([name, null]);
  });

  it('4.2: an error has the status of HTTP that fits it', async () => {
    const { status, text } = await server
      .visitor()
      .get('/.well-known/webfinger?resource=acct:ada@example.org');
    expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([404, 'not_found']);
  });

  it('4.3 MUST: the issuer is the address that was asked, whatever host the request names', async () => {
    for (const host of ['evil.example', 'link.example.net:8443']) {
      const { text } = await server.visitor().get(PATH, { host, 'x-forwarded-host': host });
      expect((JSON.parse(text) as typeof metadata)['issuer']).toBe(BEHIND_HTTPS.ISSUER);
    }
  });
});

describe('7 security considerations', () => {
  it('7.1 MUST: devices and apps speak TLS with a server in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production', ISSUER: 'http://link.example.org' })).toThrow(
      /ISSUER: production needs an https address/,
    );
  });

  it('7.1: pages of other sites may read the document, which holds nothing of anybody', async () => {
    const { headers } = await server.visitor().get(PATH, { origin: 'https://elsewhere.example' });
    expect(headers['access-control-allow-origin']).toBe('https://elsewhere.example');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['set-cookie']).toBeUndefined();
  });
});
