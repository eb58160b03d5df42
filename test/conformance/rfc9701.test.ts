/** RFC 9701, introspection answered by a JWT: a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { linkDevice } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const TYPE = 'application/token-introspection+jwt';
const [PHOTOS_API] = API_CLIENTS;
/** An API that wants another algorithm. */
const ELLIPTIC = { ...PHOTOS_API, client_id: 'elliptic', introspection_signed_response_alg: 'ES256' };

let protocol: TestProtocol;
let browser: Session;
let token: string;
beforeAll(async () => {
  const clients = [...TEST_CLIENTS, ...API_CLIENTS, ELLIPTIC];
  protocol = await testProtocol({ clients, resources: TEST_RESOURCES });
  ({ browser } = await signedInOwner(protocol.stores));
  ({ access_token: token } = (await linkDevice(protocol, browser)).tokens);
});
afterAll(() => protocol.close());

async function ask(asked: string, authorization = API_BASIC, accept = TYPE) {
  const response = await request(`${protocol.issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams({ token: asked }),
    headers: { authorization, accept },
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** As the API checks what it heard. */
async function verify(text: string, audience = 'api') {
  const keys = createRemoteJWKSet(new URL(`${protocol.issuer}/jwks`));
  return jwtVerify(text, keys, { issuer: protocol.issuer, audience, typ: 'token-introspection+jwt' });
}

describe('4 the request', () => {
  it('4 who asks for it by Accept hears a JWT; everybody else JSON, as before', async () => {
    for (const accept of [TYPE, `${TYPE}, application/json;q=0.5`, `application/json;q=0.1, ${TYPE}`])
      expect([accept, (await ask(token, API_BASIC, accept)).type]).toEqual([accept, TYPE]);
    for (const accept of [
      '*/*',
      'application/json',
      'application/*',
      `${TYPE};q=0`,
      `application/json, ${TYPE}`,
    ]) {
      const { type, text } = await ask(token, API_BASIC, accept);
      expect([accept, type]).toEqual([accept, 'application/json; charset=utf-8']);
      expect(JSON.parse(text)).toMatchObject({ active: true });
    }
  });

  it('4 who has not proved who they are gets none', async () => {
    const wrong = await ask(token, `Basic ${btoa('api:wrong')}`);
    expect([wrong.status, JSON.parse(wrong.text)]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
    const response = await request(`${protocol.issuer}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: 'tv' }),
      headers: { accept: TYPE },
    });
    expect(await response.text()).toBe('{"active":false}');
  });
});

describe('5 the answer', () => {
  it('5 MUST be of its own type, signed, by the issuer, for this API, and say when; the rest is as in JSON', async () => {
    const { text } = await ask(token);
    expect(decodeProtectedHeader(text)).toEqual({
      typ: 'token-introspection+jwt',
      alg: 'RS256',
      kid: expect.any(String),
    });
    const { payload } = await verify(text);
    const plain = JSON.parse((await ask(token, API_BASIC, '*/*')).text) as unknown;
    expect(payload).toEqual({
      iss: protocol.issuer,
      aud: 'api',
      iat: expect.any(Number),
      token_introspection: plain,
    });
    expect(Math.abs((payload.iat ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('5 SHOULD have no sub and no exp of its own: it is no access token', async () => {
    const { payload } = await verify((await ask(token)).text);
    expect([payload.sub, payload.exp]).toEqual([undefined, undefined]);
    const device = new DeviceClient(protocol.issuer);
    expect((await device.userinfo((await ask(token)).text)).status).toBe(401);
  });

  it('5 a token that is not active, or is for another API, MUST be told as inactive and no more', async () => {
    const device = new DeviceClient(protocol.issuer);
    const fields = { scope: 'openid photos.read', resource: PHOTOS };
    const { tokens } = await linkDevice(protocol, browser, device, fields);
    for (const asked of ['unknown', 'a.b.c', tokens.id_token ?? '', tokens.access_token]) {
      const { payload } = await verify((await ask(asked)).text);
      expect(payload['token_introspection']).toEqual({ active: false });
    }
    const { payload } = await verify((await ask(tokens.access_token, apiBasic('photos'))).text, 'photos');
    expect(payload).toMatchObject({ aud: 'photos', token_introspection: { active: true, aud: PHOTOS } });
  });
});

describe('6 and 7 what is registered and published', () => {
  it('6 an API may want another algorithm', async () => {
    const { text } = await ask(token, apiBasic('elliptic'));
    expect(decodeProtectedHeader(text).alg).toBe('ES256');
    await verify(text, 'elliptic');
  });

  it('6 one that is not served, none among them, stops the start', () => {
    for (const alg of ['none', 'HS256']) {
      const clients = JSON.stringify([{ ...PHOTOS_API, introspection_signed_response_alg: alg }]);
      expect(() => parseClients(clients)).toThrow(/photos: introspection_signed_response_alg/);
    }
  });

  it('7 discovery says which there are', async () => {
    const response = await request(`${protocol.issuer}/.well-known/oauth-authorization-server`);
    const metadata = (await response.json()) as Record<string, unknown>;
    expect(metadata['introspection_signing_alg_values_supported']).toEqual(['RS256', 'ES256']);
  });
});
