/** Client libraries that send an empty secret by Basic for a client that has none (x/oauth2, for one). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { approvedCode } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const basic = (id: string, secret = '') => `Basic ${btoa(`${id}:${secret}`)}`;

async function post(path: string, authorization: string, fields: Record<string, string>) {
  const response = await request(protocol.issuer + path, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(fields),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
}

describe('an empty secret in the Authorization header', () => {
  it('is no secret: a device asks, polls, refreshes and leaves with it', async () => {
    const asked = await post('/device/auth', basic('tv'), { scope: 'openid offline_access' });
    expect(asked.status).toBe(200);
    const poll = { grant_type: DEVICE_GRANT, device_code: String(asked.body['device_code']) };
    expect((await post('/token', basic('tv'), poll)).body['error']).toBe('authorization_pending');
    const { browser } = await signedInOwner(protocol.stores);
    const scope = 'openid offline_access';
    const codes = await approvedCode(protocol, browser, new DeviceClient(protocol.issuer), { scope });
    const tokens = await post('/token', basic('tv'), {
      grant_type: DEVICE_GRANT,
      device_code: codes.deviceCode,
      client_id: 'tv',
    });
    expect(tokens.status).toBe(200);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.body['refresh_token']) };
    const refreshed = await post('/token', basic('tv'), refresh);
    expect(refreshed.status).toBe(200);
    const token = String(refreshed.body['refresh_token']);
    expect((await post('/token/revocation', basic('tv'), { token })).status).toBe(200);
    const dead = { grant_type: 'refresh_token', refresh_token: token };
    expect((await post('/token', basic('tv'), dead)).body['error']).toBe('invalid_grant');
  });

  it('opens no client that has a secret', async () => {
    const code = {
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: 'https://notes.example.com/signed-in',
    };
    const { status, body } = await post('/token', basic('notes'), code);
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  it('names no other client than the body does', async () => {
    const { status, body } = await post('/device/auth', basic('tv'), { client_id: 'speaker' });
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['an unknown client', basic('nobody')],
    ['no name', basic('')],
    ['a name that is no text', `Basic ${btoa('%zz:')}`],
    ['no base64', 'Basic !!'],
    ['a secret, where the client has none', basic('tv', 'x')],
  ])('%s is refused as before', async (_what, authorization) => {
    const { status } = await post('/device/auth', authorization, { scope: 'openid' });
    expect([400, 401]).toContain(status);
  });
});
