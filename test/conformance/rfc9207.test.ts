/** RFC 9207, the issuer in authorization responses: a test for each MUST and SHOULD of an authorization server, by section. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { Agent, TestApp } from '../support/app.ts';
import { request as httpRequest } from '../support/http.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const PLACE = { address: '127.0.0.1', userAgent: 'test' };
const MODES = ['query', 'fragment', 'form_post'] as const;

let protocol: TestProtocol;
let app: TestApp;
let browser: Session;
beforeAll(async () => {
  protocol = await testProtocol();
  app = await TestApp.notes(protocol);
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

/** Everything that the app hears under each name, in whatever way the answer came. */
function heardIn({ location, text }: { location: string; text: string }): URLSearchParams {
  if (location === '')
    return new URLSearchParams((JSON.parse(text) as { fields: Record<string, string> }).fields);
  const { search, hash } = new URL(location);
  return new URLSearchParams(search || hash.slice(1));
}

/** The browser goes to the app's request, and what its owner is asked there is answered so. */
async function answered(
  parameters: Record<string, string>,
  decide: 'allow' | 'deny' = 'allow',
  agent = new Agent(browser),
): Promise<URLSearchParams> {
  const { url } = await app.begin(parameters);
  for (const [name, value] of Object.entries(parameters)) if (value === '') url.searchParams.delete(name);
  let step = await agent.get(url);
  const uid = /^\/interaction\/(.+)$/.exec(step.location)?.[1];
  if (uid !== undefined) {
    const next =
      decide === 'allow'
        ? await protocol.appSignIn.allow(uid, browser, ['openid', 'profile', 'email'], PLACE)
        : await protocol.appSignIn.deny(uid);
    if (typeof next === 'string') throw new Error(next);
    step = await agent.get(protocol.issuer + next.path);
  }
  return heardIn(step);
}

describe('2 the parameter iss', () => {
  it.each(MODES)('2 MUST, 2.1: a successful answer has it, where it comes as %s', async (response_mode) => {
    const heard = await answered({ response_mode, prompt: 'consent' });
    expect(heard.get('code')).toEqual(expect.any(String));
    expect(heard.getAll('iss')).toEqual([protocol.issuer]);
  });

  it('2 MUST: so has one that no page was shown for', async () => {
    await answered({ prompt: 'consent' });
    const heard = await answered({ prompt: 'none' });
    expect([heard.has('code'), heard.getAll('iss')]).toEqual([true, [protocol.issuer]]);
  });

  it.each(MODES)('2.2 MUST: an error has it, where it comes as %s', async (response_mode) => {
    const heard = await answered({ response_mode, prompt: 'consent' }, 'deny');
    expect([heard.get('error'), heard.getAll('iss')]).toEqual(['access_denied', [protocol.issuer]]);
  });

  it.each<[string, Record<string, string>]>([
    ['invalid_request', { code_challenge: '', code_challenge_method: '' }],
    ['invalid_request', { prompt: 'unheard-of' }],
    ['invalid_request', { max_age: 'x' }],
    ['invalid_request', { nonce: 'n'.repeat(600) }],
    ['invalid_scope', { scope: '', nonce: '' }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['unsupported_response_mode', { response_mode: 'unheard-of' }],
    ['request_not_supported', { request: 'x' }],
    ['request_uri_not_supported', { request_uri: 'https://notes.example.com/request' }],
    ['registration_not_supported', { registration: '{}' }],
  ])('2 MUST: whatever the error: %s (%j)', async (error, parameters) => {
    const heard = await answered(parameters);
    expect([heard.get('error'), heard.getAll('iss')]).toEqual([error, [protocol.issuer]]);
  });

  it('2 MUST: also where nobody is signed in and no page may be shown', async () => {
    const heard = await answered({ prompt: 'none' }, 'allow', new Agent());
    expect([heard.get('error'), heard.getAll('iss')]).toEqual(['login_required', [protocol.issuer]]);
  });

  it('2 MUST: in the form of the response mode, once encoded', async () => {
    const { url } = await app.begin({ prompt: 'unheard-of' });
    const { location } = await new Agent().get(url);
    expect(location).toContain(`&iss=${encodeURIComponent(protocol.issuer)}`);
  });

  it('2 MUST: it is the issuer of the metadata and of the ID token, letter for letter', async () => {
    const attempt = await app.begin();
    const answer = await app.authorize(new Agent(browser), attempt);
    const tokens = await app.redeem(answer, attempt);
    const issuers = [
      answer.searchParams.get('iss'),
      decodeJwt(tokens.id_token ?? '').iss,
      ...(await Promise.all(['openid-configuration', 'oauth-authorization-server'].map(issuerIn))),
    ];
    expect(issuers).toEqual(Array.from({ length: 4 }, () => protocol.issuer));
  });

  it('2 MUST: it is an https address without query and fragment, for which production takes no other', () => {
    const production = (ISSUER: string) => () => readConfig({ NODE_ENV: 'production', ISSUER });
    for (const issuer of [
      'http://link.example.org',
      'https://link.example.org?a',
      'https://link.example.org#a',
    ]) {
      expect(production(issuer)).toThrow(ConfigError);
      expect(production(issuer)).toThrow(/ISSUER: /);
    }
    expect(production('https://link.example.org')).not.toThrow(/ISSUER: /);
  });
});

async function issuerIn(document: string): Promise<unknown> {
  const response = await httpRequest(`${protocol.issuer}/.well-known/${document}`);
  return ((await response.json()) as { issuer: unknown }).issuer;
}

describe('3 metadata', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    '3 MUST: authorization_response_iss_parameter_supported is true, in %s',
    async (document) => {
      const response = await httpRequest(`${protocol.issuer}/.well-known/${document}`);
      expect(await response.json()).toMatchObject({ authorization_response_iss_parameter_supported: true });
    },
  );
});

describe('2.4 what a client makes of it', () => {
  it('2.4 MUST of a client: a library that checks refuses an answer of another issuer, and one that lost it', async () => {
    for (const spoil of [
      (answer: URL) => answer.searchParams.set('iss', 'https://evil.example'),
      (answer: URL) => answer.searchParams.set('iss', `${protocol.issuer}/`),
      (answer: URL) => answer.searchParams.delete('iss'),
    ]) {
      const attempt = await app.begin();
      const answer = await app.authorize(new Agent(browser), attempt);
      spoil(answer);
      await expect(app.redeem(answer, attempt)).rejects.toThrow();
    }
  });
});
