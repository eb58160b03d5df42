/** OpenID Connect Core 1.0, Basic profile: how clients prove who they are, and access that lasts, by section. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const HOME = 'https://notes.example.com/signed-in';
const SECRET = 'a secret of the notes for their tests, 40 chars';
const LASTING = { scope: 'openid profile email offline_access' };
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const entry = (client_id: string, more: object) => ({
  ...{ client_id, client_name: client_id, redirect_uris: [HOME] },
  ...more,
});

let protocol: TestProtocol;
let notes: TestApp;
let browser: Session;
let agent: Agent;
const pair = await generateKeyPair('ES256', { extractable: true });
beforeAll(async () => {
  // Jest's own makes objects of another realm, and the library takes none of these for the plain ones of a key set.
  globalThis.structuredClone = (value) => value && JSON.parse(JSON.stringify(value));
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'its-own', alg: 'ES256' }] };
  protocol = await testProtocol({
    clients: [
      ...TEST_CLIENTS,
      entry('unsaid', { client_secret: SECRET }),
      entry('post', { client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' }),
      entry('key', { jwks, token_endpoint_auth_method: 'private_key_jwt' }),
    ],
  });
  notes = await TestApp.notes(protocol);
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});
afterAll(() => protocol.close());

/** Error of a form that says nothing but who asks. */
async function refusalOf(fields: Record<string, string>, authorization?: string) {
  const device = new DeviceClient(protocol.issuer, '', authorization);
  const { status, body } = await device.post('/token', {
    grant_type: 'refresh_token',
    refresh_token: 'x',
    ...fields,
  });
  return [status, body['error']];
}
const IS_KNOWN = [400, 'invalid_grant'];
const IS_NOT = [401, 'invalid_client'];

/** As section 9 has it, changed so. */
function assertion(changes: Record<string, unknown> = {}, key = pair.privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: 'key', sub: 'key', aud: protocol.issuer, jti: randomUUID(), iat: now, exp: now + 60 },
    ...changes,
  };
  const given = Object.entries(claims).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg: 'ES256', kid: 'its-own' })
    .sign(key);
}
const withAssertion = async (made: Promise<string>) =>
  refusalOf({ client_id: 'key', client_assertion_type: ASSERTION, client_assertion: await made });

describe('9 client authentication', () => {
  it.each([
    ['unsaid', () => client.ClientSecretBasic(SECRET)],
    ['notes', () => client.ClientSecretBasic(SECRET)],
    ['post', () => client.ClientSecretPost(SECRET)],
    ['reader', () => client.None()],
    ['key', () => client.PrivateKeyJwt({ key: pair.privateKey, kid: 'its-own' })],
  ])('9 an unmodified client signs in: %s', async (id, auth) => {
    const home = id === 'reader' ? 'https://reader.example.com/cb' : HOME;
    const app = await TestApp.of(protocol, id, home, auth());
    expect((await app.signIn(agent)).claims()?.aud).toBe(id);
  });

  it('9 a secret comes in the header, encoded as a form is (RFC 6749 section 2.3.1), or in the form; not in both', async () => {
    for (const id of ['unsaid', 'post', 'notes']) {
      const basic = `Basic ${btoa(`${id}:${encodeURIComponent(SECRET)}`)}`;
      expect(await refusalOf({}, basic)).toEqual(IS_KNOWN);
      expect(await refusalOf({ client_id: id, client_secret: SECRET })).toEqual(IS_KNOWN);
      const both = await refusalOf({ client_id: id, client_secret: SECRET }, basic);
      expect(both).toEqual([400, 'invalid_request']);
    }
  });

  it('9 MUST be what is registered: a secret, a key, or nothing', async () => {
    for (const id of ['unsaid', 'post', 'notes', 'key']) {
      expect(await refusalOf({ client_id: id })).toEqual(IS_NOT);
      expect(await refusalOf({ client_id: id, client_secret: `${SECRET}x` })).toEqual(IS_NOT);
    }
    const made = {
      client_assertion_type: ASSERTION,
      client_assertion: await assertion({ iss: 'post', sub: 'post' }),
    };
    expect(await refusalOf({ client_id: 'post', ...made })).toEqual(IS_NOT);
    expect(await refusalOf({ client_id: 'reader' })).toEqual(IS_KNOWN);
  });

  it('9 private_key_jwt: iss, sub, aud, jti and exp are REQUIRED, and right', async () => {
    expect(await withAssertion(assertion())).toEqual(IS_KNOWN);
    expect(await withAssertion(assertion({ aud: `${protocol.issuer}/token` }))).toEqual(IS_KNOWN);
    const stranger = (await generateKeyPair('ES256')).privateKey;
    const wrong = [
      ...['iss', 'sub', 'aud', 'jti', 'exp'].map((name) => assertion({ [name]: undefined })),
      ...[{ iss: 'notes' }, { sub: 'notes' }, { aud: 'https://other.example.com' }, { exp: 1 }].map(
        (change) => assertion(change),
      ),
      assertion({}, stranger),
    ];
    for (const made of wrong)
      expect(['invalid_client', 'invalid_request']).toContain((await withAssertion(made))[1]);
  });

  it('9 private_key_jwt: one assertion MUST NOT be used twice', async () => {
    const made = assertion();
    expect(await withAssertion(made)).toEqual(IS_KNOWN);
    expect(await withAssertion(made)).toEqual(IS_NOT);
  });
});

describe('11 offline access', () => {
  it('11 MUST be allowed by the owner, on a page; what they leave out is not given', async () => {
    const attempt = await notes.begin(LASTING);
    expect((await agent.get(attempt.url)).location).toMatch(/^\/interaction\//);
    expect((await notes.signIn(agent, LASTING, ['openid', 'profile'])).refresh_token).toBeUndefined();
    const allowed = await notes.signIn(agent, { ...LASTING, prompt: 'consent' });
    expect(allowed.refresh_token).toBeDefined();
  });

  it('11 MUST NOT be given without a page that has not been allowed before', async () => {
    const other = new Agent((await signedInOwner(protocol.stores)).browser);
    const answer = await notes.authorize(other, await notes.begin({ ...LASTING, prompt: 'none' }));
    expect(answer.searchParams.get('error')).toBe('consent_required');
  });

  it('11 is nothing that a sign-in without it brings', async () => {
    const tokens = await notes.signIn(agent);
    expect([tokens.refresh_token, tokens.scope?.includes('offline_access')]).toEqual([undefined, false]);
  });
});

describe('12 refreshing', () => {
  const lasting = () => notes.signIn(agent, { ...LASTING, prompt: 'consent' });
  const refresh = (token: string, authorization: string | undefined, id = 'notes') =>
    refusalOf({ refresh_token: token, ...(authorization === undefined && { client_id: id }) }, authorization);

  it('12.1 MUST have the client prove who it is, and the token be its own', async () => {
    const { refresh_token: token = '' } = await lasting();
    const post = `Basic ${btoa(`unsaid:${encodeURIComponent(SECRET)}`)}`;
    expect(await refresh(token, undefined)).toEqual(IS_NOT);
    expect(await refresh(token, `Basic ${btoa('notes:wrong')}`)).toEqual(IS_NOT);
    expect(await refresh(token, undefined, 'reader')).toEqual(IS_KNOWN);
    expect(await refresh(token, post)).toEqual(IS_KNOWN);
    expect((await notes.refresh(token)).access_token).toBeDefined();
  });

  it('12.2 an ID token of a refresh MUST be of the same sign-in: iss, sub, aud and auth_time, and a new iat', async () => {
    const first = await lasting();
    const clock = Date.now;
    Date.now = () => clock() + 10_000;
    const again = await notes.refresh(first.refresh_token ?? '').finally(() => {
      Date.now = clock;
    });
    const [before, after] = [first.claims(), again.claims()];
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'azp', 'sid'] as const)
      expect([name, after?.[name]]).toEqual([name, before?.[name]]);
    expect(Number(after?.iat)).toBeGreaterThan(Number(before?.iat));
  });

  it('12.2 SHOULD NOT have a nonce; one that it has is the first one', async () => {
    const first = await lasting();
    const again = await notes.refresh(first.refresh_token ?? '');
    expect([undefined, first.claims()?.nonce]).toContain(again.claims()?.nonce);
  });

  it('12.3 MUST answer an error as the token endpoint does: what is no refresh token is invalid_grant', async () => {
    for (const token of ['x', (await lasting()).access_token])
      expect(await refresh(token, `Basic ${btoa(`notes:${encodeURIComponent(SECRET)}`)}`)).toEqual(IS_KNOWN);
  });
});

describe('16 security', () => {
  it('16.18 SHOULD be short: a code is for a minute and once, an access token for ten minutes', async () => {
    const attempt = await notes.begin();
    const code = (await notes.authorize(agent, attempt)).searchParams.get('code') ?? '';
    const kept = await protocol.provider.AuthorizationCode.find(code);
    expect((kept?.exp ?? 0) - (kept?.iat ?? 0)).toBe(60);
    expect((await notes.signIn(agent)).expires_in).toBe(600);
  });
});
