/** RFC 8628, sections 3.4 and 3.5: the request for tokens and its answers. See `rfc8628.test.ts`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { approvedCode, codesOf, errorOf, linkDevice } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { CONFIDENTIAL, KIOSK_BASIC } from './confidential-device.ts';

let protocol: TestProtocol;
let browser: Session;
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
  const response = await request(`${protocol.issuer}${path}`, { method: 'POST', body: form, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

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
      await state.passSincePoll(deviceCode, 6_000);
      expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
      await state.passSincePoll(deviceCode, 4_000);
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
