import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedInBrowser } from '../../src/accounts/browser-store.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: SignedInBrowser;
let device: DeviceClient;
let state: StoredState;

beforeAll(async () => {
  protocol = await testProtocol();
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  state = new StoredState(protocol.stores);
});
afterAll(() => protocol.close());

async function introspect(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${protocol.issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const asApi = (token: string, fields: Record<string, string> = {}) =>
  introspect({ token, ...fields }, { authorization: API_BASIC });

const INACTIVE = '{"active":false}';

describe('introspection (RFC 7662)', () => {
  it('tells a resource server whose a token is, and what it may', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const { status, headers, text } = await asApi(tokens.access_token);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    const seconds = Math.floor(Date.now() / 1000);
    const body = JSON.parse(text) as Record<string, unknown>;
    expect(body).toEqual({
      active: true,
      sub: browser.accountId,
      client_id: 'tv',
      iss: protocol.issuer,
      exp: expect.any(Number),
      iat: expect.any(Number),
      scope: 'openid profile email offline_access',
      token_type: 'Bearer',
    });
    expect(Math.abs(Number(body['exp']) - seconds - 600)).toBeLessThan(5);
  });

  it('knows a refresh token as well, with any hint', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    for (const hint of ['refresh_token', 'access_token', 'nonsense', '']) {
      for (const token of [tokens.refresh_token, tokens.access_token]) {
        const { text } = await asApi(token, { token_type_hint: hint });
        expect([hint, (JSON.parse(text) as { active: boolean }).active]).toEqual([hint, true]);
      }
    }
  });

  it('gives one and the same answer, byte for byte, to everything that is not active', async () => {
    const answers: string[] = [];
    const unknown = ['unknown', 'x'.repeat(43), 'x'.repeat(5000), '💥', 'a.b.c', '__proto__'];
    for (const token of unknown) answers.push((await asApi(token)).text);

    const expired = await linkDevice(protocol, browser);
    await state.forget('AccessToken', expired.tokens.access_token);
    answers.push((await asApi(expired.tokens.access_token)).text);

    const revoked = await linkDevice(protocol, browser);
    await device.revoke(revoked.tokens.refresh_token);
    answers.push((await asApi(revoked.tokens.access_token)).text);
    answers.push((await asApi(revoked.tokens.refresh_token)).text);

    const replayed = await linkDevice(protocol, browser);
    const next = tokensOf(await device.refresh(replayed.tokens.refresh_token));
    await device.userinfo(next.access_token);
    answers.push((await asApi(replayed.tokens.refresh_token)).text);
    expect(await device.isActive(next.access_token)).toBe(true);

    expect(answers).toEqual(answers.map(() => INACTIVE));
  });

  it('answers inactive for what was never a token to ask about: codes, ID tokens, other JWTs', async () => {
    const { deviceCode, userCode, tokens } = await linkDevice(protocol, browser);
    for (const token of [deviceCode, userCode, tokens.id_token ?? '', 'eyJhbGciOiJub25lIn0.e30.']) {
      const { status, text } = await asApi(token);
      expect([token.slice(0, 12), status, text]).toEqual([token.slice(0, 12), 200, INACTIVE]);
    }
  });

  it('tells a public client nothing, not even of its own tokens', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    for (const client of ['tv', 'speaker']) {
      const { status, text } = await introspect({ token: tokens.access_token, client_id: client });
      expect([client, status, text]).toEqual([client, 200, INACTIVE]);
    }
  });

  it('refuses whoever does not prove who they are', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const wrong = { authorization: `Basic ${btoa('api:wrong')}` };
    const answers = [
      await introspect({ token: tokens.access_token }),
      await introspect({ token: tokens.access_token, client_id: 'api' }),
      await introspect({ token: tokens.access_token }, wrong),
      await introspect({ token: tokens.access_token }, { authorization: `Bearer ${tokens.access_token}` }),
    ];
    for (const { status, text } of answers) {
      expect([400, 401]).toContain(status);
      expect(text).not.toContain('active');
    }
  });

  it('does not count asking about a refresh token as its use', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const first = tokensOf(await device.refresh(tokens.refresh_token));
    expect(await device.isActive(first.refresh_token)).toBe(true);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
