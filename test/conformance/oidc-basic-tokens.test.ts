/** OpenID Connect Core 1.0, Basic profile: a test for each MUST and SHOULD of tokens and claims, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { type Answer, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const HOME = 'https://notes.example.com/signed-in?from=id';
const SECRET = 'a secret of the notes for their tests, 40 chars';
const BASIC = `Basic ${btoa(`notes:${encodeURIComponent(SECRET)}`)}`;

let protocol: TestProtocol;
let notes: TestApp;
let browser: Session;
let agent: Agent;
beforeAll(async () => {
  const [, , , { client_id: _id, ...more } = {}] = TEST_CLIENTS;
  protocol = await testProtocol({
    clients: [...TEST_CLIENTS, { ...more, client_id: 'query', client_name: 'Query', redirect_uris: [HOME] }],
  });
  notes = await TestApp.notes(protocol);
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});
afterAll(() => protocol.close());

const keys = () => createRemoteJWKSet(new URL(`${protocol.issuer}/jwks`));
const errorIn = ({ status, body }: Answer) => [status, body['error']];

/** A form at the token endpoint; the client proves nothing but by what is given. */
const ask = (fields: Record<string, string>, authorization = BASIC) =>
  new DeviceClient(protocol.issuer, '', authorization).post('/token', fields);

/** A code of Notes, and the form that redeems it. */
async function codeForm(): Promise<Record<string, string>> {
  const attempt = await notes.begin();
  const code = (await notes.authorize(agent, attempt)).searchParams.get('code') ?? '';
  return {
    grant_type: 'authorization_code',
    ...{ code, redirect_uri: notes.redirectUri, code_verifier: attempt.verifier },
  };
}

async function userinfo(init: RequestInit): Promise<Answer> {
  const response = await request(`${protocol.issuer}/me`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}
const bearer = (token: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${token}`, ...more },
});

describe('2 the ID token', () => {
  it('2 MUST say who issued it, about whom, for whom, until when and since when', async () => {
    const claims = decodeJwt((await notes.signIn(agent)).id_token ?? '');
    expect(claims).toMatchObject({ iss: protocol.issuer, sub: browser.accountId, aud: 'notes' });
    expect(claims.sub).toMatch(/^[ -~]{1,255}$/);
    expect([Number.isInteger(claims.iat), Number.isInteger(claims.exp)]).toEqual([true, true]);
    expect(Number(claims.exp)).toBeGreaterThan(Number(claims.iat));
  });

  it('2 auth_time MUST be in it where max_age was asked for, or where it is essential', async () => {
    const essential = { claims: JSON.stringify({ id_token: { auth_time: { essential: true } } }) };
    for (const parameters of [{ max_age: '3600' }, essential] as Record<string, string>[])
      expect((await notes.signIn(agent, parameters)).claims()?.auth_time).toBe(browser.authTime);
  });

  it('2 has no azp where its client is the only audience (SHOULD NOT)', async () => {
    expect((await notes.signIn(agent)).claims()).not.toHaveProperty('azp');
  });

  it('2 MUST be signed, and SHOULD NOT bring or point to a key in its header; 10.1 MUST name one of several', async () => {
    const token = (await notes.signIn(agent)).id_token ?? '';
    const { alg, kid, ...others } = decodeProtectedHeader(token);
    expect([alg, kid]).toEqual(['RS256', expect.any(String)]);
    for (const name of ['x5u', 'x5c', 'jku', 'jwk']) expect(others).not.toHaveProperty(name);
    await jwtVerify(token, keys(), { issuer: protocol.issuer, audience: 'notes' });
  });

  it('3.1.3.6 an at_hash that stands in it is that of the access token', async () => {
    const tokens = await notes.signIn(agent);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(tokens.access_token));
    const left = Buffer.from(digest).subarray(0, 16).toString('base64url');
    expect([undefined, left]).toContain(tokens.claims()?.['at_hash']);
  });
});

describe('3.1.3 the token endpoint', () => {
  it('3.1.3.2 MUST have a client with a secret prove who it is', async () => {
    const form = await codeForm();
    const wrong = `Basic ${btoa('notes:wrong')}`;
    for (const authorization of [wrong, '', `Basic ${btoa('nobody:x')}`]) {
      const fields = authorization ? form : { ...form, client_id: 'notes' };
      const { status, body, headers } = await ask(fields, authorization);
      expect([authorization, status, body['error']]).toEqual([authorization, 401, 'invalid_client']);
      if (authorization) expect(headers.get('www-authenticate')).toMatch(/^Basic /);
    }
    expect((await ask(form)).status).toBe(200);
  });

  it('3.1.3.2 MUST be a code of this client, which was issued, and not used before', async () => {
    const form = await codeForm();
    const others = { ...form, client_id: 'reader' };
    expect(errorIn(await ask(others, ''))).toEqual([400, 'invalid_grant']);
    expect(errorIn(await ask({ ...form, code: 'never-issued' }))).toEqual([400, 'invalid_grant']);
    expect((await ask(form)).status).toBe(200);
    expect(errorIn(await ask(form))).toEqual([400, 'invalid_grant']);
  });

  it('3.1.3.2 MUST be the redirect_uri of the request, letter for letter', async () => {
    const { redirect_uri: there = '', ...form } = await codeForm();
    expect(errorIn(await ask({ ...form, redirect_uri: `${there}/` }))).toEqual([400, 'invalid_grant']);
    expect((await ask(form)).status).toBe(400);
    expect((await ask({ ...form, redirect_uri: there })).status).toBe(200);
  });

  it('3.1.3.3 MUST answer with token_type Bearer and an ID token, in JSON that no cache keeps', async () => {
    const { status, headers, body } = await ask(await codeForm());
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String), expires_in: 600 });
  });

  it('3.1.3.4 MUST answer an error with 400 and JSON (RFC 6749 section 5.2)', async () => {
    for (const [fields, error] of [
      [{}, 'invalid_request'],
      [{ grant_type: 'authorization_code' }, 'invalid_request'],
      [{ grant_type: 'password' }, 'unsupported_grant_type'],
    ] as [Record<string, string>, string][]) {
      const answer = await ask(fields);
      expect(errorIn(answer)).toEqual([400, error]);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  it('3.1.2.5 the query of a registered address MUST be retained (RFC 6749 section 3.1.2)', async () => {
    const query = await TestApp.of(protocol, 'query', HOME);
    const answer = await query.authorize(agent, await query.begin());
    expect([answer.searchParams.get('from'), answer.searchParams.has('code')]).toEqual(['id', true]);
  });
});

describe('5.3 userinfo', () => {
  it('5.3 MUST support GET and POST, with the token in the header or in the form (RFC 6750)', async () => {
    const { access_token: token } = await notes.signIn(agent);
    const form = { method: 'POST', body: new URLSearchParams({ access_token: token }) };
    for (const init of [bearer(token), { method: 'POST', ...bearer(token) }, form]) {
      const { status, body } = await userinfo(init);
      expect([status, body['sub']]).toEqual([200, browser.accountId]);
    }
  });

  it('5.3 SHOULD be open to pages of the client (CORS)', async () => {
    const { access_token: token } = await notes.signIn(agent);
    const { headers } = await userinfo(bearer(token, { origin: 'https://notes.example.com' }));
    expect(headers.get('access-control-allow-origin')).toBe('https://notes.example.com');
  });

  it('5.3.2 MUST have the sub of the ID token, and be JSON in UTF-8, as it was typed', async () => {
    const { browser: zoe } = await signedInOwner(protocol.stores, 'Zoë 雪');
    const tokens = await notes.signIn(new Agent(zoe));
    const { headers, body } = await userinfo(bearer(tokens.access_token));
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toMatchObject({ sub: tokens.claims()?.sub, name: 'Zoë 雪' });
    expect(body['email_verified']).toBe(true);
  });

  it('5.3.2 SHOULD leave out what is not told, and not say null or nothing', async () => {
    const { access_token: token } = await notes.signIn(agent, { scope: 'openid' });
    expect((await userinfo(bearer(token))).body).toEqual({ sub: browser.accountId });
  });

  it('5.3.3 SHOULD say in WWW-Authenticate what is wrong (RFC 6750 section 3)', async () => {
    const { nonce: _unsent, ...attempt } = await notes.begin({ scope: 'profile' });
    attempt.url.searchParams.delete('nonce');
    const { access_token: without } = await notes.redeem(await notes.authorize(agent, attempt), attempt);
    const cases = [
      [{}, 401, undefined],
      [bearer('x'), 401, 'invalid_token'],
      [bearer(without), 403, 'insufficient_scope'],
    ] as const;
    for (const [init, status, error] of cases) {
      const answer = await userinfo(init);
      const said = /error="([^"]*)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1];
      expect([answer.status, said]).toEqual([status, error]);
    }
  });
});

describe('5.4 and 5.5 which claims', () => {
  it('5.4 profile and email give what this server keeps of them', async () => {
    const told = async (scope: string) => notes.claimsOf((await notes.signIn(agent, { scope })).access_token);
    expect(await told('openid profile')).toEqual(['sub', 'name']);
    expect(await told('openid email')).toEqual(['sub', 'email', 'email_verified']);
  });

  it('5.5 a claim that is not there MUST be no error, essential or not; what is not understood MUST be ignored', async () => {
    const claims = {
      userinfo: { phone_number: { essential: true }, name: { unheard_of: 1 }, 'http://example.org/x': null },
      id_token: { birthdate: null },
      unheard_of: { x: null },
    };
    const tokens = await notes.signIn(agent, { scope: 'openid profile', claims: JSON.stringify(claims) });
    expect(await notes.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
  });

  it('5.5 asks for what is told, where it is asked for: here and there', async () => {
    const claims = JSON.stringify({ id_token: { email: null }, userinfo: { name: null } });
    const tokens = await notes.signIn(agent, { scope: 'openid', claims });
    expect(tokens.claims()).toMatchObject({ email: browser.profile.email });
    expect(await notes.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
  });
});

describe('8 subject identifiers', () => {
  it('8 MUST be public or pairwise: an owner is the same one to every client, and nobody else', async () => {
    const reader = await TestApp.of(protocol, 'reader', 'https://reader.example.com/cb');
    const other = new Agent((await signedInOwner(protocol.stores)).browser);
    const subjects = [
      ...(await Promise.all([notes.signIn(agent), reader.signIn(agent), notes.signIn(other)])),
    ].map((tokens) => tokens.claims()?.sub);
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[2]).not.toBe(subjects[0]);
  });
});
