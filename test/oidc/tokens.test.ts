import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { API_BASIC, DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { approvedCode, errorOf, linkDevice } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;

beforeAll(async () => {
  protocol = await testProtocol();
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

async function verifiedIdToken(token: string | undefined) {
  const keys = createRemoteJWKSet(new URL(`${protocol.issuer}/jwks`));
  return jwtVerify(token ?? '', keys, { issuer: protocol.issuer, audience: 'tv' });
}

describe('the tokens of a device', () => {
  it('carry the scope that was granted', async () => {
    const { answer } = await linkDevice(protocol, browser, device, { scope: 'openid email' });
    expect(answer.body['scope']).toBe('openid email');
    expect(answer.body['refresh_token']).toBeUndefined();
  });

  it('leave out a scope the server does not know, and say what was granted (RFC 6749 section 5.1)', async () => {
    const { answer } = await linkDevice(protocol, browser, device, { scope: 'openid admin' });
    expect(answer.body['scope']).toBe('openid');
  });

  it('come with an ID token that verifies against the published keys', async () => {
    const { tokens } = await linkDevice(protocol, browser, device, { nonce: 'n-1' });
    const { payload, protectedHeader } = await verifiedIdToken(tokens.id_token);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      iss: protocol.issuer,
      aud: 'tv',
      sub: browser.accountId,
      auth_time: browser.authTime,
      amr: ['pwd'],
      nonce: 'n-1',
    });
    expect(Number(payload.exp)).toBeGreaterThan(Number(payload.iat));
  });

  it('leave out a nonce that no app sent', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    expect((await verifiedIdToken(tokens.id_token)).payload).not.toHaveProperty('nonce');
  });

  it('come with an ID token again at each refresh, of the same sign-in', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const refreshed = await device.refresh(tokens.refresh_token);
    const { payload } = await verifiedIdToken(String(refreshed.body['id_token']));
    expect(payload).toMatchObject({ sub: browser.accountId, auth_time: browser.authTime, amr: ['pwd'] });
  });

  it('open userinfo, as far as the scope goes', async () => {
    const all = await linkDevice(protocol, browser);
    const { name, email, emailVerified } = browser.profile;
    expect((await device.userinfo(all.tokens.access_token)).body).toEqual({
      sub: browser.accountId,
      name,
      email,
      email_verified: emailVerified,
    });
    const little = await linkDevice(protocol, browser, device, { scope: 'openid' });
    expect((await device.userinfo(little.tokens.access_token)).body).toEqual({ sub: browser.accountId });
  });

  it('do not open userinfo when they are made up, or absent', async () => {
    for (const token of ['made-up', '']) {
      const response = await request(`${protocol.issuer}/me`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([400, 401]).toContain(response.status);
    }
    const answer = await device.userinfo('made-up');
    expect([answer.status, errorOf(answer)]).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('may be narrowed at a refresh, and never widened', async () => {
    const { tokens } = await linkDevice(protocol, browser, device, { scope: 'openid email offline_access' });
    const wider = await device.refresh(tokens.refresh_token, { scope: 'openid profile' });
    expect([wider.status, errorOf(wider)]).toEqual([400, 'invalid_scope']);
    const narrow = await device.refresh(tokens.refresh_token, { scope: 'openid' });
    expect(narrow.body['scope']).toBe('openid');
    expect((await device.userinfo(String(narrow.body['access_token']))).body).toEqual({
      sub: browser.accountId,
    });
    const again = await device.refresh(String(narrow.body['refresh_token']));
    expect(again.body['scope']).toBe('openid email offline_access');
  });

  it('belong to their client: another one cannot refresh them, and does no harm by trying', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const thief = await new DeviceClient(protocol.issuer, 'speaker').refresh(tokens.refresh_token);
    expect([thief.status, errorOf(thief)]).toEqual([400, 'invalid_grant']);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('the token endpoint', () => {
  const form = (fields: Record<string, string>) => device.post('/token', { client_id: 'tv', ...fields });

  it('knows the grants it serves, and says which it does not', async () => {
    for (const grant of ['password', 'client_credentials', 'implicit', 'x', '__proto__']) {
      const answer = await form({ grant_type: grant, username: 'a', password: 'b', code: 'c' });
      expect([grant, answer.status, errorOf(answer)]).toEqual([grant, 400, 'unsupported_grant_type']);
    }
  });

  it('refuses a client a grant that it is not registered for', async () => {
    const answer = await device.post('/token', {
      grant_type: DEVICE_GRANT,
      device_code: 'x',
      client_id: 'no-device',
    });
    expect([answer.status, errorOf(answer)]).toEqual([400, 'unauthorized_client']);
    const code = await form({ grant_type: 'authorization_code', code: 'x' });
    expect([code.status, errorOf(code)]).toEqual([400, 'unauthorized_client']);
    const api = await device.post('/token', { grant_type: 'refresh_token' }, { authorization: API_BASIC });
    expect([api.status, errorOf(api)]).toEqual([400, 'unauthorized_client']);
  });

  it('answers in JSON that no cache keeps, whatever is sent, and never with a fault of its own', async () => {
    const { deviceCode } = await approvedCode(protocol, browser);
    const sent: [string, string][] = [
      ['application/json', '{"grant_type":"refresh_token"}'],
      ['text/xml', '<x/>'],
      ['application/x-www-form-urlencoded; charset=utf-99', 'client_id=tv&client_id=tv'],
      ['application/x-www-form-urlencoded', 'client_id=tv&client_id=tv'],
      ['application/x-www-form-urlencoded', 'client_id=tv&grant_type=refresh_token&grant_type=refresh_token'],
      [
        'application/x-www-form-urlencoded',
        `client_id=tv&grant_type=refresh_token&refresh_token=${'x'.repeat(50_000)}`,
      ],
      ['application/x-www-form-urlencoded', `client_id=tv&x=${'x'.repeat(70_000)}`],
      ['application/x-www-form-urlencoded', '%00%ff=%e0%a4%a&client_id=%ff'],
      [
        'application/x-www-form-urlencoded',
        `__proto__=1&constructor=1&client_id=__proto__&device_code=${deviceCode}`,
      ],
      ['application/x-www-form-urlencoded', 'client_id[]=tv&client_id[x]=1'],
      ['application/x-www-form-urlencoded', ''],
    ];
    for (const [type, body] of sent) {
      for (const path of ['/token', '/device/auth', '/token/introspection', '/token/revocation']) {
        const response = await request(`${protocol.issuer}${path}`, {
          method: 'POST',
          body,
          headers: { 'content-type': type },
        });
        const text = await response.text();
        const seen = { path, body: body.slice(0, 60), status: response.status };
        const answer = JSON.parse(text) as Record<string, unknown>;
        expect({ ...seen, error: response.status >= 500 }).toEqual({ ...seen, error: false });
        // A request for a code ignores what it does not know; none of these may end in anything else than an error.
        if (path !== '/device/auth') expect({ ...seen, ...answer }).toHaveProperty('error');
        expect(answer).not.toHaveProperty('access_token');
      }
    }
    expect((await device.poll(deviceCode)).status).toBe(200);
  });

  it('has no other method', async () => {
    // The other methods of /device/auth belong to the pages, which own all below /device.
    for (const path of ['/token', '/token/introspection', '/token/revocation']) {
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
        const { status } = await request(`${protocol.issuer}${path}?grant_type=x&client_id=tv`, { method });
        expect([path, method, status]).toEqual([path, method, status === 405 ? 405 : 404]);
      }
    }
  });

  it('marks every answer as not to be stored', async () => {
    const { tokens, answer } = await linkDevice(protocol, browser);
    const answers = [
      answer,
      await device.refresh(tokens.refresh_token),
      await form({ grant_type: 'x' }),
      await device.poll('unknown'),
      await device.authorize(),
    ];
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });

  it('takes no credentials from the address', async () => {
    const query = `?client_id=tv&grant_type=${encodeURIComponent(DEVICE_GRANT)}&device_code=x`;
    const answer = await device.post(`/token${query}`, {});
    expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_request']);
  });
});

describe('a client that is in the clients file no more', () => {
  it('has no token that is good, until it is back', async () => {
    const { tokens } = await linkDevice(protocol, browser, device);
    const without = await testProtocol({
      prefix: protocol.stores.prefix,
      environment: { ISSUER: protocol.issuer },
      clients: TEST_CLIENTS.filter(({ client_id: id }) => id !== 'tv'),
    });
    try {
      const me = async (address: string) => {
        const headers = { authorization: `Bearer ${tokens.access_token}` };
        return (await request(`${address}/me`, { headers })).status;
      };
      const isActive = await new DeviceClient(without.address).isActive(tokens.access_token);
      expect([isActive, await me(without.address)]).toEqual([false, 401]);
      expect(await without.bearers.find({ token: tokens.access_token })).toBeUndefined();
      expect(await me(protocol.address)).toBe(200);
    } finally {
      await without.close();
    }
  });
});
