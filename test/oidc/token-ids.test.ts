import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEADING_LENGTH, RANDOM_LENGTH } from '../../src/devices/access-token-store.ts';
import { mayBe } from '../../src/oidc/token-ids.ts';
import { CONFIDENTIAL, KIOSK_BASIC } from '../conformance/confidential-device.ts';
import { DeviceClient } from '../support/device-client.ts';
import { type LinkedDevice, linkDevice } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let device: LinkedDevice;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, CONFIDENTIAL] });
  const kiosk = new DeviceClient(protocol.issuer, CONFIDENTIAL.client_id, KIOSK_BASIC);
  device = await linkDevice(protocol, (await signedInOwner(protocol.stores)).browser, kiosk);
});
afterAll(() => protocol.close());

describe('an opaque token', () => {
  it('tells by its length what it is', () => {
    const { access_token: access, refresh_token: refresh } = device.tokens;
    expect([mayBe('AccessToken', access), mayBe('RefreshToken', access)]).toEqual([true, false]);
    expect([mayBe('AccessToken', refresh), mayBe('RefreshToken', refresh)]).toEqual([false, true]);
  });

  it('that an account has leads there, and says so to this server alone', async () => {
    const { access_token: access } = device.tokens;
    expect(access).toHaveLength(LEADING_LENGTH);
    const presented = await protocol.stores.accessTokens.present(access, 'anyone');
    expect(presented?.payload).toMatchObject({ jti: access, kind: 'AccessToken' });
  });

  it('from before access tokens led anywhere is good until its time is over', async () => {
    const { records } = protocol.stores;
    const { access_token: access, refresh_token: refresh } = device.tokens;
    const { payload } = (await protocol.stores.accessTokens.present(access, 'anyone')) ?? {};
    const former = 'y'.repeat(RANDOM_LENGTH);
    const issuedWith = protocol.stores.refreshTokenSeals.open(refresh)?.name;
    await records.write(
      'AccessToken',
      former,
      { ...payload, jti: former, generation: 0, issuedWith },
      60_000,
    );
    const isActive = async () =>
      (await device.client.post('/token/introspection', { token: former })).body['active'];
    expect(await isActive()).toBe(true);
    expect((await device.client.userinfo(former)).status).toBe(200);
    await device.client.revoke(former);
    expect(await isActive()).toBe(false);
    expect(await device.client.isActive(access)).toBe(true);
  });

  it('that was issued before refresh tokens were sealed tells the same', () => {
    const access = 'x'.repeat(43);
    const refresh = 'x'.repeat(44);
    expect([mayBe('AccessToken', access), mayBe('RefreshToken', access)]).toEqual([true, false]);
    expect([mayBe('AccessToken', refresh), mayBe('RefreshToken', refresh)]).toEqual([false, true]);
  });

  it('of any other length may be either', () => {
    for (const id of ['', 'x', 'x'.repeat(22), 'x'.repeat(86)])
      expect([mayBe('AccessToken', id), mayBe('RefreshToken', id)]).toEqual([true, true]);
  });

  it('is found at introspection whatever its client takes it for', async () => {
    const { access_token: access, refresh_token: refresh } = device.tokens;
    for (const token of [access, refresh]) {
      for (const hint of ['access_token', 'refresh_token', 'something else', '']) {
        const { body } = await device.client.post('/token/introspection', { token, token_type_hint: hint });
        expect([hint, body['active'], body['token_type']]).toEqual([
          hint,
          true,
          token === access ? 'Bearer' : undefined,
        ]);
      }
    }
  });
});
