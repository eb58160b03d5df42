import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { CONFIDENTIAL, KIOSK_BASIC } from '../conformance/confidential-device.ts';
import { API_BASIC, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;
/** A device that keeps a secret. */
let kiosk: DeviceClient;
let state: StoredState;

beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, CONFIDENTIAL] });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
  kiosk = new DeviceClient(protocol.issuer, CONFIDENTIAL.client_id, KIOSK_BASIC);
  state = new StoredState(protocol.stores);
});
afterAll(() => protocol.close());

async function introspect(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await request(`${protocol.issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const asApi = (token: string, fields: Record<string, string> = {}) =>
  introspect({ token, ...fields }, { authorization: API_BASIC });

/** An app with a secret that has nothing to do with the token. */
const asNotes = (token: string, fields: Record<string, string> = {}) =>
  introspect({ token, ...fields }, { authorization: NOTES_BASIC });

/** What the stores were asked while this ran, in order. */
async function stepsOf(run: () => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  const { accessTokens, records, grants } = protocol.stores;
  const present = accessTokens.present.bind(accessTokens);
  const find = records.find.bind(records);
  const [authorize, read] = [grants.authorize.bind(grants), grants.read.bind(grants)];
  const spies = [
    jest.spyOn(accessTokens, 'present').mockImplementation((id, presenter) => {
      steps.push('present a token');
      return present(id, presenter);
    }),
    jest.spyOn(records, 'find').mockImplementation((kind, id) => {
      steps.push(`find ${kind}`);
      return find(kind, id);
    }),
    jest.spyOn(grants, 'authorize').mockImplementation((id, presented) => {
      steps.push('read a grant');
      return authorize(id, presented);
    }),
    jest.spyOn(grants, 'read').mockImplementation((id) => {
      steps.push('read a grant');
      return read(id);
    }),
  ];
  await run();
  for (const spy of spies) spy.mockRestore();
  return steps;
}

const HINTS = ['refresh_token', 'access_token', 'nonsense', ''];
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
    expect(Math.abs(Number(body['exp']) - seconds - 600)).toBeLessThan(60);
  });

  it('tells a client with a secret about its own tokens, refresh tokens too, with any hint', async () => {
    const { tokens } = await linkDevice(protocol, browser, kiosk);
    for (const hint of HINTS) {
      for (const token of [tokens.refresh_token, tokens.access_token]) {
        const { body } = await kiosk.post('/token/introspection', { token, token_type_hint: hint });
        expect([hint, body]).toEqual([hint, expect.objectContaining({ active: true, client_id: 'kiosk' })]);
      }
    }
  });

  it('tells an app with a secret nothing about what another client’s owners have', async () => {
    const linked = [await linkDevice(protocol, browser), await linkDevice(protocol, browser, kiosk)];
    for (const { tokens } of linked) {
      for (const hint of HINTS) {
        for (const token of [tokens.access_token, tokens.refresh_token]) {
          const { status, text } = await asNotes(token, { token_type_hint: hint });
          expect([hint, status, text]).toEqual([hint, 200, INACTIVE]);
        }
      }
    }
  });

  it('describes a refresh token to no resource server', async () => {
    for (const by of [device, kiosk]) {
      const { tokens } = await linkDevice(protocol, browser, by);
      for (const hint of HINTS) {
        const { text } = await asApi(tokens.refresh_token, { token_type_hint: hint });
        expect([hint, text]).toEqual([hint, INACTIVE]);
      }
    }
  });

  it('takes the same steps in the store for another client’s token as for one that never was', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const pairs: [string, string][] = [
      [tokens.access_token, 'x'.repeat(tokens.access_token.length)],
      [tokens.refresh_token, 'x'.repeat(tokens.refresh_token.length)],
    ];
    for (const pair of pairs) {
      const [theirs, never] = [await stepsOf(() => asNotes(pair[0])), await stepsOf(() => asNotes(pair[1]))];
      expect(theirs.length).toBeGreaterThan(0);
      expect(theirs).toEqual(never);
    }
  });

  it('is no use of a token where the client may not read it: a device that lost an answer asks again', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const lost = tokensOf(await device.refresh(tokens.refresh_token));
    for (const token of [lost.access_token, lost.refresh_token]) await asNotes(token);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
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

    const asKiosk = (token: string) => introspect({ token }, { authorization: KIOSK_BASIC });
    const ended = await linkDevice(protocol, browser, kiosk);
    await kiosk.revoke(ended.tokens.refresh_token);
    answers.push((await asKiosk(ended.tokens.refresh_token)).text);

    const replayed = await linkDevice(protocol, browser, kiosk);
    const next = tokensOf(await kiosk.refresh(replayed.tokens.refresh_token));
    await kiosk.userinfo(next.access_token);
    answers.push((await asKiosk(replayed.tokens.refresh_token)).text);
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

  it('refuses a caller that does not prove who it is', async () => {
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
    const { tokens } = await linkDevice(protocol, browser, kiosk);
    const first = tokensOf(await kiosk.refresh(tokens.refresh_token));
    expect(await kiosk.seesActive(first.refresh_token)).toBe(true);
    expect((await kiosk.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
