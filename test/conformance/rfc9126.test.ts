/** RFC 9126, pushed authorization requests: a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, type Attempt, TestApp } from '../support/app.ts';
import { NOTES_BASIC } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer } from '../support/whole-server.ts';

const URN = /^urn:ietf:params:oauth:request_uri:[\w-]{20,}$/;
const PUSHING = {
  client_id: 'pushing',
  client_name: 'Pushing',
  redirect_uris: ['https://pushing.example.com/cb'],
  require_pushed_authorization_requests: true,
};

let protocol: TestProtocol;
let notes: TestApp;
let reader: TestApp;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, PUSHING] });
  notes = await TestApp.notes(protocol);
  reader = await TestApp.of(protocol, 'reader', 'https://reader.example.com/cb');
});
afterAll(() => protocol.close());

let browser: Session;
let agent: Agent;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

async function push(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await request(`${protocol.issuer}/par`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  return { response, body: (await response.json()) as Record<string, unknown> };
}

const fieldsOf = ({ url }: Attempt) => Object.fromEntries(url.searchParams);

/** What the app would have sent by an address, pushed; the address says no more than whose it is. */
async function pushed(app: TestApp, parameters: Record<string, string> = {}, headers = {}): Promise<Attempt> {
  const attempt = await app.begin(parameters);
  const { body } = await push(fieldsOf(attempt), headers);
  const url = new URL(`${protocol.issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: attempt.url.searchParams.get('client_id') ?? '',
    request_uri: String(body['request_uri']),
  }).toString();
  return { ...attempt, url };
}

const errorIn = (url: URL) => url.searchParams.get('error');

describe('2 the endpoint', () => {
  it('2 an unmodified client pushes, and signs its user in', async () => {
    const verifier = client.randomPKCECodeVerifier();
    const url = await client.buildAuthorizationUrlWithPAR(reader.config, {
      redirect_uri: reader.redirectUri,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const answer = await reader.authorize(agent, { url, verifier, state: '', nonce: '' });
    const tokens = await client.authorizationCodeGrant(reader.config, answer, { pkceCodeVerifier: verifier });
    expect(tokens.scope).toBe('openid profile');
  });

  it('2 clients MUST prove who they are as at the token endpoint', async () => {
    const fields = fieldsOf(await notes.begin());
    const { response, body } = await push(fields);
    expect([response.status, body['error']]).toEqual([401, 'invalid_client']);
    const wrong = await push(fields, { authorization: `Basic ${btoa('notes:wrong')}` });
    expect([wrong.response.status, wrong.body['error']]).toEqual([401, 'invalid_client']);
    expect((await push(fields, { authorization: NOTES_BASIC })).response.status).toBe(201);
  });

  it('2.1 request_uri MUST NOT be pushed', async () => {
    const fields = { ...fieldsOf(await reader.begin()), request_uri: 'urn:ietf:params:oauth:request_uri:x' };
    const { response, body } = await push(fields);
    expect([response.status, body['error']]).toEqual([400, 'request_uri_not_supported']);
  });

  it('2.1 MUST be checked as at the authorization endpoint, before any page', async () => {
    for (const [changes, error] of [
      [{ redirect_uri: 'https://evil.example/cb' }, 'invalid_request'],
      [{ scope: 'none-that-is-known', nonce: '' }, 'invalid_scope'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ code_challenge: '' }, 'invalid_request'],
      [{ state: 's'.repeat(4097) }, 'invalid_request'],
    ] as const) {
      const { response, body } = await push({ ...fieldsOf(await reader.begin()), ...changes });
      expect([changes, response.status, body['error']]).toEqual([changes, 400, error]);
    }
  });

  it('2.2 answers 201 with request_uri and expires_in, which no cache keeps', async () => {
    const { response, body } = await push(fieldsOf(await reader.begin()));
    expect(response.status).toBe(201);
    expect(body).toEqual({ request_uri: expect.stringMatching(URN), expires_in: 60 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('2.2 MUST be one that cannot be guessed: two are never alike, each of 128 bits at least', async () => {
    const fields = fieldsOf(await reader.begin());
    const uris = await Promise.all([1, 2, 3, 4].map(async () => (await push(fields)).body['request_uri']));
    expect(new Set(uris).size).toBe(4);
    for (const uri of uris) expect(String(uri).split(':').pop()?.length).toBeGreaterThanOrEqual(22);
  });
});

describe('4 the authorization request', () => {
  it('4 what was pushed is what counts, whatever the address says besides', async () => {
    const attempt = await pushed(reader, { scope: 'openid' });
    attempt.url.searchParams.set('scope', 'openid email');
    attempt.url.searchParams.set('redirect_uri', 'https://evil.example/cb');
    const answer = await reader.authorize(agent, attempt);
    expect(answer.origin).toBe('https://reader.example.com');
    expect((await reader.redeem(answer, attempt)).scope).toBe('openid');
  });

  it('4 MUST be the client’s own: another one’s is refused', async () => {
    const { url } = await pushed(reader);
    url.searchParams.set('client_id', 'notes');
    expect((await agent.get(url)).location).not.toMatch(/^\/interaction\//);
  });

  it('4 SHOULD be used once, and MUST not be taken once it has expired', async () => {
    const attempt = await pushed(reader);
    const answer = await reader.authorize(agent, attempt);
    expect(answer.searchParams.get('code')).toBeTruthy();
    const again = await agent.get(attempt.url);
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('invalid_request_uri')]);
    const late = await pushed(reader);
    const clock = Date.now;
    Date.now = () => clock() + 61_000;
    try {
      expect((await agent.get(late.url)).text).toContain('invalid_request_uri');
    } finally {
      Date.now = clock;
    }
  });

  it('4 one that was never pushed is refused', async () => {
    const { url } = await pushed(reader);
    url.searchParams.set('request_uri', 'urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAA');
    expect((await agent.get(url)).text).toContain('invalid_request_uri');
    url.searchParams.set('request_uri', 'https://evil.example/request');
    expect((await agent.get(url)).location).not.toMatch(/^\/interaction\//);
  });

  it('4 keeps what it asks for: access that lasts, claims, a new sign-in', async () => {
    const lasting = await pushed(reader, { scope: 'openid offline_access' });
    const tokens = await reader.redeem(await reader.authorize(agent, lasting), lasting);
    expect(tokens.refresh_token).toBeDefined();
    const claims = await pushed(reader, { scope: 'openid', claims: '{"id_token":{"email":null}}' });
    const told = await reader.redeem(await reader.authorize(agent, claims), claims);
    expect(told.claims()?.['email']).toBe(browser.profile.email);
    const { location } = await agent.get((await pushed(reader, { prompt: 'select_account' })).url);
    const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
    expect(waiting?.step).toBe('sign-in');
  });
});

describe('5 and 6 metadata', () => {
  it('5 discovery names the endpoint, and does not demand it of everyone', async () => {
    const metadata = await (
      await request(`${protocol.issuer}/.well-known/oauth-authorization-server`)
    ).json();
    expect(metadata).toMatchObject({ pushed_authorization_request_endpoint: `${protocol.issuer}/par` });
    expect((metadata as Record<string, unknown>)['require_pushed_authorization_requests']).not.toBe(true);
  });

  it('6 a client registered with require_pushed_authorization_requests MUST push', async () => {
    const app = await TestApp.of(protocol, 'pushing', 'https://pushing.example.com/cb');
    expect(errorIn(await app.authorize(agent, await app.begin()))).toBe('invalid_request');
    const attempt = await pushed(app);
    expect((await app.redeem(await app.authorize(agent, attempt), attempt)).access_token).toBeDefined();
  });
});

describe('7 security', () => {
  it('7.1 what strangers push takes places of their network, as requests that wait do', async () => {
    const small = await startWholeServer({ WAITING_SIGN_INS_PER_NETWORK: '3' });
    try {
      const app = await TestApp.of(small, 'desktop', 'http://127.0.0.1:51234/signed-in');
      const fields = fieldsOf(await app.begin());
      const post = () =>
        request(`${small.issuer}/par`, { method: 'POST', body: new URLSearchParams(fields) });
      const answers = [await post(), await post(), await post(), await post(), await post()];
      expect(answers.map(({ status }) => status)).toContain(201);
      const last = answers.at(-1);
      expect([last?.status, last?.headers.get('retry-after')]).toEqual([429, '60']);
      const notesApp = await TestApp.notes(small);
      const known = await request(`${small.issuer}/par`, {
        method: 'POST',
        headers: { authorization: NOTES_BASIC },
        body: new URLSearchParams(fieldsOf(await notesApp.begin())),
      });
      expect(known.status).toBe(201);
    } finally {
      await small.close();
    }
  });
});
