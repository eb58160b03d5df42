/** An owner is not led through sign-in and a consent page by a request that could never give anything. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const PLACE = { address: '127.0.0.1', userAgent: 'test' };
const CLIENTS = [
  ...TEST_CLIENTS,
  { client_id: 'narrow', client_name: 'Narrow', scope: 'openid profile' },
  { client_id: 'once', client_name: 'Once', grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] },
  {
    client_id: 'visit',
    client_name: 'Visit',
    redirect_uris: ['https://visit.example.com/cb'],
    grant_types: ['authorization_code'],
  },
];
const NOTHING_KNOWN = ['', 'unheard-of', 'unheard-of other', 'OPENID', 'openid2 open'];

let protocol: TestProtocol;
let app: TestApp;
let browser: Session;
beforeAll(async () => {
  protocol = await testProtocol({ clients: CLIENTS });
  app = await TestApp.notes(protocol);
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

const confidential = () => {
  const secret = encodeURIComponent('a secret of the notes for their tests, 40 chars');
  return new DeviceClient(protocol.issuer, 'notes', `Basic ${btoa(`notes:${secret}`)}`);
};

describe('a request with no scope, or none that is known (RFC 6749 section 3.3)', () => {
  it.each([...NOTHING_KNOWN, undefined])('of an app comes back before any page: %p', async (scope) => {
    const { url, state } = await app.begin();
    if (scope === undefined) url.searchParams.delete('scope');
    else url.searchParams.set('scope', scope);
    url.searchParams.set('max_age', '60');
    url.searchParams.set('claims', '{"id_token":{"email":null}}');
    for (const agent of [new Agent(), new Agent(browser)]) {
      const { location } = await agent.get(url);
      const heard = URL.parse(location)?.searchParams;
      expect([heard?.get('error'), heard?.get('state'), heard?.get('iss')]).toEqual([
        'invalid_scope',
        state,
        protocol.issuer,
      ]);
      expect(location.startsWith(app.redirectUri)).toBe(true);
      expect([...agent.cookies.keys()].filter((name) => name.includes('interaction'))).toEqual([]);
    }
  });

  it('of an app comes back where it asked to be answered', async () => {
    const { url } = await app.begin({ response_mode: 'fragment', scope: 'unheard-of' });
    const { location } = await new Agent(browser).get(url);
    expect(location).toMatch(/^https:\/\/notes\.example\.com\/signed-in#error=invalid_scope&/);
  });

  it('is the same where the one that is known is not given to this client', async () => {
    const visit = await TestApp.of(protocol, 'visit', 'https://visit.example.com/cb');
    const { url } = await visit.begin({ scope: 'offline_access' });
    url.searchParams.delete('nonce');
    const { location } = await new Agent(browser).get(url);
    expect(URL.parse(location)?.searchParams.get('error')).toBe('invalid_scope');
    expect(
      errorOf(await new DeviceClient(protocol.issuer, 'once').authorize({ scope: 'offline_access' })),
    ).toBe('invalid_scope');
  });

  it.each([...NOTHING_KNOWN, undefined])('of an app is not taken in advance: %p', async (scope) => {
    const notes = confidential();
    for (const more of [{}, { nonce: 'n', max_age: '60' }]) {
      const { url } = await app.begin();
      const { scope: _scope, nonce: _nonce, ...kept } = Object.fromEntries(url.searchParams);
      const form = { ...kept, ...(scope !== undefined && { scope }), ...more };
      const answer = await notes.post('/par', form);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_scope']);
    }
  });

  it.each([...NOTHING_KNOWN, undefined])('of a device gets no code: %p', async (scope) => {
    for (const id of ['tv', 'narrow', 'once']) {
      const device = new DeviceClient(protocol.issuer, id);
      const form = { client_id: id, ...(scope !== undefined && { scope }) };
      for (const more of [{}, { nonce: 'n' }, { max_age: '60', acr_values: 'x', claims: '{}' }]) {
        const answer = await device.post('/device/auth', { ...form, ...more });
        expect([id, more, answer.status, errorOf(answer)]).toEqual([id, more, 400, 'invalid_scope']);
        expect(answer.body).not.toHaveProperty('device_code');
      }
    }
  });

  it('a nonce of a device that asks for no ID token is ignored, as that of an app is', async () => {
    const { browser: owner } = await signedInOwner(protocol.stores);
    const linked = async (given: Record<string, string>) => {
      const device = new DeviceClient(protocol.issuer, 'tv');
      const { deviceCode, userCode } = codesOf(
        await device.authorize({ scope: 'profile offline_access', ...given }),
      );
      await protocol.linking.approve(userCode, owner);
      const {
        access_token: _access,
        refresh_token: _refresh,
        ...rest
      } = (await device.poll(deviceCode)).body;
      return rest;
    };
    expect(await linked({ nonce: 'n' })).toEqual(await linked({}));
  });

  it.each(['max_age', 'acr_values', 'claims'])(
    '%s, on which a device would rely in vain, stays refused without openid',
    async (name) => {
      const answer = await new DeviceClient(protocol.issuer).authorize({ scope: 'profile', [name]: '{}' });
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_request']);
    },
  );

  it('one that is known among others is enough', async () => {
    const answer = await new DeviceClient(protocol.issuer).authorize({ scope: 'unheard-of email' });
    expect(answer.status).toBe(200);
  });
});

describe('the token answer says the scope wherever it is not what was asked (RFC 6749 section 5.1)', () => {
  const linked = async (scope: string, id = 'tv') => {
    const device = new DeviceClient(protocol.issuer, id);
    const { deviceCode, userCode } = codesOf(await device.authorize({ scope }));
    await protocol.linking.approve(userCode, browser);
    return { device, answer: await device.poll(deviceCode) };
  };

  it('to a device that asked for what nobody knows', async () => {
    const { answer } = await linked('openid unheard-of');
    expect(answer.body['scope']).toBe('openid');
  });

  it('to a device whose client may not refresh', async () => {
    const { answer } = await linked('openid offline_access', 'once');
    expect(answer.body['scope']).toBe('openid');
    expect(answer.body).not.toHaveProperty('refresh_token');
  });

  it('to a device that asks for less when it refreshes, and for all again', async () => {
    const { device, answer } = await linked('openid profile offline_access unheard-of');
    const { refresh_token: first } = tokensOf(answer);
    const less = await device.refresh(first, { scope: 'openid' });
    expect(less.body['scope']).toBe('openid');
    const all = await device.refresh(tokensOf(less).refresh_token);
    expect(all.body['scope']).toBe('openid profile offline_access');
  });

  it('to an app whose owner gave less, and takes more back later', async () => {
    const agent = new Agent(browser);
    const scope = 'openid profile email offline_access unheard-of';
    const tokens = await app.signIn(agent, { scope, prompt: 'consent' }, ['profile', 'offline_access']);
    expect(tokens.scope).toBe('openid profile offline_access');
    const [consent] = await protocol.appAccess.list(browser);
    await protocol.appAccess.narrow(browser, consent?.id ?? '', ['offline_access'], PLACE);
    const later = await app.refresh(tokens.refresh_token ?? '');
    expect(later.scope).toBe('openid offline_access');
  });
});

describe('what is pushed in advance (RFC 9126 section 2) is taken and refused as what comes by address', () => {
  it.each<[Record<string, string>, string | null]>([
    [{}, null],
    [{ scope: 'profile unheard-of' }, null],
    // AppAuth for Android sends a nonce with every request.
    [{ scope: 'profile', nonce: 'n' }, null],
    [{ scope: 'profile', max_age: '60' }, 'invalid_request'],
    [{ scope: 'profile', acr_values: 'x' }, 'invalid_request'],
    [{ scope: 'profile', claims: '{}' }, 'invalid_request'],
    [{ scope: 'unheard-of', nonce: 'n' }, 'invalid_scope'],
    [{ nonce: 'n'.repeat(513) }, 'invalid_request'],
    [{ state: 's'.repeat(4097) }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'unheard-of' }, 'invalid_request'],
    [{ max_age: 'x' }, 'invalid_request'],
    [{ claims: '{' }, 'invalid_request'],
    [{ id_token_hint: 'x' }, 'invalid_request'],
    [{ resource: 'x' }, 'invalid_target'],
    [{ request: 'a.b.c' }, 'request_not_supported'],
    [{ registration: '{}' }, 'registration_not_supported'],
  ])('%j: %p', async (given, expected) => {
    const { url } = await app.begin(given);
    if (given['scope'] && !('nonce' in given)) url.searchParams.delete('nonce');
    const { location } = await new Agent(browser).get(url);
    const pushed = await confidential().post('/par', Object.fromEntries(url.searchParams));
    // What asks for a token itself is answered in the fragment.
    const answer = new URLSearchParams(location.split(/[?#]/)[1]);
    expect([answer.get('error'), errorOf(pushed) ?? null]).toEqual([expected, expected]);
    expect([location.startsWith('/interaction/'), pushed.status]).toEqual(
      expected === null ? [true, 201] : [false, 400],
    );
  });

  it('an app that sends a nonce without openid gets its tokens, and no ID token', async () => {
    const attempt = await app.begin({ scope: 'profile' });
    const answer = await app.authorize(new Agent(browser), attempt);
    const { verifier, state } = attempt;
    const tokens = await app.redeem(answer, { url: attempt.url, verifier, state });
    expect([tokens.scope, tokens.id_token]).toEqual(['profile', undefined]);
  });
});
