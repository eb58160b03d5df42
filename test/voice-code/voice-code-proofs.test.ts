/** `POST /voice-code/verify` with an access token that is bound to a key (RFC 9449 sections 4.3 and 7). */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { type DeviceKey, deviceKey } from '../support/device-key.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const PATH = '/voice-code/verify';
const HUB = '/account/security/voice-code';
const RIGHT = '4071';

let server: WholeServer;
let pages: PageClient;
let key: DeviceKey;
let bound: string;
let plain: string;
beforeAll(async () => {
  server = await startWholeServer({ VOICE_CODE_TRIES_DEVICE: '60', VOICE_CODE_TRIES_ACCOUNT: '600' });
  ({ pages } = await server.signUp(server.visitor('127.0.0.1')));
  await pages.submit(HUB, HUB, { voice_code: RIGHT });
  key = await deviceKey(server.issuer);
  bound = await linked({ dpop: await key.prove('/token') });
  plain = await linked({});
});
afterAll(() => server.close());

async function linked(headers: Record<string, string>): Promise<string> {
  const device = new DeviceClient(server.issuer);
  const scope = 'openid offline_access voice_code';
  const { deviceCode, userCode } = codesOf(await device.authorize({ scope }));
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  const form = { grant_type: DEVICE_GRANT, client_id: 'tv', device_code: deviceCode };
  return tokensOf(await device.post('/token', form, headers)).access_token;
}

const ath = (token: string) => createHash('sha256').update(token).digest('base64url');

async function asks(token: string, scheme: string, dpop?: string) {
  const headers = { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }) };
  const { status, text, headers: heard } = await server.visitor().post(PATH, { code: RIGHT }, headers);
  return { status, body: JSON.parse(text) as Record<string, unknown>, challenge: heard['www-authenticate'] };
}

describe('a device that is bound to a key', () => {
  it('asks with its token and a proof, in the scheme DPoP', async () => {
    const { status, body } = await asks(bound, 'DPoP', await key.prove(PATH, 'POST', { ath: ath(bound) }));
    expect([status, body]).toEqual([200, { verified: true }]);
  });

  it('asks once with each proof, also when it comes many times at once', async () => {
    const proof = await key.prove(PATH, 'POST', { ath: ath(bound) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => asks(bound, 'dpop', proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 401);
    expect(refused.map(({ body }) => body['error'])).toEqual(Array(19).fill('invalid_dpop_proof'));
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, () => Promise<string | undefined>]>([
    ['no proof', async () => undefined],
    ['something else than a proof', async () => 'x.y.z'],
    ['a proof without the token', () => key.prove(PATH)],
    ['a proof for another token', () => key.prove(PATH, 'POST', { ath: ath(plain) })],
    ['a proof for another address', () => key.prove('/me', 'POST', { ath: ath(bound) })],
    ['a proof for another method', () => key.prove(PATH, 'GET', { ath: ath(bound) })],
    ['a proof of an hour ago', () => key.prove(PATH, 'POST', { ath: ath(bound), iat: now - 3600 })],
    ['a proof of an hour from now', () => key.prove(PATH, 'POST', { ath: ath(bound), iat: now + 3600 })],
    ['a proof without a name', () => key.prove(PATH, 'POST', { ath: ath(bound), jti: '' })],
    ['a nonce that the server did not give', () => key.prove(PATH, 'POST', { ath: ath(bound), nonce: 'x' })],
    ['two proofs', async () => [await key.prove(PATH), await key.prove(PATH)].join(', ')],
  ])('is refused with %s', async (_what, proof) => {
    const { status, body, challenge } = await asks(bound, 'DPoP', await proof());
    expect([status, body['error']]).toEqual([401, 'invalid_dpop_proof']);
    expect(challenge).toBe('DPoP error="invalid_dpop_proof", algs="ES256 Ed25519 EdDSA"');
  });

  it('is refused with the key of another device, and without the scheme; so is a token that is bound to none', async () => {
    const thief = await deviceKey(server.issuer);
    const stolen = await asks(bound, 'DPoP', await thief.prove(PATH, 'POST', { ath: ath(bound) }));
    const bare = await asks(bound, 'Bearer', await key.prove(PATH, 'POST', { ath: ath(bound) }));
    const unbound = await asks(plain, 'DPoP', await key.prove(PATH, 'POST', { ath: ath(plain) }));
    for (const { status, body } of [stolen, bare, unbound])
      expect([status, body['error']]).toEqual([401, 'invalid_token']);
    expect((await asks(plain, 'Bearer')).body).toEqual({ verified: true });
  });
});
