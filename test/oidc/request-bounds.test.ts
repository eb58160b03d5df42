/** Anonymous requests leave little behind: too long a parameter is refused before anything is kept of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_CHARACTERS } from '../../src/oidc/request-bounds.ts';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const REQUEST = {
  client_id: 'notes',
  response_type: 'code',
  redirect_uri: 'https://notes.example.com/signed-in',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  scope: 'openid',
};

async function authorize(fields: Record<string, string>) {
  const query = new URLSearchParams({ ...REQUEST, ...fields });
  const answer = await request(`${protocol.issuer}/auth?${query}`, { redirect: 'manual' });
  const location = answer.headers.get('location');
  const to = location ? new URL(location, protocol.issuer) : undefined;
  return { status: answer.status, to, waiting: to?.pathname.replace('/interaction/', '') };
}

async function keptParameters(waiting: string | undefined): Promise<Record<string, unknown>> {
  const kept = await protocol.stores.records.find<{ params: Record<string, unknown> }>(
    'Interaction',
    waiting ?? '',
  );
  if (!kept) throw new Error('nothing waits');
  return kept.payload.params;
}

describe('what an app asks for', () => {
  it.each([
    ['state', 's', MAX_CHARACTERS.state],
    ['nonce', 'n', MAX_CHARACTERS.nonce],
    ['login_hint', 'l', MAX_CHARACTERS.login_hint],
    ['ui_locales', 'u', MAX_CHARACTERS.ui_locales],
    ['acr_values', 'a', MAX_CHARACTERS.acr_values],
    ['dpop_jkt', 'd', MAX_CHARACTERS.dpop_jkt],
  ])(
    '%s: taken as long as it may be, and one character more is refused, to the app',
    async (name, letter, most) => {
      const taken = await authorize({ [name]: letter.repeat(most) });
      expect(taken.to?.pathname).toMatch(/^\/interaction\//);
      const refused = await authorize({ [name]: letter.repeat(most + 1) });
      expect(refused.status).toBe(303);
      expect(refused.to?.origin).toBe('https://notes.example.com');
      expect(refused.to?.searchParams.get('error')).toBe('invalid_request');
      expect(refused.to?.searchParams.get('error_description')).toBe(
        `${name} is longer than ${most} characters`,
      );
    },
  );

  it('control characters count for as many as they are kept as', async () => {
    const refused = await authorize({ state: '\u0001'.repeat(1000) });
    expect(refused.to?.searchParams.get('error')).toBe('invalid_request');
  });

  it('a long scope is refused as well', async () => {
    const refused = await authorize({ scope: `openid ${'s'.repeat(510)}` });
    expect(refused.to?.searchParams.get('error')).toBe('invalid_request');
  });

  it('an address that is not the app’s gets no redirect, however long it is', async () => {
    const refused = await authorize({ redirect_uri: `https://notes.example.com/${'x'.repeat(3000)}` });
    expect([refused.status, refused.to]).toEqual([400, undefined]);
  });

  it('nothing is kept that is not read', async () => {
    const given = {
      display: 'page',
      claims: '{"userinfo":{"email":null,"shoe_size":null},"id_token":{},"more":1}',
      ui_locales: 'de',
      claims_locales: 'de',
      device_name: 'TV',
    };
    const { waiting } = await authorize({ ...given, state: 'here', nonce: 'once', login_hint: 'ada' });
    expect(await keptParameters(waiting)).toEqual({
      ...REQUEST,
      ui_locales: 'de',
      state: 'here',
      nonce: 'once',
      login_hint: 'ada',
      claims: '{"userinfo":{"email":null},"id_token":{}}',
    });
  });
});

describe('what a device asks for', () => {
  const device = () => new DeviceClient(protocol.issuer);
  const kept = async (deviceCode: string) => (await protocol.stores.deviceCodes.find(deviceCode))?.payload;

  it.each([
    ['nonce', MAX_CHARACTERS.nonce],
    ['acr_values', MAX_CHARACTERS.acr_values],
    ['device_name', MAX_CHARACTERS.device_name],
    ['login_hint', MAX_CHARACTERS.login_hint],
  ])('%s: taken as long as it may be; one character more is 400 invalid_request', async (name, most) => {
    expect((await device().authorize({ [name]: 'x'.repeat(most) })).status).toBe(200);
    const { status, body } = await device().authorize({ [name]: 'x'.repeat(most + 1) });
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  it('resources share the room of the nonce, and are four at most', async () => {
    const ask = async (nonce: number, ...lengths: number[]) => {
      const body = new URLSearchParams({ client_id: 'tv', scope: 'openid' });
      if (nonce > 0) body.set('nonce', 'n'.repeat(nonce));
      for (const length of lengths) body.append('resource', `https://a.example/${'r'.repeat(length - 18)}`);
      const answer = await request(`${protocol.issuer}/device/auth`, { method: 'POST', body });
      return [answer.status, ((await answer.json()) as Record<string, unknown>)['error']];
    };
    const [taken, refused] = [
      [200, undefined],
      [400, 'invalid_target'],
    ];
    expect(await ask(0, 506)).toEqual(taken);
    expect(await ask(0, 507)).toEqual(refused);
    expect(await ask(256, 250)).toEqual(taken);
    expect(await ask(256, 251)).toEqual(refused);
    expect(await ask(0, 40, 40, 40, 40)).toEqual(taken);
    expect(await ask(0, 40, 40, 40, 40, 40)).toEqual(refused);
  });

  it('a nonce of 50,000 characters leaves nothing in the store', async () => {
    const { status } = await device().authorize({ nonce: 'n'.repeat(50_000) });
    expect(status).toBe(400);
  });

  it('what it says of itself is kept once, and in few bytes whatever it is made of', async () => {
    const answer = await device().authorize({
      device_name: 'ᄀ'.repeat(1300),
      login_hint: 'ada',
      nonce: 'once',
    });
    const payload = await kept(codesOf(answer).deviceCode);
    expect(payload?.['params']).toEqual({
      client_id: 'tv',
      scope: 'openid profile email offline_access',
      nonce: 'once',
    });
    expect(Buffer.byteLength(JSON.stringify(payload?.['deviceInfo']))).toBeLessThan(500);
  });
});
