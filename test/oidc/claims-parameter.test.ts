/** What apps are told of an owner, and where: by scope, and by the `claims` parameter (OpenID Connect Core section 5.5). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { ONE_STEP, TWO_STEPS } from '../../src/mfa/assurance.ts';
import { newApp } from '../redis/contract/factors.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { linkDevice } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const NOTES = 'a secret of the notes for their tests, 40 chars';
const client = (id: string, more: object = {}) => ({
  client_id: id,
  client_name: id,
  redirect_uris: ['https://notes.example.com/signed-in'],
  client_secret: NOTES,
  ...more,
});

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol({
    clients: [
      ...TEST_CLIENTS,
      client('silent', { id_token_claims: false }),
      { client_id: 'telling-tv', client_name: 'Telling TV', id_token_claims: true },
    ],
  });
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let browser: Session;
let agent: Agent;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

const asking = (claims: object, scope = 'openid') => ({ scope, claims: JSON.stringify(claims) });
const errorOf = async (parameters: Record<string, string>) =>
  (await app.authorize(agent, await app.begin(parameters))).searchParams.get('error');

/** Names of the owner's claims in an ID token. */
const toldIn = (claims: object | undefined) =>
  ['name', 'email', 'email_verified', 'household_member'].filter((name) => name in (claims ?? {}));

describe('the ID token', () => {
  it('tells an app name and email, as far as the owner allows the scopes', async () => {
    const tokens = await app.signIn(agent);
    expect(tokens.claims()).toMatchObject({
      name: 'Ada',
      email: browser.profile.email,
      email_verified: true,
    });
    const less = await app.signIn(agent, { prompt: 'consent' }, ['openid', 'email']);
    expect(toldIn(less.claims())).toEqual(['email', 'email_verified']);
  });

  it('tells nothing of it to an app that is registered so', async () => {
    const silent = await TestApp.notes(protocol, 'silent');
    const tokens = await silent.signIn(agent);
    expect(toldIn(tokens.claims())).toEqual([]);
    expect(await silent.claimsOf(tokens.access_token)).toEqual(['sub', 'name', 'email', 'email_verified']);
  });

  it('tells a device nothing of it, unless the device is registered so', async () => {
    for (const [id, told] of [
      ['tv', []],
      ['telling-tv', ['name', 'email', 'email_verified']],
    ] as const) {
      const { tokens } = await linkDevice(protocol, browser, new DeviceClient(protocol.issuer, id), {
        scope: 'openid profile email offline_access',
      });
      expect(toldIn(payloadOf(String(tokens.id_token)))).toEqual(told);
    }
  });

  it('of a refresh tells no more than the owner still lets the app know', async () => {
    const scope = 'openid profile email offline_access';
    const tokens = await app.signIn(agent, { scope });
    expect(toldIn((await app.refresh(tokens.refresh_token ?? '')).claims())).toHaveLength(3);
    const again = await app.signIn(agent, { scope });
    const [connected] = await protocol.appAccess.list(browser);
    await protocol.appAccess.narrow(browser, connected?.id ?? '', ['openid', 'profile', 'offline_access'], {
      address: '127.0.0.1',
      userAgent: 'test',
    });
    expect(toldIn((await app.refresh(again.refresh_token ?? '')).claims())).toEqual(['name']);
  });
});

describe('the claims parameter', () => {
  it('has an app told what it names, where it names it, and no more', async () => {
    const claims = { id_token: { email: null }, userinfo: { name: { essential: true } } };
    const tokens = await app.signIn(agent, asking(claims));
    expect(toldIn(tokens.claims())).toEqual(['email']);
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
    expect(tokens.scope).toBe('openid');
  });

  it('asks the owner about each claim by its scope, once', async () => {
    const attempt = await app.begin(asking({ userinfo: { email: null, name: null } }));
    const { location } = await agent.get(attempt.url);
    const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
    expect(waiting?.scopes.map(({ scope }) => scope)).toEqual(['openid', 'profile', 'email']);
    await app.signIn(agent, asking({ userinfo: { email: null } }));
    expect((await agent.get((await app.begin(asking({ id_token: { email: null } }))).url)).location).toMatch(
      /^https:/,
    );
  });

  it('what the owner unticks is told nowhere, and is not asked again', async () => {
    const both = asking({ id_token: { email: null, name: null }, userinfo: { email: null, name: null } });
    const tokens = await app.signIn(agent, both, ['openid', 'profile']);
    expect(toldIn(tokens.claims())).toEqual(['name']);
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
    expect((await agent.get((await app.begin(both)).url)).location).toMatch(/^https:/);
  });

  it('what the owner takes back is told nowhere from then on: userinfo, refresh, ID token', async () => {
    const claims = { id_token: { email: null, name: null }, userinfo: { email: null, name: null } };
    const tokens = await app.signIn(agent, asking(claims, 'openid offline_access'));
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'email', 'name']);
    const [connected] = await protocol.appAccess.list(browser);
    await protocol.appAccess.narrow(browser, connected?.id ?? '', ['openid', 'profile', 'offline_access'], {
      address: '127.0.0.1',
      userAgent: 'test',
    });
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
    const refreshed = await app.refresh(tokens.refresh_token ?? '');
    expect(toldIn(refreshed.claims())).toEqual(['name']);
    expect(await app.claimsOf(refreshed.access_token)).toEqual(['sub', 'name']);
  });

  it('claims of others than this server’s are left out, and are no fault', async () => {
    const tokens = await app.signIn(
      agent,
      asking({ userinfo: { shoe_size: null, 'name#de': null, email: null } }),
    );
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'email']);
  });

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['neither place', '{}'],
    ['a place that is a list', '{"userinfo":[]}'],
    ['a claim that is a word', '{"userinfo":{"email":"yes"}}'],
    ['values that are none', '{"id_token":{"acr":{"essential":true,"values":"x"}}}'],
    ['more than its bound', JSON.stringify({ userinfo: { email: { value: 'x'.repeat(4096) } } })],
  ])('%s: invalid_request', async (_what, claims) => {
    expect(await errorOf({ scope: 'openid', claims })).toBe('invalid_request');
  });

  it('an essential acr that nothing here proves is refused before any page', async () => {
    const claims = { id_token: { acr: { essential: true, values: ['urn:example:gold'] } } };
    expect(await errorOf(asking(claims))).toBe('unmet_authentication_requirements');
  });

  it('an essential acr of one step is met by any sign-in', async () => {
    const claims = { id_token: { acr: { essential: true, value: ONE_STEP } } };
    expect((await app.signIn(agent, asking(claims))).claims()?.['acr']).toBe(ONE_STEP);
  });

  it('an essential acr of one step is met by an owner who has proved two', async () => {
    await protocol.stores.factors.add(browser, newApp(), { kind: 'factor-added', by: 'owner' });
    const proved = { ...browser, amr: ['pwd', 'otp', 'mfa'] };
    await protocol.stores.browsers.save(proved);
    const claims = { id_token: { acr: { essential: true, values: [ONE_STEP] } } };
    expect((await app.signIn(new Agent(proved), asking(claims))).claims()?.['acr']).toBe(TWO_STEPS);
  });

  it('an acr without a value asks for nothing; values may be of whatever type the claim has', async () => {
    const claims = {
      id_token: { acr: { essential: true, values: [] }, auth_time: { value: 1 } },
      userinfo: { email_verified: { essential: true, value: true } },
    };
    const tokens = await app.signIn(agent, asking(claims));
    expect(await app.claimsOf(tokens.access_token)).toEqual(['sub', 'email_verified']);
  });

  it('an essential acr of two steps: asked for, and told to the app where the account cannot', async () => {
    const attempt = await app.begin(asking({ id_token: { acr: { essential: true, value: TWO_STEPS } } }));
    const { location } = await agent.get(attempt.url);
    const uid = location.slice('/interaction/'.length);
    expect(await protocol.appSignIn.find(uid, browser)).toMatchObject({ step: 'sign-in', bothSteps: true });
    await protocol.stores.browsers.save({ ...browser, authTime: Math.floor(Date.now() / 1000) + 1 });
    const now = await protocol.stores.browsers.resume(browser.sessionId);
    const proved = await protocol.appSignIn.signedIn(uid, now ?? browser);
    if (typeof proved === 'string') throw new Error(proved);
    const again = await agent.get(protocol.issuer + proved.path);
    const next = await protocol.appSignIn.signedIn(
      again.location.slice('/interaction/'.length),
      now ?? browser,
    );
    if (typeof next === 'string') throw new Error(next);
    const answer = new URL((await agent.get(protocol.issuer + next.path)).location);
    expect(answer.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('a wished-for acr is asked for as acr_values are', async () => {
    await protocol.stores.factors.add(browser, newApp(), { kind: 'factor-added', by: 'owner' });
    const { location } = await agent.get(
      (await app.begin(asking({ id_token: { acr: { values: [TWO_STEPS] } } }))).url,
    );
    const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
    expect(waiting).toMatchObject({ step: 'sign-in', bothSteps: true });
  });

  it('another account than the one that is named is refused', async () => {
    const claims = { id_token: { sub: { value: 'someone-else' } } };
    expect((await agent.get((await app.begin(asking(claims))).url)).location).toMatch(/^\/interaction\//);
    const same = { id_token: { sub: { value: browser.accountId } } };
    expect((await app.signIn(agent, asking(same))).claims()?.sub).toBe(browser.accountId);
  });
});

describe('prompt=select_account', () => {
  it('has the owner sign in, to whichever account, as login does', async () => {
    await app.signIn(agent);
    const { location } = await agent.get((await app.begin({ prompt: 'select_account' })).url);
    const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
    expect(waiting?.step).toBe('sign-in');
  });

  it('does not go with none', async () => {
    expect(await errorOf({ prompt: 'none select_account' })).toBe('invalid_request');
  });
});

function payloadOf(jwt: string): object {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as object;
}
