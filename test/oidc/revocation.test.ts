import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;
let state: StoredState;

beforeAll(async () => {
  protocol = await testProtocol();
  device = new DeviceClient(protocol.issuer);
  state = new StoredState(protocol.stores);
});
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

const grants = async () => Object.values(await state.grants(browser.accountId));

describe('revocation (RFC 7009)', () => {
  it('of a refresh token, without a secret, takes the device off the account with all its tokens', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const next = tokensOf(await device.refresh(tokens.refresh_token));
    expect(await grants()).toEqual(['active']);
    const answer = await device.revoke(next.refresh_token);
    expect([answer.status, answer.body]).toEqual([200, {}]);
    expect(await grants()).toEqual([]);
    for (const token of [tokens.access_token, next.access_token]) {
      expect(await device.isActive(token)).toBe(false);
    }
    expect((await device.userinfo(next.access_token)).status).toBe(401);
    for (const token of [next.refresh_token, tokens.refresh_token]) {
      expect(errorOf(await device.refresh(token))).toBe('invalid_grant');
    }
  });

  it('of the former refresh token does the same, for a device that never got the answer to its refresh', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const lost = tokensOf(await device.refresh(tokens.refresh_token));
    expect((await device.revoke(tokens.refresh_token)).status).toBe(200);
    expect(await grants()).toEqual([]);
    expect(await device.isActive(lost.access_token)).toBe(false);
  });

  it('that is cut off half-way can be sent again: the grant ends before its token is forgotten', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const token = await protocol.provider.RefreshToken.find(tokens.refresh_token);
    await token?.destroy();
    expect(await grants()).toEqual([]);
    expect((await device.revoke(tokens.refresh_token)).status).toBe(200);
    expect(await device.isActive(tokens.access_token)).toBe(false);
  });

  it('of an access token ends that one alone', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const next = tokensOf(await device.refresh(tokens.refresh_token));
    expect(await device.isActive(next.access_token)).toBe(true);
    expect((await device.revoke(tokens.access_token)).status).toBe(200);
    expect(await device.isActive(tokens.access_token)).toBe(false);
    expect(await device.isActive(next.access_token)).toBe(true);
    expect(await grants()).toEqual(['active']);
    expect((await device.refresh(next.refresh_token)).status).toBe(200);
  });

  it('finds the token under a wrong, unknown or empty hint', async () => {
    for (const hint of ['access_token', 'refresh_token', 'nonsense', '']) {
      const { tokens } = await linkDevice(protocol, browser);
      expect((await device.revoke(tokens.refresh_token, { token_type_hint: hint })).status).toBe(200);
      expect([hint, await device.isActive(tokens.access_token)]).toEqual([hint, false]);
    }
    const { tokens } = await linkDevice(protocol, browser);
    await device.revoke(tokens.access_token, { token_type_hint: 'refresh_token' });
    expect(await device.isActive(tokens.access_token)).toBe(false);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('answers 200 to what is unknown, garbage or ended already', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    await device.revoke(tokens.refresh_token);
    const ended = [tokens.refresh_token, tokens.access_token];
    for (const token of [...ended, 'unknown', 'x'.repeat(5000), '💥', 'a.b.c', '__proto__']) {
      expect([token.slice(0, 9), (await device.revoke(token)).status]).toEqual([token.slice(0, 9), 200]);
    }
  });

  it('answers 200 to another client’s token, which lives on', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const speaker = new DeviceClient(protocol.issuer, 'speaker');
    for (const token of [tokens.refresh_token, tokens.access_token]) {
      expect((await speaker.revoke(token)).status).toBe(200);
      const api = await device.post('/token/revocation', { token }, { authorization: API_BASIC });
      expect(api.status).toBe(200);
    }
    expect(await device.isActive(tokens.access_token)).toBe(true);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('of another client’s access token is no use of it: the device that lost an answer asks again', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const lost = tokensOf(await device.refresh(tokens.refresh_token));
    const speaker = new DeviceClient(protocol.issuer, 'speaker');
    for (const token of [lost.access_token, lost.refresh_token]) await speaker.revoke(token);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('needs a client, and proof from one that has a secret', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const token = tokens.refresh_token;
    const nameless = await device.post('/token/revocation', { token });
    expect([nameless.status, errorOf(nameless)]).toEqual([400, 'invalid_request']);
    const unproven = await device.post('/token/revocation', { token, client_id: 'api' });
    expect([unproven.status, errorOf(unproven)]).toEqual([401, 'invalid_client']);
    const empty = await device.revoke('');
    expect([empty.status, errorOf(empty)]).toEqual([400, 'invalid_request']);
    expect(await device.isActive(tokens.access_token)).toBe(true);
  });

  it('by many at once is as one', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const answers = await Promise.all(Array.from({ length: 16 }, () => device.revoke(tokens.refresh_token)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await grants()).toEqual([]);
  });

  it('against a refresh under way leaves nothing alive, whichever comes first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { tokens } = await linkDevice(protocol, browser);
      const [refreshed, revoked] = await Promise.all([
        device.refresh(tokens.refresh_token),
        device.revoke(tokens.refresh_token),
      ]);
      expect(revoked.status).toBe(200);
      expect(refreshed.status).toBeLessThan(500);
      const left = [tokens.access_token, String(refreshed.body['access_token'])];
      for (const token of left) expect(await device.isActive(token)).toBe(false);
      if (refreshed.status === 200) {
        expect(errorOf(await device.refresh(tokensOf(refreshed).refresh_token))).toBe('invalid_grant');
      }
      expect(await grants()).toEqual([]);
    }
  });
});
