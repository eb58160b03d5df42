import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DEVICE_GRANT, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol();
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let browser: Session;
let agent: Agent;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

const OFFLINE = { scope: 'openid profile email offline_access', prompt: 'consent' };
const errorIn = (url: URL) => url.searchParams.get('error');

describe('an app signs an owner in (OpenID Connect Core section 3.1)', () => {
  it('with an unmodified openid-client: ID token, userinfo, refresh, revocation', async () => {
    const tokens = await app.signIn(agent, OFFLINE);
    expect(tokens.claims()).toMatchObject({
      sub: browser.accountId,
      aud: 'notes',
      auth_time: browser.authTime,
    });
    expect(tokens.claims()?.['amr']).toEqual(['pwd']);
    const profile = await client.fetchUserInfo(app.config, tokens.access_token, browser.accountId);
    expect(profile).toMatchObject({ name: 'Ada', email: browser.profile.email, email_verified: true });
    const refreshed = await app.refresh(tokens.refresh_token ?? '');
    expect(await app.isActive(refreshed.access_token)).toBe(true);
    await client.tokenRevocation(app.config, refreshed.refresh_token ?? '');
    expect(await app.isActive(refreshed.access_token)).toBe(false);
    await expect(app.refresh(refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('every answer says who gives it (RFC 9207), also one that refuses, and gives the state back', async () => {
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    expect(answer.searchParams.get('iss')).toBe(protocol.issuer);
    expect(answer.searchParams.get('state')).toBe(attempt.state);
    const refused = await app.authorize(new Agent(), await app.begin({ prompt: 'none' }));
    expect(refused.searchParams.get('iss')).toBe(protocol.issuer);
    const denied = await app.begin();
    const waiting = await agent.get((await app.begin({ prompt: 'consent' })).url);
    const next = await protocol.appSignIn.deny(waiting.location.slice('/interaction/'.length));
    if (typeof next === 'string') throw new Error(next);
    const answered = new URL((await agent.get(protocol.issuer + next.path)).location);
    expect([errorIn(answered), answered.searchParams.get('iss')]).toEqual(['access_denied', protocol.issuer]);
    expect(denied.state).not.toBe(attempt.state);
  });

  it('gives no refresh token without offline_access, and none that the owner does not allow', async () => {
    expect((await app.signIn(agent)).refresh_token).toBeUndefined();
    expect((await app.signIn(agent, OFFLINE, ['openid'])).refresh_token).toBeUndefined();
    expect((await app.signIn(agent, OFFLINE)).refresh_token).toBeDefined();
  });

  it('two tabs of one browser sign in at once: both have tokens, and the browser stays signed in', async () => {
    await app.signIn(agent);
    const tabs = await Promise.all([1, 2, 3, 4].map(() => app.signIn(agent, OFFLINE)));
    for (const tab of tabs) expect((await app.refresh(tab.refresh_token ?? '')).access_token).toBeDefined();
    expect(await protocol.stores.browsers.resume(agent.cookies.get('latchkey_session') ?? '')).toBeDefined();
  });
});

describe('PKCE (RFC 7636, RFC 9700 section 2.1.1)', () => {
  it.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }],
    ['a plain one', { code_challenge_method: 'plain' }],
    ['one without its method', { code_challenge_method: '' }],
    ['an odd method', { code_challenge_method: 's256' }],
  ])('%s is refused', async (_what, parameters) => {
    const attempt = await app.begin();
    for (const [name, value] of Object.entries(parameters)) {
      if (value) attempt.url.searchParams.set(name, value);
      else attempt.url.searchParams.delete(name);
    }
    expect(errorIn(await app.authorize(agent, attempt))).toBe('invalid_request');
  });

  it('a code is worth nothing without its verifier, and is unharmed by a wrong one', async () => {
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    const wrong = { ...attempt, verifier: client.randomPKCECodeVerifier() };
    await expect(app.redeem(answer, wrong)).rejects.toMatchObject({ error: 'invalid_grant' });
    const without = await redeemRaw(answer, {});
    expect(without['error']).toMatch(/invalid_grant|invalid_request/);
    expect((await app.redeem(answer, attempt)).access_token).toBeDefined();
  });
});

/** As `notes` would, without a library that checks. */
async function redeemRaw(answer: URL, fields: Record<string, string>): Promise<Record<string, unknown>> {
  const notes = new DeviceClient(protocol.issuer, 'notes', NOTES_BASIC);
  const { body } = await notes.post('/token', {
    grant_type: 'authorization_code',
    code: answer.searchParams.get('code') ?? '',
    redirect_uri: app.redirectUri,
    ...fields,
  });
  return body;
}

describe('a code (RFC 6749 section 4.1.2)', () => {
  it('lives at most a minute', async () => {
    const answer = await app.authorize(agent, await app.begin());
    const code = await protocol.provider.AuthorizationCode.find(answer.searchParams.get('code') ?? '');
    expect((code?.exp ?? 0) - (code?.iat ?? 0)).toBe(60);
  });

  it('presented twice is refused, and ends what it brought, and nothing else', async () => {
    const other = await app.signIn(agent, OFFLINE);
    const attempt = await app.begin(OFFLINE);
    const answer = await app.authorize(agent, attempt);
    const tokens = await app.redeem(answer, attempt);
    await expect(app.redeem(answer, attempt)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await app.isActive(tokens.access_token)).toBe(false);
    await expect(app.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await app.isActive(other.access_token)).toBe(true);
    expect((await app.refresh(other.refresh_token ?? '')).access_token).toBeDefined();
  });

  it('presented by 32 at once brings at most one answer, and nothing of it lives', async () => {
    const attempt = await app.begin(OFFLINE);
    const answer = await app.authorize(agent, attempt);
    const redemptions = Array.from({ length: 32 }, () =>
      redeemRaw(answer, { code_verifier: attempt.verifier }),
    );
    const answers = await Promise.all(redemptions);
    const tokens = answers.flatMap((body) => (body['access_token'] ? [String(body['access_token'])] : []));
    expect(tokens.length).toBeLessThanOrEqual(1);
    for (const token of tokens) expect(await app.isActive(token)).toBe(false);
    expect(new Set(answers.map((body) => body['error'] ?? 'tokens'))).toContain('invalid_grant');
  });

  it('of another client is refused, and unharmed', async () => {
    const reader = await TestApp.of(protocol, 'reader', 'https://reader.example.com/cb');
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    await expect(reader.redeem(answer, attempt)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await app.redeem(answer, attempt)).access_token).toBeDefined();
  });

  it('is refused with another redirect_uri', async () => {
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    const fields = { code_verifier: attempt.verifier, redirect_uri: 'https://notes.example.com/other' };
    expect((await redeemRaw(answer, fields))['error']).toBe('invalid_grant');
  });

  it('dies with a sign-out of everything, and so does what was remembered', async () => {
    const attempt = await app.begin(OFFLINE);
    const answer = await app.authorize(agent, attempt);
    await protocol.stores.accounts.signOutEverything(browser.accountId);
    await expect(app.redeem(answer, attempt)).rejects.toMatchObject({ error: 'invalid_grant' });
    const anew = newBrowser(browser.accountId, 2);
    await protocol.stores.browsers.insert(anew, { idle: 60_000, absolute: 60_000 });
    const signedIn = await protocol.stores.browsers.resume(anew.sessionId);
    const silent = await app.authorize(new Agent(signedIn), await app.begin({ prompt: 'none' }));
    expect(errorIn(silent)).toBe('consent_required');
  });
});

describe('who is asked what (OpenID Connect Core section 3.1.2)', () => {
  it('prompt=none: login_required, consent_required, or a code', async () => {
    const silent = { prompt: 'none' };
    expect(errorIn(await app.authorize(new Agent(), await app.begin(silent)))).toBe('login_required');
    expect(errorIn(await app.authorize(agent, await app.begin(silent)))).toBe('consent_required');
    await app.signIn(agent);
    expect((await app.signIn(agent, silent)).claims()?.sub).toBe(browser.accountId);
    expect(errorIn(await app.authorize(agent, await app.begin({ prompt: 'none login' })))).toBe(
      'invalid_request',
    );
  });

  it.each([
    ['prompt=login', { prompt: 'login' }],
    ['max_age=0', { max_age: '0' }],
    ['max_age=10 after 100 seconds', { max_age: '10' }],
  ])('%s: the same browser will not do, one that has just signed in will', async (_what, parameters) => {
    const old = { ...newBrowser(browser.accountId, 1), authTime: browser.authTime - 100 };
    await protocol.stores.browsers.insert(old, { idle: 60_000, absolute: 60_000 });
    const oldBrowser = await protocol.stores.browsers.resume(old.sessionId);
    if (!oldBrowser) throw new Error('not signed in');
    const tab = new Agent(oldBrowser);
    await app.signIn(tab);
    const attempt = await app.begin(parameters);
    const uid = (await tab.get(attempt.url)).location.slice('/interaction/'.length);
    expect(await protocol.appSignIn.find(uid, oldBrowser)).toMatchObject({ step: 'sign-in' });
    expect(await protocol.appSignIn.signedIn(uid, oldBrowser)).toBe('again');
    await protocol.stores.browsers.end(old.sessionId);
    const anew = newBrowser(browser.accountId, 1);
    await protocol.stores.browsers.insert(anew, { idle: 60_000, absolute: 60_000 });
    tab.cookies.set('latchkey_session', anew.sessionId);
    const next = await protocol.appSignIn.signedIn(uid, { ...browser, ...anew });
    if (typeof next === 'string') throw new Error(next);
    const answer = new URL((await tab.get(protocol.issuer + next.path)).location);
    expect((await app.redeem(answer, attempt)).claims()?.['auth_time']).toBe(anew.authTime);
  });

  it('max_age that the browser fulfils asks nothing', async () => {
    await app.signIn(agent);
    expect(
      errorIn(await app.authorize(agent, await app.begin({ prompt: 'none', max_age: '3600' }))),
    ).toBeNull();
  });

  it('visitors of one network begin only so many sign-ins; who is signed in is not counted', async () => {
    const pace = { free: 2, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };
    const own = await testProtocol({ limits: { APP_SIGN_IN_NETWORK: pace } });
    const its = await TestApp.notes(own);
    const visitor = new Agent();
    visitor.cookies.set('latchkey_session', 'a-cookie-that-leads-nowhere');
    for (const _ of [1, 2])
      expect((await visitor.get((await its.begin()).url)).location).toMatch(/^\/interaction\//);
    const refused = await its.authorize(visitor, await its.begin());
    expect(errorIn(refused)).toBe('temporarily_unavailable');
    const { browser: owner } = await signedInOwner(own.stores);
    expect((await its.signIn(new Agent(owner))).access_token).toBeDefined();
    await own.close();
  });

  it('never gives an app what a device of the same client holds', async () => {
    const both = { client_id: 'both', client_name: 'Both', redirect_uris: ['https://both.example.com/cb'] };
    const own = await testProtocol({
      clients: [{ ...both, grant_types: [DEVICE_GRANT, 'authorization_code', 'refresh_token'] }],
    });
    const { browser: owner } = await signedInOwner(own.stores);
    await linkDevice(own, owner, new DeviceClient(own.issuer, 'both'));
    const its = await TestApp.of(own, 'both', 'https://both.example.com/cb');
    const answer = await its.authorize(new Agent(owner), await its.begin({ prompt: 'none' }));
    expect(errorIn(answer)).toBe('consent_required');
    await own.close();
  });
});
