import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, signedInOwner } from '../support/test-stores.ts';

const PLACE = { address: '127.0.0.1', userAgent: 'test' };
const OFFLINE = { scope: 'openid profile email offline_access', prompt: 'consent' };

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

async function secondBrowser(): Promise<Agent> {
  const made = newBrowser(browser.accountId, 1);
  await protocol.stores.browsers.insert(made, { idle: 3_600_000, absolute: 3_600_000 });
  return new Agent(await protocol.stores.browsers.resume(made.sessionId));
}

const silently = async (who: Agent, scope = 'openid profile email') =>
  (await app.authorize(who, await app.begin({ prompt: 'none', scope }))).searchParams.get('error');
const askedFor = async (scope: string) => {
  const { location } = await agent.get((await app.begin({ scope })).url);
  const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
  return waiting?.scopes.map(({ scope: asked, before }) => `${asked} ${before ?? 'new'}`);
};
const onlyApp = async () => {
  const [only, ...others] = await protocol.appAccess.list(browser);
  if (!only || others.length > 0) throw new Error('not one app');
  return only;
};
const introspected = (token: string) => client.tokenIntrospection(app.config, token);
const profileOf = (token: string) => client.fetchUserInfo(app.config, token, browser.accountId);

describe('consent', () => {
  it('is remembered, in every browser of the account, and asked again for what is new', async () => {
    await app.signIn(agent, { scope: 'openid profile' });
    expect(await silently(agent, 'openid profile')).toBeNull();
    expect(await silently(await secondBrowser(), 'openid profile')).toBeNull();
    expect(await silently(agent)).toBe('consent_required');
    expect(await askedFor('openid profile email')).toEqual([
      'openid granted',
      'profile granted',
      'email new',
    ]);
  });

  it('can be refused scope by scope, and a refusal is remembered; openid is the sign-in itself', async () => {
    const tokens = await app.signIn(agent, {}, ['profile']);
    expect(tokens.scope).toBe('openid profile');
    expect(Object.keys(await profileOf(tokens.access_token))).toEqual(['sub', 'name']);
    expect(await silently(agent)).toBeNull();
    expect((await app.signIn(agent, {})).scope).toBe('openid profile');
    expect((await onlyApp()).scopes).toEqual(['openid', 'profile']);
  });

  it('of another account says nothing', async () => {
    await app.signIn(agent);
    const { browser: stranger } = await signedInOwner(protocol.stores);
    expect(await silently(new Agent(stranger))).toBe('consent_required');
    const { id } = await onlyApp();
    expect(await protocol.appAccess.find(stranger, id)).toBeUndefined();
    expect(await protocol.appAccess.narrow(stranger, id, [], PLACE)).toBeUndefined();
    expect(await protocol.appAccess.remove(stranger, id, PLACE)).toBeUndefined();
    expect(await silently(agent)).toBeNull();
  });

  it('given in two tabs at once is one consent', async () => {
    const [one, other] = await Promise.all([app.signIn(agent), app.signIn(agent, { scope: 'openid email' })]);
    for (const { access_token } of [one, other]) expect(await app.isActive(access_token)).toBe(true);
    expect((await onlyApp()).scopes.toSorted()).toEqual(['email', 'openid', 'profile']);
  });

  it('and what becomes of it is written down for the owner', async () => {
    await app.signIn(agent, OFFLINE);
    const { id } = await onlyApp();
    await protocol.appAccess.narrow(browser, id, ['openid', 'profile'], PLACE);
    await protocol.appAccess.remove(browser, id, PLACE);
    const told = await protocol.stores.activity.list(browser.accountId, { most: 10 });
    expect(told.map(({ event }) => [event.kind, event.subject?.name])).toEqual([
      ['app-removed', 'Notes'],
      ['app-narrowed', 'Notes'],
      ['app-allowed', 'Notes'],
    ]);
  });
});

describe('narrowing an app', () => {
  it('takes effect with the tokens it has, in every browser, and the app is asked about once more', async () => {
    const here = await app.signIn(agent, OFFLINE);
    const there = await app.signIn(await secondBrowser(), OFFLINE);
    const { id, scopes } = await onlyApp();
    expect(scopes).toEqual(['openid', 'profile', 'email', 'offline_access']);
    const kept = scopes.filter((scope) => scope !== 'email');
    expect(await protocol.appAccess.narrow(browser, id, kept, PLACE)).toBe('narrowed');
    for (const { access_token, refresh_token = '' } of [here, there]) {
      expect(Object.keys(await profileOf(access_token))).toEqual(['sub', 'name']);
      for (const token of [access_token, refresh_token]) {
        expect(await introspected(token)).toMatchObject({
          active: true,
          scope: 'openid profile offline_access',
        });
      }
      expect((await app.refresh(refresh_token)).scope).toBe('openid profile offline_access');
    }
    expect(await silently(agent)).toBe('consent_required');
    expect(await askedFor('openid email')).toEqual(['openid granted', 'email new']);
    expect(await protocol.appAccess.narrow(browser, id, kept, PLACE)).toBe('unchanged');
  });

  it('kills a code that is under way', async () => {
    const attempt = await app.begin(OFFLINE);
    const answer = await app.authorize(agent, attempt);
    await protocol.appAccess.narrow(browser, (await onlyApp()).id, ['openid'], PLACE);
    await expect(app.redeem(answer, attempt)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('and redeeming a code, at once: never more than what was left', async () => {
    for (let round = 0; round < 20; round += 1) {
      const attempt = await app.begin(OFFLINE);
      const answer = await app.authorize(agent, attempt);
      const { id } = await onlyApp();
      const redeemed = app.redeem(answer, attempt).catch(() => undefined);
      const [tokens] = await Promise.all([
        redeemed,
        protocol.appAccess.narrow(browser, id, ['openid'], PLACE),
      ]);
      if (tokens) expect(Object.keys(await profileOf(tokens.access_token))).toEqual(['sub']);
    }
  });
});

describe('removing an app', () => {
  it('kills all its tokens, in every browser, and it has to ask again', async () => {
    const other = await secondBrowser();
    const tokens = [
      await app.signIn(agent, OFFLINE),
      await app.signIn(other, OFFLINE),
      await app.signIn(other),
    ];
    const attempt = await app.begin(OFFLINE);
    const underWay = await app.authorize(agent, attempt);
    expect(await protocol.appAccess.remove(browser, (await onlyApp()).id, PLACE)).toMatchObject({
      name: 'Notes',
    });
    for (const { access_token, refresh_token } of tokens) {
      expect(await app.isActive(access_token)).toBe(false);
      if (refresh_token)
        await expect(app.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    }
    await expect(app.redeem(underWay, attempt)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await silently(agent)).toBe('consent_required');
    expect(await protocol.appAccess.list(browser)).toEqual([]);
  });

  it('leaves other apps and other accounts alone', async () => {
    const reader = await TestApp.of(protocol, 'reader', 'https://reader.example.com/cb');
    const its = await reader.signIn(agent, OFFLINE);
    await app.signIn(agent);
    const apps = await protocol.appAccess.list(browser);
    const notes = apps.find(({ name }) => name === 'Notes');
    await protocol.appAccess.remove(browser, notes?.id ?? '', PLACE);
    expect(await new DeviceClient(protocol.issuer).isActive(its.access_token)).toBe(true);
    expect((await onlyApp()).name).toBe('Reader');
  });
});

describe('signing out in one browser', () => {
  it('ends what the app got there without offline_access, and leaves it in another', async () => {
    const other = await secondBrowser();
    const here = [await app.signIn(agent), await app.signIn(agent, OFFLINE)] as const;
    const there = await app.signIn(other);
    await protocol.stores.browsers.end(browser.sessionId);
    expect(await app.isActive(here[0].access_token)).toBe(false);
    expect(await app.isActive(here[1].access_token)).toBe(true);
    expect((await app.refresh(here[1].refresh_token ?? '')).access_token).toBeDefined();
    expect(await app.isActive(there.access_token)).toBe(true);
    expect((await app.signIn(other, { prompt: 'none' })).access_token).toBeDefined();
  });

  it('kills a code of that browser that is under way, unless it was to last longer', async () => {
    const [brief, lasting] = [await app.begin(), await app.begin(OFFLINE)];
    const answers = [await app.authorize(agent, brief), await app.authorize(agent, lasting)] as const;
    await protocol.stores.browsers.end(browser.sessionId);
    await expect(app.redeem(answers[0], brief)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await app.redeem(answers[1], lasting)).refresh_token).toBeDefined();
  });
});
