/**
 * RFC 8628, sections 3, 5 and 6.1: one test for each MUST and SHOULD that a server has to keep. Those of the
 * device (waiting, backing off) are kept by `npm run device` and shown in test/cli.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedInBrowser } from '../../src/accounts/browser-store.ts';
import { normalizeUserCode } from '../../src/devices/user-code.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { ShiftedTime } from '../support/shifted-time.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const CONFIDENTIAL = {
  client_id: 'kiosk',
  client_name: 'Kiosk',
  token_endpoint_auth_method: 'client_secret_post',
  client_secret: 'a secret of the kiosk for its tests, 40 chars',
};

let protocol: TestProtocol;
let other: TestProtocol;
let browser: SignedInBrowser;
let device: DeviceClient;
let time: ShiftedTime;

beforeAll(async () => {
  const clients = [
    { client_id: 'tv', client_name: 'Telly' },
    { client_id: 'speaker', client_name: 'Boombox' },
    { client_id: 'no-device', client_name: 'No device', grant_types: ['refresh_token'] },
    CONFIDENTIAL,
  ];
  protocol = await testProtocol({ clients });
  other = await testProtocol({ clients, prefix: protocol.stores.prefix });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  time = new ShiftedTime(protocol.stores);
});
afterAll(() => Promise.all([protocol.close(), other.close()]));

async function start(): Promise<{ deviceCode: string; userCode: string }> {
  const { body } = await device.authorize();
  return { deviceCode: String(body['device_code']), userCode: String(body['user_code']).replace('-', '') };
}

const pollOf = async (deviceCode: string) => (await device.poll(deviceCode)).body['error'] ?? 'tokens';
const approve = (userCode: string) => protocol.linking.approve(userCode, browser);

describe('section 3.1, device authorization request', () => {
  it('takes a form, and no other type (other methods: test/web/paths.test.ts)', async () => {
    expect((await device.authorize()).status).toBe(200);
    const json = await fetch(`${protocol.issuer}/device/auth`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"client_id":"tv"}',
    });
    expect({ status: json.status, ...((await json.json()) as object) }).toMatchObject({
      status: 400,
      error: 'invalid_request',
    });
  });

  it('needs client_id of a public client, and knows it', async () => {
    for (const client_id of ['', 'nobody']) {
      const { status, body } = await device.post('/device/auth', { client_id, scope: 'openid' });
      expect([400, 401]).toContain(status);
      expect(['invalid_request', 'invalid_client']).toContain(body['error']);
    }
  });

  it('authenticates a confidential client as the token endpoint does (RFC 6749 section 3.2.1)', async () => {
    const form = { client_id: CONFIDENTIAL.client_id, scope: 'openid' };
    const without = await device.post('/device/auth', form);
    expect({ status: without.status, error: without.body['error'] }).toEqual({
      status: 401,
      error: 'invalid_client',
    });
    const wrong = await device.post('/device/auth', { ...form, client_secret: 'wrong' });
    expect(wrong.body['error']).toBe('invalid_client');
    const right = await device.post('/device/auth', { ...form, client_secret: CONFIDENTIAL.client_secret });
    expect(right.status).toBe(200);
  });

  it('treats a parameter without a value as omitted and ignores unknown ones', async () => {
    expect((await device.authorize({ scope: '', unheard_of: 'x', device_name: '' })).status).toBe(200);
  });

  it('refuses a parameter that comes twice', async () => {
    const response = await fetch(`${protocol.issuer}/device/auth`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'client_id=tv&scope=openid&scope=profile',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('refuses a client that is not registered for the grant', async () => {
    const { status, body } = await new DeviceClient(protocol.issuer, 'no-device').authorize();
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'unauthorized_client' });
  });
});

describe('section 3.2, device authorization response', () => {
  it('has all members as JSON, with interval, and must not be stored', async () => {
    const { status, headers, body } = await device.authorize();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toEqual({
      device_code: expect.any(String),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${protocol.issuer}/device`,
      verification_uri_complete: `${protocol.issuer}/device?user_code=${String(body['user_code'])}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('has a short verification_uri without the user code in it', async () => {
    const { body } = await device.authorize();
    expect(String(body['verification_uri'])).not.toContain(String(body['user_code']));
    expect(new URL(String(body['verification_uri'])).pathname).toBe('/device');
  });

  it('never gives two devices one code', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => device.authorize()));
    expect(new Set(answers.map(({ body }) => body['device_code'])).size).toBe(50);
    expect(new Set(answers.map(({ body }) => body['user_code'])).size).toBe(50);
  });
});

describe('section 3.3, user interaction (its pages: test/flows/device-pages.test.ts)', () => {
  it('links nothing without the owner’s decision, and does what the decision says', async () => {
    const [allowed, denied] = [await start(), await start()];
    expect(await pollOf(allowed.deviceCode)).toBe('authorization_pending');
    expect(await approve(allowed.userCode)).toBe('approved');
    expect(await protocol.linking.deny(denied.userCode)).toBe('denied');
    expect(await pollOf(allowed.deviceCode)).toBe('tokens');
    expect(await pollOf(denied.deviceCode)).toBe('access_denied');
  });

  it('takes a user code once', async () => {
    const { userCode } = await start();
    expect(await approve(userCode)).toBe('approved');
    expect(await protocol.linking.find(userCode)).toBeUndefined();
    expect(await approve(userCode)).toBe('gone');
  });
});

describe('section 3.4, device access token request', () => {
  it('needs the device code', async () => {
    const { status, body } = await device.post('/token', { grant_type: DEVICE_GRANT, client_id: 'tv' });
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('binds the code to its client: another is refused and the code is unharmed', async () => {
    const { deviceCode, userCode } = await start();
    const stranger = new DeviceClient(protocol.issuer, 'speaker');
    for (let tries = 0; tries < 3; tries += 1) {
      expect((await stranger.poll(deviceCode)).body['error']).toBe('invalid_grant');
    }
    expect(await pollOf(deviceCode)).toBe('authorization_pending');
    await approve(userCode);
    expect((await stranger.poll(deviceCode)).body['error']).toBe('invalid_grant');
    expect(await pollOf(deviceCode)).toBe('tokens');
  });

  it('authenticates a confidential client', async () => {
    const form = { client_id: CONFIDENTIAL.client_id, client_secret: CONFIDENTIAL.client_secret };
    const started = await device.post('/device/auth', { ...form, scope: 'openid' });
    const deviceCode = String(started.body['device_code']);
    const bare = { grant_type: DEVICE_GRANT, device_code: deviceCode };
    const without = await device.post('/token', { ...bare, client_id: CONFIDENTIAL.client_id });
    expect({ status: without.status, error: without.body['error'] }).toEqual({
      status: 401,
      error: 'invalid_client',
    });
    expect((await device.post('/token', { ...bare, ...form })).body['error']).toBe('authorization_pending');
  });
});

describe('section 3.5, device access token response', () => {
  it('answers as RFC 6749 section 5.1 says, not to be stored', async () => {
    const { deviceCode, userCode } = await start();
    await approve(userCode);
    const { status, headers, body } = await device.poll(deviceCode);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toMatchObject({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      scope: 'openid profile email offline_access',
    });
  });

  it('authorization_pending, access_denied, expired_token, invalid_grant: each with 400', async () => {
    const [pending, denied, expired] = [await start(), await start(), await start()];
    await protocol.linking.deny(denied.userCode);
    await time.sinceIssued(expired.deviceCode, 601);
    const cases = [
      [pending.deviceCode, 'authorization_pending'],
      [denied.deviceCode, 'access_denied'],
      [expired.deviceCode, 'expired_token'],
      ['no such code', 'invalid_grant'],
    ] as const;
    for (const [code, error] of cases) {
      const { status, body } = await device.poll(code);
      expect({ status, error: body['error'] }).toEqual({ status: 400, error });
    }
    expect(await protocol.linking.find(expired.userCode)).toBeUndefined();
    expect(await approve(expired.userCode)).toBe('gone');
  });

  it('an approved code that has expired gives no tokens', async () => {
    const { deviceCode, userCode } = await start();
    await approve(userCode);
    await time.sinceIssued(deviceCode, 601);
    expect(await pollOf(deviceCode)).toBe('expired_token');
  });

  it('the first poll is never too fast, and one every 5 seconds is not, jitter included', async () => {
    const { deviceCode } = await start();
    expect(await pollOf(deviceCode)).toBe('authorization_pending');
    for (const seconds of [5, 4.7, 5, 4.6]) {
      await time.sincePoll(deviceCode, seconds);
      expect(await pollOf(deviceCode)).toBe('authorization_pending');
    }
  });

  it('slow_down adds 5 seconds for this and all later polls, also at another process', async () => {
    const { deviceCode } = await start();
    await device.poll(deviceCode);
    const elsewhere = new DeviceClient(other.issuer);
    expect((await elsewhere.poll(deviceCode)).body['error']).toBe('slow_down');
    expect(await time.interval(deviceCode)).toBe(10);
    expect(await pollOf(deviceCode)).toBe('slow_down');
    expect(await time.interval(deviceCode)).toBe(15);
    await time.sincePoll(deviceCode, 15);
    expect(await pollOf(deviceCode)).toBe('authorization_pending');
    expect(await time.interval(deviceCode)).toBe(15);
  });

  it('a poll early only by the enlargement adds nothing, so one of fixed cadence recovers', async () => {
    const { deviceCode } = await start();
    await device.poll(deviceCode);
    expect(await pollOf(deviceCode)).toBe('slow_down');
    await time.sincePoll(deviceCode, 5);
    expect(await pollOf(deviceCode)).toBe('slow_down');
    expect(await time.interval(deviceCode)).toBe(10);
    await time.sincePoll(deviceCode, 5);
    expect(await pollOf(deviceCode)).toBe('authorization_pending');
  });

  it('the interval ends at 60 seconds', async () => {
    const { deviceCode } = await start();
    await device.poll(deviceCode);
    for (let tries = 0; tries < 15; tries += 1) await device.poll(deviceCode);
    expect(await time.interval(deviceCode)).toBe(60);
  });

  it('an answer that is there is never held back', async () => {
    const [approved, denied] = [await start(), await start()];
    for (const { deviceCode } of [approved, denied]) {
      await device.poll(deviceCode);
      await device.poll(deviceCode);
    }
    await approve(approved.userCode);
    await protocol.linking.deny(denied.userCode);
    expect(await pollOf(approved.deviceCode)).toBe('tokens');
    expect(await pollOf(denied.deviceCode)).toBe('access_denied');
  });
});

describe('section 4, metadata', () => {
  it('names the endpoint and the grant', async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const metadata = await (await fetch(`${protocol.issuer}/.well-known/${name}`)).json();
      expect(metadata).toMatchObject({
        issuer: protocol.issuer,
        device_authorization_endpoint: `${protocol.issuer}/device/auth`,
        grant_types_supported: expect.arrayContaining([DEVICE_GRANT]),
      });
    }
  });
});

describe('section 5, security considerations', () => {
  it('5.1: a user code has 34.5 bits (the limits on guessing: test/web/code-limits.test.ts)', async () => {
    const { userCode } = await start();
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(8 * Math.log2(20)).toBeGreaterThan(34.5);
  });

  it('5.2: a device code cannot be guessed', async () => {
    const { deviceCode } = await start();
    expect(deviceCode.length * 6).toBeGreaterThanOrEqual(128);
  });

  it('5.4: what the device says of itself, and where it asked from, reach the page that asks the owner', async () => {
    const { body } = await device.authorize({
      device_name: 'Attic\u202e TV',
      device_type: 'tv',
      device_model: 'M\n2',
    });
    const link = await protocol.linking.find(String(body['user_code']).replace('-', ''));
    expect(link).toMatchObject({
      app: { name: 'Telly' },
      device: { name: 'Attic TV', type: 'tv', model: 'M 2' },
      request: { address: expect.stringContaining('127.0.0.1'), at: expect.any(Number) },
    });
  });

  it('5.4: codes are short-lived', async () => {
    const { body } = await device.authorize();
    expect(body['expires_in']).toBeLessThanOrEqual(600);
  });

  it('5.6: a public client proves nothing by a secret: one that sends a wrong one is refused', async () => {
    const { body } = await device.authorize({ client_secret: 'made up' });
    expect(body['error']).toBe('invalid_client');
  });
});

describe('section 6.1, user code recommendations', () => {
  it('forgives case, spaces, punctuation, look-alikes and the whole address', () => {
    for (const typed of [
      'wdjb-mjht',
      ' WDJB MJHT ',
      'WDJBMJHT',
      'W.D.J.B—M.J.H.T',
      'https://x.example/device?user_code=WDJB-MJHT',
    ]) {
      expect(normalizeUserCode(typed)).toBe('WDJBMJHT');
    }
    expect(normalizeUserCode('8CDF-GHJ5')).toBe('BCDFGHJS');
  });

  it('takes nothing else for a code', () => {
    for (const typed of ['', 'WDJB-MJH', 'WDJB-MJHTX', 'AEIO-UAEI', '12345678', 'x'.repeat(5000)]) {
      expect(normalizeUserCode(typed)).toBeUndefined();
    }
  });
});
