/**
 * RFC 8628, sections 3 to 6: what the standard asks of an authorization server, as a device meets it on the wire: here
 * the request for a code (3.1 to 3.3, 4), the rest in the files beside this one. What it asks of the pages (3.3, 3.3.1,
 * 5.1, 5.4) is in the tests of the pages; what it asks of a device, in those of the demonstration device.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { normalizeUserCode } from '../../src/devices/user-code.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf, errorOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { CONFIDENTIAL, KIOSK_BASIC } from './confidential-device.ts';

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;

beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, CONFIDENTIAL] });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

/** A form as it is, for what a well-behaved device never sends. */
async function postRaw(path: string, form: string, type = 'application/x-www-form-urlencoded') {
  const headers = { 'content-type': type };
  const response = await request(`${protocol.issuer}${path}`, { method: 'POST', body: form, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('3.1 device authorization request', () => {
  it('3.1 MUST: a public client names itself by client_id', async () => {
    const answer = await device.post('/device/auth', { client_id: 'tv', scope: 'openid' });
    expect(answer.status).toBe(200);
    const nameless = await device.post('/device/auth', { scope: 'openid' });
    expect([nameless.status, errorOf(nameless)]).toEqual([400, 'invalid_request']);
  });

  it('3.1: without a scope the request fails as RFC 6749 section 3.3 says, since there is none by default', async () => {
    const answer = await device.post('/device/auth', { client_id: 'tv' });
    expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_scope']);
  });

  it('3.1 MUST: a client with credentials authenticates here as at the token endpoint', async () => {
    const bare = await device.post('/device/auth', { client_id: 'kiosk' });
    expect([bare.status, errorOf(bare)]).toEqual([401, 'invalid_client']);
    const proven = await device.post('/device/auth', { scope: 'openid' }, { authorization: KIOSK_BASIC });
    expect(proven.status).toBe(200);
    const stranger = await device.post('/device/auth', { client_id: 'nobody' });
    expect([stranger.status, errorOf(stranger)]).toEqual([401, 'invalid_client']);
  });

  it('3.1 MUST: a request parameter without a value counts as omitted', async () => {
    const answer = await device.authorize({ nonce: '', device_name: '', max_age: '' });
    expect(answer.status).toBe(200);
    expect(errorOf(await device.authorize({ scope: '' }))).toBe('invalid_scope');
    const nameless = await device.authorize({ client_id: '' });
    expect([nameless.status, errorOf(nameless)]).toEqual([400, 'invalid_request']);
  });

  it('3.1 MUST: an unrecognized request parameter is ignored', async () => {
    const answer = await device.authorize({ colour: 'green', __proto__x: '1', constructor: 'x' });
    expect(answer.status).toBe(200);
  });

  it('3.1 MUST: a request parameter that comes twice is refused', async () => {
    for (const form of ['client_id=tv&scope=openid&scope=openid', 'client_id=tv&client_id=tv']) {
      const answer = await postRaw('/device/auth', form);
      expect([form, answer.status, answer.body['error']]).toEqual([form, 400, 'invalid_request']);
    }
  });

  it('3.1 MUST: the request is a form', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const answer = await postRaw('/device/auth', '{"client_id":"tv"}', type);
      expect([type, answer.status, answer.body['error']]).toEqual([type, 400, 'invalid_request']);
    }
  });

  it('3.1 MUST: devices speak TLS with a server in production, whose every address begins with its issuer', () => {
    expect(() => readConfig({ NODE_ENV: 'production', ISSUER: 'http://link.example.org' })).toThrow(
      ConfigError,
    );
    expect(() => readConfig({ NODE_ENV: 'production', ISSUER: 'http://link.example.org' })).toThrow(
      /ISSUER: production needs an https address/,
    );
  });
});

describe('3.2 device authorization response', () => {
  it('3.2 REQUIRED: device_code, user_code, verification_uri and expires_in, in JSON that no cache keeps', async () => {
    const { status, headers, body } = await device.authorize();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      device_code: expect.any(String),
      user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verification_uri: `${protocol.issuer}/device`,
      verification_uri_complete: `${protocol.issuer}/device?user_code=${String(body['user_code'])}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('3.2: the codes are unique, among many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => device.authorize()));
    expect(new Set(answers.map(({ body }) => body['device_code'])).size).toBe(50);
    expect(new Set(answers.map(({ body }) => body['user_code'])).size).toBe(50);
  });

  it('3.2: the interval is said and not left to be guessed', async () => {
    expect((await device.authorize()).body['interval']).toBe(5);
  });

  it('3.2: errors are those of the token endpoint (RFC 6749 section 5.2)', async () => {
    const answer = await new DeviceClient(protocol.issuer, 'no-device').authorize();
    expect([answer.status, errorOf(answer)]).toEqual([400, 'unauthorized_client']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('3.3 user interaction', () => {
  it('3.3 SHOULD: verification_uri is short and holds no user code', async () => {
    const { body } = await device.authorize();
    expect(body['verification_uri']).toBe(`${protocol.issuer}/device`);
    expect(String(body['verification_uri'])).not.toContain(String(body['user_code']));
  });

  it('3.3: what leads to a decision is the user code; the device code leads nowhere in a browser', async () => {
    const { deviceCode, userCode } = codesOf(await device.authorize());
    expect(await protocol.linking.find(userCode)).toMatchObject({ userCode, app: { name: 'Telly' } });
    expect(await protocol.linking.find(deviceCode)).toBeUndefined();
    expect(await protocol.linking.approve(deviceCode, browser)).toBe('gone');
  });

  it('3.3.1: verification_uri_complete carries the user code, in a form that is understood', async () => {
    const { body } = await device.authorize();
    const address = String(body['verification_uri_complete']);
    expect(new URL(address).searchParams.get('user_code')).toBe(body['user_code']);
    expect(normalizeUserCode(address)).toBe(String(body['user_code']).replace('-', ''));
  });
});

describe('4 discovery metadata', () => {
  it('4: the endpoint and the grant are published', async () => {
    for (const path of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await request(`${protocol.issuer}/.well-known/${path}`);
      expect(await response.json()).toMatchObject({
        device_authorization_endpoint: `${protocol.issuer}/device/auth`,
        grant_types_supported: expect.arrayContaining([DEVICE_GRANT]),
      });
    }
  });
});
