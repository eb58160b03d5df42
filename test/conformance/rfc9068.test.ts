/** RFC 9068, JWT access tokens: a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { API_BASIC, DEVICE_GRANT, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { approvedCode, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic, MUSIC, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, signedInOwner } from '../support/test-stores.ts';

const RADIO = 'https://radio.example.com';
const RESOURCES = [
  ...TEST_RESOURCES,
  {
    resource: RADIO,
    resource_name: 'Radio',
    access_token_format: 'jwt',
    access_token_signing_alg: 'ES256',
  },
];
const ASKED = { scope: 'openid music.play offline_access', resource: MUSIC };

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;
let notes: TestApp;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, ...API_CLIENTS], resources: RESOURCES });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  notes = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

const linked = (fields: Record<string, string> = {}) =>
  linkDevice(protocol, browser, device, { ...ASKED, ...fields });

/** As an API checks it (section 4). */
async function verify(token: string, audience = MUSIC) {
  const keys = createRemoteJWKSet(new URL(`${protocol.issuer}/jwks`));
  return jwtVerify(token, keys, {
    issuer: protocol.issuer,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['exp'],
  });
}

const now = () => Math.floor(Date.now() / 1000);

describe('2 the token', () => {
  it('2.1 MUST be signed, says at+jwt, and names a key that is published', async () => {
    const { tokens } = await linked();
    expect(decodeProtectedHeader(tokens.access_token)).toEqual({
      typ: 'at+jwt',
      alg: 'RS256',
      kid: expect.any(String),
    });
    expect((await verify(tokens.access_token)).payload.sub).toBe(browser.accountId);
  });

  it('2.1 RS256 MUST be there, and another algorithm where the API wants it', async () => {
    const { tokens } = await linked({ scope: 'openid', resource: RADIO });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect((await verify(tokens.access_token, RADIO)).payload.aud).toBe(RADIO);
  });

  it('2.2 MUST say who issued it, to whom, for whom, for which API, when, until when, and which one it is', async () => {
    const { tokens } = await linked();
    const { payload } = await verify(tokens.access_token);
    expect(payload).toEqual({
      iss: protocol.issuer,
      sub: browser.accountId,
      client_id: 'tv',
      aud: MUSIC,
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      scope: 'music.play',
      auth_time: browser.authTime,
      acr: 'urn:latchkey:acr:1',
      amr: browser.amr,
    });
    const more = decodeJwt(tokensOf(await device.refresh(tokens.refresh_token)).access_token);
    expect(more.jti).not.toBe(payload.jti);
  });

  it('2.2 the subject is that of the ID token and of userinfo', async () => {
    const { tokens } = await linked();
    expect(decodeJwt(tokens.id_token ?? '').sub).toBe(decodeJwt(tokens.access_token).sub);
  });

  it('2.2.1 says how and when the owner proved who they are; a refresh leaves it as it was', async () => {
    const made = { ...newBrowser(browser.accountId, 1), amr: ['pwd', 'otp', 'mfa'] };
    await protocol.stores.browsers.insert(made, { idle: 60_000, absolute: 60_000 });
    const there = { ...browser, ...made };
    const tokens = await notes.signIn(new Agent(there), ASKED);
    const said = { auth_time: made.authTime, acr: 'urn:latchkey:acr:2', amr: made.amr };
    expect(decodeJwt(tokens.access_token)).toMatchObject(said);
    const refreshed = await notes.refresh(tokens.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token)).toMatchObject(said);
  });

  it('2.2.3 MUST say what the owner allowed of what was asked for, and nothing of other APIs', async () => {
    const agent = new Agent((await signedInOwner(protocol.stores)).browser);
    const attempt = await notes.begin({ ...ASKED, scope: 'openid profile music.play photos.read' });
    attempt.url.searchParams.append('resource', PHOTOS);
    const answer = await notes.authorize(agent, attempt);
    const app = new DeviceClient(protocol.issuer, 'notes', NOTES_BASIC);
    const { body } = await app.post('/token', {
      grant_type: 'authorization_code',
      code: answer.searchParams.get('code') ?? '',
      redirect_uri: notes.redirectUri,
      code_verifier: attempt.verifier,
      resource: MUSIC,
    });
    expect([body['scope'], decodeJwt(String(body['access_token'])).scope]).toEqual([
      'music.play',
      'music.play',
    ]);
    const refused = await notes.signIn(agent, ASKED, ['openid', 'offline_access']);
    expect(decodeJwt(refused.access_token)).not.toHaveProperty('scope');
  });
});

describe('3 asking for one', () => {
  it('3 the audience MUST be the resource that was named', async () => {
    const { tokens } = await linked();
    await expect(verify(tokens.access_token, PHOTOS)).rejects.toMatchObject({ claim: 'aud' });
  });

  it('3 one that is for no API is none: it has no audience to say, and stays opaque', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    expect(tokens.access_token).toMatch(/^[\w-]{65}$/);
  });
});

describe('4 what it opens, and for how long', () => {
  it('4 lives five minutes at most, and says so to the client', async () => {
    const { tokens, answer } = await linked();
    const { iat = 0, exp = 0 } = decodeJwt(tokens.access_token);
    expect([exp - iat, answer.body['expires_in']]).toEqual([300, 300]);
    expect(Math.abs(iat - now())).toBeLessThan(60);
    const short = await testProtocol({
      clients: [...TEST_CLIENTS, ...API_CLIENTS],
      resources: RESOURCES,
      environment: { ACCESS_TOKEN_MINUTES: '2' },
    });
    const { browser: own } = await signedInOwner(short.stores);
    const other = await linkDevice(short, own, new DeviceClient(short.issuer), ASKED);
    expect(other.answer.body['expires_in']).toBe(120);
    await short.close();
  });

  it('4 opens nothing here: not userinfo, not introspection, and cannot be revoked by itself', async () => {
    const { tokens } = await linked();
    const { status, headers } = await device.userinfo(tokens.access_token);
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ]);
    expect(await protocol.bearers.find({ token: tokens.access_token })).toBeUndefined();
    for (const authorization of [API_BASIC, apiBasic('music')]) {
      const { body } = await device.post(
        '/token/introspection',
        { token: tokens.access_token },
        { authorization },
      );
      expect(body).toEqual({ active: false });
    }
    const revoked = await device.revoke(tokens.access_token);
    expect([revoked.status, errorOf(revoked)]).toEqual([400, 'unsupported_token_type']);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('4 nothing of it is kept', async () => {
    const { accessTokens, records } = protocol.stores;
    const [token, record] = [jest.spyOn(accessTokens, 'write'), jest.spyOn(records, 'write')];
    await linked();
    expect(token).not.toHaveBeenCalled();
    expect(record).not.toHaveBeenCalled();
    token.mockRestore();
    record.mockRestore();
  });

  it('4 the end of the device is the end of its refreshes: five minutes later nothing of it is good', async () => {
    const { tokens } = await linked();
    await device.revoke(tokens.refresh_token);
    const refused = await device.refresh(tokens.refresh_token);
    expect([refused.status, errorOf(refused)]).toEqual([400, 'invalid_grant']);
    const { exp = 0 } = decodeJwt(tokens.access_token);
    expect(exp - now()).toBeLessThanOrEqual(300);
  });
});

describe('5 security', () => {
  it('5 cannot be taken for an ID token, nor an ID token for it', async () => {
    const { tokens } = await linked();
    expect(decodeProtectedHeader(tokens.id_token ?? '').typ).not.toBe('at+jwt');
    await expect(verify(tokens.id_token ?? '')).rejects.toMatchObject({ claim: 'typ' });
    expect(decodeJwt(tokens.id_token ?? '').aud).not.toBe(MUSIC);
  });

  it('5 one that is bound to a key says so (RFC 9449 section 6.1)', async () => {
    const key = await deviceKey(protocol.issuer);
    const { deviceCode } = await approvedCode(protocol, browser, device, ASKED);
    const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: 'tv' };
    const answer = await device.post('/token', form, { dpop: await key.prove('/token') });
    expect(answer.body['token_type']).toBe('DPoP');
    const claims: JWTPayload = decodeJwt(tokensOf(answer).access_token);
    expect(claims['cnf']).toEqual({ jkt: key.thumbprint });
  });

  it('5 what refreshes stays a chain: one of two at once that is refused gets no JWT', async () => {
    const { tokens } = await linked();
    const first = tokensOf(await device.refresh(tokens.refresh_token));
    const second = tokensOf(await device.refresh(tokens.refresh_token));
    // The head is asked again as often as answers are lost; a successor that is used makes the other a loser.
    expect((await device.refresh(first.refresh_token)).status).toBe(200);
    const loser = await device.refresh(second.refresh_token);
    expect([loser.status, errorOf(loser), loser.body['access_token']]).toEqual([
      400,
      'invalid_grant',
      undefined,
    ]);
  });

  it('5 of two successors that are used at once one at most gets a JWT, and the other hears invalid_grant', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { tokens } = await linked();
      const successors = [
        tokensOf(await device.refresh(tokens.refresh_token)),
        tokensOf(await device.refresh(tokens.refresh_token)),
      ];
      const answers = await Promise.all(successors.map((one) => device.refresh(one.refresh_token)));
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.length).toBeGreaterThan(0);
      for (const { status, body } of refused)
        expect([status, body['error'], body['access_token']]).toEqual([400, 'invalid_grant', undefined]);
    }
  });
});
