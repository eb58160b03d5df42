/** What owners allow at APIs (RFC 8707): shown, remembered, refused and taken back as every scope is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { resourceEntry } from '../../src/devices/asked-resource.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic, MUSIC, PHOTOS, PRINTS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const PLACE = { address: '127.0.0.1', userAgent: 'test' };
const ASKED = { scope: 'openid photos.read photos.write offline_access', resource: PHOTOS };
const AT_PHOTOS = resourceEntry(PHOTOS);

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, ...API_CLIENTS], resources: TEST_RESOURCES });
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let browser: Session;
let agent: Agent;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

/** What the API at this address is told. */
async function read(token: string, by = 'photos'): Promise<Record<string, unknown>> {
  const api = new DeviceClient(protocol.issuer, by, apiBasic(by));
  return (await api.post('/token/introspection', { token })).body;
}

const silently = async (parameters: Record<string, string>) =>
  (await app.authorize(agent, await app.begin({ prompt: 'none', ...parameters }))).searchParams.get('error');

/** The consent page, as its owner finds it. */
async function waiting(parameters: Record<string, string>) {
  const { location } = await agent.get((await app.begin(parameters)).url);
  return protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
}

async function onlyApp() {
  const [only] = await protocol.appAccess.list(browser);
  if (!only) throw new Error('no app');
  return only;
}

describe('an app that wants to act at an API', () => {
  it('is shown with it, and with what it may do there, in the words of the operator', async () => {
    const shown = await waiting(ASKED);
    expect(shown?.scopes.map(({ scope }) => scope)).toEqual([
      ...['openid', 'offline_access', AT_PHOTOS, 'photos.read', 'photos.write'],
    ]);
    expect(shown?.words).toEqual({
      [AT_PHOTOS]: 'Photos',
      'photos.read': 'See your photos',
      'photos.write': 'Add and remove photos',
    });
  });

  it('goes on without a page where all of it was allowed before, and asks for what is new', async () => {
    await app.signIn(agent, ASKED);
    expect(await silently(ASKED)).toBeNull();
    expect(await silently({ ...ASKED, resource: PRINTS })).toBe('consent_required');
    expect(await silently({ scope: 'openid music.play', resource: MUSIC })).toBe('consent_required');
    const { scopes = [] } = (await waiting({ scope: 'openid music.play', resource: MUSIC })) ?? {};
    expect(scopes.map(({ scope, before }) => `${scope} ${before ?? 'new'}`)).toEqual([
      'openid granted',
      `${resourceEntry(MUSIC)} new`,
      'music.play new',
    ]);
  });

  it('is asked about for an API that it named no scope of, whatever else it was allowed', async () => {
    await app.signIn(agent, { scope: 'openid profile' });
    expect(await silently({ scope: 'openid profile' })).toBeNull();
    expect(await silently({ scope: 'openid profile', resource: PRINTS })).toBe('consent_required');
  });

  it('is told to the API with how and when its owner proved who they are', async () => {
    const tokens = await app.signIn(agent, ASKED);
    const { auth_time, acr, amr } = await read(tokens.access_token);
    expect([auth_time, acr, amr]).toEqual([browser.authTime, 'urn:latchkey:acr:1', browser.amr]);
    const plain = await app.signIn(agent, { scope: 'openid' });
    expect(await read(plain.access_token)).not.toHaveProperty('auth_time');
  });

  it('may do no more than was ticked, and what was refused is remembered', async () => {
    const tokens = await app.signIn(agent, ASKED, ['openid', 'photos.read']);
    expect(tokens.scope).toBe('photos.read');
    expect(await read(tokens.access_token)).toMatchObject({ active: true, scope: 'photos.read' });
    expect(await silently({ ...ASKED, scope: 'openid photos.read photos.write' })).toBeNull();
    const again = await app.signIn(agent, { ...ASKED, scope: 'openid photos.read photos.write' });
    expect(again.scope).toBe('photos.read');
  });
});

describe('an API whose address has no path', () => {
  const SLASH = `${PHOTOS}/`;

  it('may be named with the slash that URL libraries add, by each way of asking: it is one API', async () => {
    const tokens = await app.signIn(agent, { ...ASKED, resource: SLASH });
    expect(await read(tokens.access_token)).toMatchObject({ active: true, aud: PHOTOS });
    expect((await onlyApp()).scopes).toContain(AT_PHOTOS);
    let { refresh_token: refresh = '' } = tokens;
    for (const resource of [PHOTOS, SLASH]) {
      expect(await silently({ ...ASKED, resource })).toBeNull();
      const refreshed = await client.refreshTokenGrant(app.config, refresh, { resource });
      expect(await read(refreshed.access_token)).toMatchObject({ active: true, aud: PHOTOS });
      refresh = refreshed.refresh_token ?? '';
    }
    const device = new DeviceClient(protocol.issuer);
    const { userCode, deviceCode } = codesOf(await device.authorize({ ...ASKED, resource: SLASH }));
    await protocol.linking.approve(userCode, browser);
    const linked = tokensOf(await device.poll(deviceCode, { resource: PHOTOS }));
    expect(await read(linked.access_token)).toMatchObject({ active: true, aud: PHOTOS });
  });

  it('named in both ways at once is named once', async () => {
    const attempt = await app.begin({ ...ASKED, resource: SLASH });
    attempt.url.searchParams.append('resource', PHOTOS);
    const tokens = await app.redeem(await app.authorize(agent, attempt), attempt);
    expect(await read(tokens.access_token)).toMatchObject({ active: true, aud: PHOTOS });
  });
});

describe('taking back', () => {
  it('of what it may do at an API takes effect with the tokens it has', async () => {
    const tokens = await app.signIn(agent, ASKED);
    const { id, scopes, words } = await onlyApp();
    expect(words['photos.write']).toBe('Add and remove photos');
    const kept = scopes.filter((scope) => scope !== 'photos.write');
    expect(await protocol.appAccess.narrow(browser, id, kept, PLACE)).toBe('narrowed');
    expect(await read(tokens.access_token)).toMatchObject({ active: true, scope: 'photos.read' });
    const refreshed = await app.refresh(tokens.refresh_token ?? '');
    expect(refreshed.scope).toBe('photos.read');
    expect(await silently(ASKED)).toBe('consent_required');
  });

  it('of the API itself ends all tokens for it, and no other access', async () => {
    const photos = await app.signIn(agent, ASKED);
    const plain = await app.signIn(agent, { scope: 'openid profile' });
    const { id, scopes } = await onlyApp();
    const kept = scopes.filter((scope) => scope !== AT_PHOTOS);
    expect(await protocol.appAccess.narrow(browser, id, kept, PLACE)).toBe('narrowed');
    expect(await read(photos.access_token)).toEqual({ active: false });
    expect(await app.isActive(photos.access_token)).toBe(false);
    expect(await app.isActive(plain.access_token)).toBe(true);
    await expect(app.refresh(photos.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_target' });
    expect(await silently(ASKED)).toBe('consent_required');
    // Allowed anew, the app has what it had; the ended tokens stay ended.
    const anew = await app.signIn(agent, ASKED);
    expect(await read(anew.access_token)).toMatchObject({ active: true });
    expect(await read(photos.access_token)).toEqual({ active: false });
  });

  it('of an API from the resources file, by the operator, ends them for everybody', async () => {
    const tokens = await app.signIn(agent, ASKED);
    const startedWith = async (resources: object[]) => {
      const clients = [...TEST_CLIENTS, ...API_CLIENTS];
      const environment = { ISSUER: protocol.issuer };
      const other = await testProtocol({ prefix: protocol.stores.prefix, clients, resources, environment });
      const notes = new DeviceClient(other.address, 'notes', NOTES_BASIC);
      const { body } = await notes.post('/token/introspection', { token: tokens.access_token });
      const refreshed = await notes.post('/token', {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token ?? '',
      });
      await other.close();
      return [body['active'], refreshed.status, errorOf(refreshed)];
    };
    const others = TEST_RESOURCES.filter(({ resource }) => resource !== PHOTOS);
    expect(await startedWith(others)).toEqual([false, 400, 'invalid_target']);
    expect(await startedWith(TEST_RESOURCES)).toEqual([true, 200, undefined]);
  });

  it('of the whole app ends them too', async () => {
    const tokens = await app.signIn(agent, ASKED);
    const { id } = await onlyApp();
    await protocol.appAccess.remove(browser, id, PLACE);
    expect(await read(tokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(app.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('a device that wants to act at an API', () => {
  it('is shown with it, in the words of the operator', async () => {
    const { userCode } = codesOf(await new DeviceClient(protocol.issuer).authorize(ASKED));
    const link = await protocol.linking.find(userCode);
    expect(link?.scopes).toEqual(['openid', 'photos.read', 'photos.write', 'offline_access', AT_PHOTOS]);
    expect(link?.words).toMatchObject({ [AT_PHOTOS]: 'Photos' });
  });

  it('acts at each that it named, one token for one', async () => {
    const device = new DeviceClient(protocol.issuer);
    const form = new URLSearchParams({ client_id: 'tv', scope: `${ASKED.scope} music.play` });
    for (const resource of [PHOTOS, PRINTS]) form.append('resource', resource);
    const response = await request(`${protocol.issuer}/device/auth`, { method: 'POST', body: form });
    const body = (await response.json()) as Record<string, unknown>;
    const { userCode, deviceCode } = codesOf({ body, status: 200, headers: response.headers });
    await protocol.linking.approve(userCode, browser);
    const tokens = tokensOf(await device.poll(deviceCode, { resource: PRINTS }));
    expect(await read(tokens.access_token, 'prints')).toMatchObject({ active: true, aud: PRINTS });
    expect(errorOf(await device.refresh(tokens.refresh_token))).toBe('invalid_target');
    const more = tokensOf(await device.refresh(tokens.refresh_token, { resource: PHOTOS }));
    expect(await read(more.access_token)).toMatchObject({ active: true, aud: PHOTOS });
  });

  it('is out at its API with the moment at which it signs off', async () => {
    const device = new DeviceClient(protocol.issuer);
    const { tokens } = await linkDevice(protocol, browser, device, ASKED);
    const more = tokensOf(await device.refresh(tokens.refresh_token));
    expect(await read(more.access_token)).toMatchObject({ active: true });
    await device.revoke(more.refresh_token);
    for (const token of [tokens.access_token, more.access_token])
      expect(await read(token)).toEqual({ active: false });
  });
});
