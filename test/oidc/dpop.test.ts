import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { type Answer, API_BASIC, DEVICE_GRANT, DeviceClient, type Tokens } from '../support/device-client.ts';
import { type DeviceKey, deviceKey } from '../support/device-key.ts';
import { request } from '../support/http.ts';
import { approvedCode, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let other: TestProtocol;
let browser: Session;
let device: DeviceClient;
let key: DeviceKey;

beforeAll(async () => {
  protocol = await testProtocol();
  other = await testProtocol({ prefix: protocol.stores.prefix, environment: { ISSUER: protocol.issuer } });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  key = await deviceKey(protocol.issuer);
});
afterAll(() => Promise.all([protocol.close(), other.close()]));

const token = (fields: Record<string, string>, proof?: string, address = protocol.issuer): Promise<Answer> =>
  new DeviceClient(address).post('/token', { client_id: 'tv', ...fields }, proof ? { dpop: proof } : {});

const refresh = (refreshToken: string, proof?: string, address?: string): Promise<Answer> =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken }, proof, address);

async function linkBound(): Promise<Tokens> {
  const { deviceCode } = await approvedCode(protocol, browser);
  const form = { grant_type: DEVICE_GRANT, device_code: deviceCode };
  const answer = await token(form, await key.prove('/token'));
  expect([answer.status, answer.body['token_type']]).toEqual([200, 'DPoP']);
  return tokensOf(answer);
}

async function userinfo(accessToken: string, scheme: string, proof?: string): Promise<number> {
  const headers = { authorization: `${scheme} ${accessToken}`, ...(proof ? { dpop: proof } : {}) };
  return (await request(`${protocol.issuer}/me`, { headers })).status;
}

async function hashOf(accessToken: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken));
  return Buffer.from(hash).toString('base64url');
}

describe('a device with a key of its own (DPoP, RFC 9449)', () => {
  it('gets tokens bound to the key, and an API is told so', async () => {
    const tokens = await linkBound();
    const headers = { authorization: API_BASIC };
    const { body } = await device.post('/token/introspection', { token: tokens.access_token }, headers);
    expect(body).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } });
  });

  it('uses them with a proof for this token, and not as bearer', async () => {
    const { access_token: accessToken } = await linkBound();
    const ath = await hashOf(accessToken);
    expect(await userinfo(accessToken, 'DPoP', await key.prove('/me', 'GET', { ath }))).toBe(200);
    expect(await userinfo(accessToken, 'DPoP', await key.prove('/me', 'GET'))).toBe(401);
    expect(await userinfo(accessToken, 'DPoP')).toBeGreaterThanOrEqual(400);
    expect(await userinfo(accessToken, 'Bearer')).toBe(401);
    const thief = await deviceKey(protocol.issuer);
    expect(await userinfo(accessToken, 'DPoP', await thief.prove('/me', 'GET', { ath }))).toBe(401);
  });

  it('refreshes with the key, and no client does without: the attempt harms nothing', async () => {
    const { refresh_token: refreshToken } = await linkBound();
    const thief = await deviceKey(protocol.issuer);
    for (const proof of [undefined, await thief.prove('/token')]) {
      const answer = await refresh(refreshToken, proof);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_grant']);
    }
    const answer = await refresh(refreshToken, await key.prove('/token'));
    expect([answer.status, answer.body['token_type']]).toEqual([200, 'DPoP']);
  });

  it('cannot be signed out by a thief who replays its old refresh token without the key', async () => {
    const first = await linkBound();
    const second = tokensOf(await refresh(first.refresh_token, await key.prove('/token')));
    const third = tokensOf(await refresh(second.refresh_token, await key.prove('/token')));
    expect(errorOf(await refresh(first.refresh_token))).toBe('invalid_grant');
    expect(await device.isActive(third.access_token)).toBe(true);
    expect(errorOf(await refresh(first.refresh_token, await key.prove('/token')))).toBe('invalid_grant');
    expect(await device.isActive(third.access_token)).toBe(false);
  });

  it('must make each proof anew', async () => {
    const { refresh_token: refreshToken } = await linkBound();
    const proof = await key.prove('/token');
    const next = tokensOf(await refresh(refreshToken, proof));
    const again = await refresh(next.refresh_token, proof);
    expect(again.status).toBe(400);
    expect(['invalid_grant', 'invalid_dpop_proof']).toContain(errorOf(again));
    expect((await refresh(next.refresh_token, await key.prove('/token'))).status).toBe(200);
  });

  it('has one proof accepted once, of 32 uses at once over two servers', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token: refreshToken } = await linkBound();
      const proof = await key.prove('/token');
      const addresses = Array.from({ length: 32 }, (_, index) => (index % 2 ? protocol : other).address);
      const answers = await Promise.all(addresses.map((address) => refresh(refreshToken, proof, address)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
    }
  });

  it.each([
    ['of another address', { htu: 'https://elsewhere.example/token' }],
    ['of another method', { htm: 'GET' }],
    ['that is old', { iat: Math.floor(Date.now() / 1000) - 3600 }],
    ['without an id', { jti: '' }],
  ])('is refused with a proof %s, and its code stays good', async (_error, claims) => {
    const { deviceCode } = await approvedCode(protocol, browser);
    const form = { grant_type: DEVICE_GRANT, device_code: deviceCode };
    const { privateKey } = await generateKeyPair('ES256');
    const { publicKey, privateKey: own } = await generateKeyPair('ES256');
    const good = {
      htm: 'POST',
      htu: `${protocol.issuer}/token`,
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
    };
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) };
    const proof = await new SignJWT({ ...good, ...claims }).setProtectedHeader(header).sign(own);
    const forged = await new SignJWT(good).setProtectedHeader(header).sign(privateKey);
    for (const bad of [proof, forged, 'x', 'a.b.c']) {
      const answer = await token(form, bad);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_dpop_proof']);
    }
    expect((await token(form, await key.prove('/token'))).status).toBe(200);
  });

  it('stands beside devices without one', async () => {
    const { answer } = await linkDevice(protocol, browser);
    expect(answer.body['token_type']).toBe('Bearer');
  });
});
