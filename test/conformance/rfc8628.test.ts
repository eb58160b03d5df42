/**
 * RFC 8628, sections 3, 5 and 6: what the standard asks of an authorization server, as a device meets it on the wire.
 * What it asks of the pages (3.3, 3.3.1, 5.1, 5.4) is in the tests of the pages; what it asks of a device, in those of
 * the demonstration device.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedInBrowser } from '../../src/accounts/browser-store.ts';
import { ConfigError, readConfig } from '../../src/config.ts';
import { normalizeUserCode } from '../../src/devices/user-code.ts';
import { API_BASIC, DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { approvedCode, codesOf, errorOf, linkDevice } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const CONFIDENTIAL = {
  client_id: 'kiosk',
  client_name: 'Kiosk',
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a secret of the kiosk for its tests 40 chars',
};
const KIOSK_BASIC = `Basic ${btoa('kiosk:a+secret+of+the+kiosk+for+its+tests+40+chars')}`;

let protocol: TestProtocol;
let browser: SignedInBrowser;
let device: DeviceClient;
let state: StoredState;

beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, CONFIDENTIAL] });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  state = new StoredState(protocol.stores);
});
afterAll(() => protocol.close());

/** A form as it is, for what a well-behaved device never sends. */
async function postRaw(path: string, form: string, type = 'application/x-www-form-urlencoded') {
  const headers = { 'content-type': type };
  const response = await fetch(`${protocol.issuer}${path}`, { method: 'POST', body: form, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('3.1 device authorization request', () => {
  it('3.1 MUST: a public client names itself by client_id, and scope is optional', async () => {
    const answer = await device.post('/device/auth', { client_id: 'tv' });
    expect(answer.status).toBe(200);
    const nameless = await device.post('/device/auth', { scope: 'openid' });
    expect([nameless.status, errorOf(nameless)]).toEqual([400, 'invalid_request']);
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
    const answer = await device.authorize({ scope: '', nonce: '', device_name: '', max_age: '' });
    expect(answer.status).toBe(200);
    expect((await protocol.linking.find(codesOf(answer).userCode))?.scopes).toEqual([]);
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
  it('3.2 REQUIRED: device_code, user_code, verification_uri and expires_in, in JSON that nobody caches', async () => {
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

describe('3.4 device access token request', () => {
  it('3.4 REQUIRED: grant_type, device_code and client_id', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: 'tv' };
    for (const missing of Object.keys(form)) {
      const answer = await device.post('/token', { ...form, [missing]: '' });
      expect([missing, answer.status, errorOf(answer)]).toEqual([missing, 400, 'invalid_request']);
    }
  });

  it('3.4 MUST: a client with credentials authenticates, with them or not at all', async () => {
    const client = new DeviceClient(protocol.issuer, 'kiosk');
    const begun = await client.post('/device/auth', { scope: 'openid' }, { authorization: KIOSK_BASIC });
    const form = { grant_type: DEVICE_GRANT, device_code: codesOf(begun).deviceCode };
    const bare = await client.post('/token', { ...form, client_id: 'kiosk' });
    expect([bare.status, errorOf(bare)]).toEqual([401, 'invalid_client']);
    const proven = await client.post('/token', form, { authorization: KIOSK_BASIC });
    expect(errorOf(proven)).toBe('authorization_pending');
  });

  it('3.4: a failed authentication by header is answered with the scheme to use (RFC 6749 section 5.2)', async () => {
    const form = { grant_type: DEVICE_GRANT, device_code: 'x' };
    const answer = await device.post('/token', form, { authorization: `Basic ${btoa('kiosk:wrong')}` });
    expect([answer.status, errorOf(answer)]).toEqual([401, 'invalid_client']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('3.4 MUST: parameters without a value count as omitted, unknown ones are ignored, double ones refused', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    expect(errorOf(await device.poll(deviceCode, { scope: '', colour: 'green' }))).toBe(
      'authorization_pending',
    );
    const form = `grant_type=${encodeURIComponent(DEVICE_GRANT)}&client_id=tv&device_code=${deviceCode}`;
    const twice = await postRaw('/token', `${form}&device_code=${deviceCode}`);
    expect([twice.status, twice.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('3.4: a code asked for by another client is refused, and unharmed', async () => {
    const { deviceCode } = await approvedCode(protocol, browser);
    const thief = await new DeviceClient(protocol.issuer, 'speaker').poll(deviceCode);
    expect([thief.status, errorOf(thief)]).toEqual([400, 'invalid_grant']);
    expect((await device.poll(deviceCode)).status).toBe(200);
  });
});

describe('3.5 device access token response', () => {
  it('3.5: success is that of RFC 6749 section 5.1', async () => {
    const { answer } = await linkDevice(protocol, browser);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.any(String),
      scope: 'openid profile email offline_access',
    });
  });

  it('3.5: authorization_pending while the owner has not decided', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    const answer = await device.poll(deviceCode);
    expect([answer.status, errorOf(answer)]).toEqual([400, 'authorization_pending']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('3.5 MUST: slow_down adds 5 seconds for this and all later polls', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    await device.poll(deviceCode);
    const answer = await device.poll(deviceCode);
    expect([answer.status, errorOf(answer)]).toEqual([400, 'slow_down']);
    for (let round = 0; round < 2; round += 1) {
      await state.passSincePoll(deviceCode, 9_000);
      expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
      await state.passSincePoll(deviceCode, 1_000);
      expect(errorOf(await device.poll(deviceCode))).toBe('authorization_pending');
    }
    expect(await state.interval(deviceCode)).toBe(10_000);
  });

  it('3.5: access_denied once the owner has denied, however often and fast it is asked', async () => {
    const { deviceCode, userCode } = codesOf(await device.authorize());
    expect(errorOf(await device.poll(deviceCode))).toBe('authorization_pending');
    expect(await protocol.linking.deny(userCode)).toBe('denied');
    for (let round = 0; round < 3; round += 1) {
      const answer = await device.poll(deviceCode);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'access_denied']);
    }
  });

  it('3.5: expired_token once its time is up, from the store too, in whatever state it was', async () => {
    const pending = codesOf(await device.authorize());
    const approved = await approvedCode(protocol, browser);
    for (const { deviceCode } of [pending, approved]) {
      await state.expireCode(deviceCode);
      const answer = await device.poll(deviceCode);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'expired_token']);
    }
    expect(await protocol.linking.approve(pending.userCode, browser)).toBe('gone');
    expect(errorOf(await device.poll(pending.deviceCode))).toBe('expired_token');
  });

  it('3.5: an unknown device code is invalid_grant (RFC 6749 section 5.2)', async () => {
    for (const code of ['unknown', 'x'.repeat(5000), '💥', '../../etc']) {
      const answer = await device.poll(code);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_grant']);
    }
  });
});

describe('4 discovery metadata', () => {
  it('4: the endpoint and the grant are published', async () => {
    for (const path of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await fetch(`${protocol.issuer}/.well-known/${path}`);
      expect(await response.json()).toMatchObject({
        device_authorization_endpoint: `${protocol.issuer}/device/auth`,
        grant_types_supported: expect.arrayContaining([DEVICE_GRANT]),
      });
    }
  });
});

describe('5 security considerations', () => {
  it('5.1 SHOULD: a user code has 34.5 bits: 8 letters of a set of 20', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => device.authorize()));
    const letters = new Set(answers.flatMap(({ body }) => [...String(body['user_code']).replace('-', '')]));
    expect([...letters].sort().join('')).toBe('BCDFGHJKLMNPQRSTVWXZ');
    expect(answers.every(({ body }) => String(body['user_code']).length === 9)).toBe(true);
  });

  it('5.1: a user code leads nowhere once it has been decided on or has expired', async () => {
    const { userCode } = await approvedCode(protocol, browser);
    expect(await protocol.linking.find(userCode)).toBeUndefined();
    expect(await protocol.linking.approve(userCode, browser)).toBe('gone');
    expect(await protocol.linking.deny(userCode)).toBe('gone');
  });

  it('5.2 SHOULD: a device code has very high entropy', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, async () => codesOf(await device.authorize())),
    );
    for (const { deviceCode } of codes) expect(deviceCode).toMatch(/^[A-Za-z0-9_-]{43,}$/);
  });

  it('5.3: a device does not choose who it is: its words are marked as its own, and the name is the client’s', async () => {
    const { userCode } = codesOf(
      await device.authorize({ device_name: 'Your bank', client_name: 'Your bank' }),
    );
    const link = await protocol.linking.find(userCode);
    expect(link?.app.name).toBe('Telly');
    expect(link?.device.name).toBe('Your bank');
  });

  it('5.4 SHOULD: codes are short-lived, and whoever asked is known to the page where the owner decides', async () => {
    const before = Date.now();
    const answer = await device.authorize({ device_name: 'Kitchen', device_type: 'tv' });
    expect(Number(answer.body['expires_in'])).toBeLessThanOrEqual(600);
    const link = await protocol.linking.find(codesOf(answer).userCode);
    expect(link).toMatchObject({ device: { name: 'Kitchen', type: 'tv' }, request: { userAgent: 'node' } });
    expect(link?.request.address).toMatch(/127\.0\.0\.1$/);
    expect(link?.request.at).toBeGreaterThanOrEqual(before);
  });

  it('5.5: whoever spied the user code cannot decide a second time, nor change a decision', async () => {
    const { browser: spy } = await signedInOwner(protocol.stores, 'Eve');
    const { deviceCode, userCode } = codesOf(await device.authorize());
    const decisions = await Promise.all([
      protocol.linking.approve(userCode, browser),
      protocol.linking.approve(userCode, spy),
      protocol.linking.deny(userCode),
    ]);
    expect(decisions.filter((decision) => decision !== 'gone')).toHaveLength(1);
    const answer = await device.poll(deviceCode);
    if (decisions[2] === 'denied') return expect(errorOf(answer)).toBe('access_denied');
    const owner = decisions[0] === 'approved' ? browser : spy;
    const { body } = await device.userinfo(String(answer.body['access_token']));
    expect(body['sub']).toBe(owner.accountId);
  });

  it('5.6: a client without a secret is a public one: it learns nothing about tokens by its name alone', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const form = { token: tokens.access_token };
    const named = await device.post('/token/introspection', { ...form, client_id: 'tv' });
    expect(named.body).toEqual({ active: false });
    const proven = await device.post('/token/introspection', form, { authorization: API_BASIC });
    expect(proven.body['active']).toBe(true);
  });

  it('5.7: a code can be read out: letters only, none that sounds or looks like another of the set', async () => {
    const { body } = await device.authorize();
    expect(String(body['user_code'])).toMatch(/^[^AEIOUY0-9]{4}-[^AEIOUY0-9]{4}$/);
  });
});

describe('6.1 user code recommendations', () => {
  it('6.1 SHOULD: case is ignored, and what is not in the set of letters is stripped', async () => {
    const shown = String((await device.authorize()).body['user_code']);
    const code = shown.replace('-', '');
    const typed = [
      shown,
      code,
      shown.toLowerCase(),
      ` ${shown} `,
      [...code].join(' '),
      `${shown}.`,
      `“${shown}”`,
    ];
    for (const text of typed) expect([text, normalizeUserCode(text)]).toEqual([text, code]);
  });
});
