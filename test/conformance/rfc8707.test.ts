/** RFC 8707, resource indicators: a test for each MUST and SHOULD that concerns the server, by section. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { Agent, type Attempt, TestApp } from '../support/app.ts';
import { type Answer, API_BASIC, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { approvedCode, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic, MUSIC, PHOTOS, PRINTS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const MCP = 'https://mcp.example.com/mcp';

let protocol: TestProtocol;
let notes: TestApp;
let device: DeviceClient;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, ...API_CLIENTS], resources: TEST_RESOURCES });
  notes = await TestApp.notes(protocol);
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

let browser: Session;
let agent: Agent;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

const SCOPE = 'openid profile photos.read photos.write offline_access';

async function begin(resources: readonly string[], scope = SCOPE): Promise<Attempt> {
  const attempt = await notes.begin({ scope });
  for (const resource of resources) attempt.url.searchParams.append('resource', resource);
  return attempt;
}

/** The code that the app hears, allowed as said. */
async function codeFor(resources: readonly string[], scope = SCOPE, allowed?: readonly string[]) {
  const attempt = await begin(resources, scope);
  const answer = await notes.authorize(agent, attempt, allowed);
  return { attempt, answer };
}

const asNotes = () => new DeviceClient(protocol.issuer, 'notes', NOTES_BASIC);

function redeem({ attempt, answer }: { attempt: Attempt; answer: URL }, fields: Record<string, string> = {}) {
  return asNotes().post('/token', {
    grant_type: 'authorization_code',
    code: answer.searchParams.get('code') ?? '',
    redirect_uri: notes.redirectUri,
    code_verifier: attempt.verifier,
    ...fields,
  });
}

/** @param by an API's client id; `''`: the API of no resource */
async function introspect(token: string, by: string): Promise<Record<string, unknown>> {
  const authorization = by === '' ? API_BASIC : apiBasic(by);
  const { body } = await new DeviceClient(protocol.issuer).post(
    '/token/introspection',
    { token },
    { authorization },
  );
  return body;
}

const errorIn = (url: URL | string) => new URL(url).searchParams.get('error');
const bodyOf = ({ body }: Answer) => tokensOf({ body } as Answer);

/** No absolute URIs, or with a fragment. */
const BAD = ['photos.example.com', '/photos', 'https://', `${PHOTOS}#top`, `${PHOTOS}#`];

describe('2 the parameter', () => {
  it.each(BAD)('2 MUST be an absolute URI without a fragment, by each way of asking: %s', async (bad) => {
    const attempt = await begin([bad]);
    const { location } = await agent.get(attempt.url);
    expect(errorIn(location)).toBe('invalid_target');
    const pushed = await asNotes().post('/par', Object.fromEntries(attempt.url.searchParams));
    for (const answer of [pushed, await device.authorize({ resource: bad })])
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_target']);
  });

  it('2 a resource that the server does not know is invalid_target, by each way of asking', async () => {
    for (const unknown of [MCP, `${PHOTOS}/x`, PHOTOS.toUpperCase(), `${MUSIC}/`]) {
      const step = await agent.get((await begin([unknown])).url);
      expect([unknown, errorIn(step.location)]).toEqual([unknown, 'invalid_target']);
      expect(errorOf(await device.authorize({ resource: unknown }))).toBe('invalid_target');
    }
  });

  it('2 several resources may be named, up to a bound', async () => {
    expect(errorIn((await codeFor([PHOTOS, PRINTS])).answer)).toBeNull();
    const step = await agent.get((await begin([PHOTOS, PRINTS, MUSIC, PHOTOS, PRINTS])).url);
    expect(errorIn(step.location)).toBe('invalid_target');
  });
});

describe('2.1 the authorization request', () => {
  it('2.1 the token SHOULD be for the resource that was named, and names it to the API that reads it', async () => {
    const tokens = bodyOf(await redeem(await codeFor([PHOTOS])));
    const read = await introspect(tokens.access_token, 'photos');
    expect(read).toMatchObject({
      active: true,
      aud: PHOTOS,
      sub: browser.accountId,
      client_id: 'notes',
      scope: 'photos.read photos.write',
    });
  });

  it('2.1 an unmodified client asks with it and refreshes with it', async () => {
    const tokens = await notes.signIn(agent, { scope: SCOPE, resource: PHOTOS });
    expect(tokens.scope).toBe('photos.read photos.write');
    const refreshed = await client.refreshTokenGrant(notes.config, tokens.refresh_token ?? '', {
      resource: PHOTOS,
      scope: 'photos.read',
    });
    expect(await introspect(refreshed.access_token, 'photos')).toMatchObject({
      aud: PHOTOS,
      scope: 'photos.read',
    });
  });

  it('2.1 it may be pushed (RFC 9126), and means the same', async () => {
    const attempt = await begin([PHOTOS]);
    const { body } = await asNotes().post('/par', Object.fromEntries(attempt.url.searchParams));
    const url = new URL(`${protocol.issuer}/auth`);
    url.search = new URLSearchParams({
      client_id: 'notes',
      request_uri: String(body['request_uri']),
    }).toString();
    const answer = await notes.authorize(agent, { ...attempt, url });
    const tokens = bodyOf(await redeem({ attempt, answer }));
    expect(await introspect(tokens.access_token, 'photos')).toMatchObject({ active: true, aud: PHOTOS });
  });

  it('2.1 a device may ask with it (RFC 8628)', async () => {
    const { tokens, answer } = await linkDevice(protocol, browser, device, {
      scope: SCOPE,
      resource: PHOTOS,
    });
    expect(answer.body['scope']).toBe('photos.read photos.write');
    expect(await introspect(tokens.access_token, 'photos')).toMatchObject({ active: true, aud: PHOTOS });
    const next = tokensOf(await device.refresh(tokens.refresh_token, { resource: PHOTOS }));
    expect(await introspect(next.access_token, 'photos')).toMatchObject({ active: true, aud: PHOTOS });
  });

  it('2.1 a scope of a resource means nothing where the resource is not named', async () => {
    const { tokens } = await linkDevice(protocol, browser, device, { scope: 'openid photos.read' });
    expect(await introspect(tokens.access_token, '')).toMatchObject({ active: true, scope: 'openid' });
    expect(errorOf(await device.authorize({ scope: 'photos.read' }))).toBe('invalid_scope');
    expect(errorOf(await device.authorize({ scope: 'photos.read', resource: PRINTS }))).toBe('invalid_scope');
    expect((await device.authorize({ scope: 'photos.read', resource: PHOTOS })).status).toBe(200);
  });
});

describe('2.2 the token request', () => {
  it('2.2 of several resources one is named, and the token is for it and its scopes alone', async () => {
    const code = await codeFor([PHOTOS, MUSIC, PRINTS], `${SCOPE} music.play`);
    const several = await redeem(code);
    expect([several.status, errorOf(several)]).toEqual([400, 'invalid_target']);
    const { refresh_token: refresh, access_token: first } = bodyOf(await redeem(code, { resource: PHOTOS }));
    expect(await introspect(first, 'photos')).toMatchObject({ scope: 'photos.read photos.write' });
    const prints = bodyOf(
      await asNotes().post('/token', {
        grant_type: 'refresh_token',
        refresh_token: refresh,
        resource: PRINTS,
      }),
    );
    expect(await introspect(prints.access_token, 'prints')).toEqual(
      expect.not.objectContaining({ scope: expect.anything() }),
    );
    expect(await introspect(prints.access_token, 'prints')).toMatchObject({ active: true, aud: PRINTS });
  });

  it('2.2 a resource MUST be one of those that were granted: others are invalid_target, and use up nothing', async () => {
    const code = await codeFor([PHOTOS]);
    for (const other of [PRINTS, MCP, '/x']) {
      const refused = await redeem(code, { resource: other });
      expect([other, refused.status, errorOf(refused)]).toEqual([other, 400, 'invalid_target']);
    }
    const tokens = bodyOf(await redeem(code, { resource: PHOTOS }));
    const exchange = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    for (const other of [PRINTS, MCP]) {
      const refused = await asNotes().post('/token', { ...exchange, resource: other });
      expect([other, refused.status, errorOf(refused)]).toEqual([other, 400, 'invalid_target']);
    }
    expect((await asNotes().post('/token', exchange)).status).toBe(200);
  });

  it('2.2 a device that names another than it asked for hears so, and its code still waits for it', async () => {
    const { deviceCode } = await approvedCode(protocol, browser, device, { scope: SCOPE, resource: PHOTOS });
    const refused = await device.poll(deviceCode, { resource: PRINTS });
    expect([refused.status, errorOf(refused)]).toEqual([400, 'invalid_target']);
    expect(await protocol.stores.linkedDevices.list(browser)).toEqual([]);
  });

  it('2.2 what was asked for without a resource is for none, and cannot be turned into a token for one', async () => {
    const code = await codeFor([]);
    expect(errorOf(await redeem(code, { resource: PHOTOS }))).toBe('invalid_target');
    const tokens = bodyOf(await redeem(code));
    const read = await introspect(tokens.access_token, '');
    expect(read).toMatchObject({ active: true, scope: 'openid profile offline_access' });
    expect(read).not.toHaveProperty('aud');
    expect(await notes.claimsOf(tokens.access_token)).toEqual(expect.arrayContaining(['sub', 'name']));
  });

  it('2.2 the scope of a refresh narrows within the resource', async () => {
    const tokens = bodyOf(await redeem(await codeFor([PHOTOS])));
    const narrowed = await notes.refresh(tokens.refresh_token);
    expect(narrowed.scope).toBe('photos.read photos.write');
    const exchange = { grant_type: 'refresh_token', refresh_token: narrowed.refresh_token ?? '' };
    const less = await asNotes().post('/token', { ...exchange, scope: 'photos.read' });
    expect(less.body['scope']).toBe('photos.read');
  });
});

describe('3 security', () => {
  it('3 an API reads tokens of its own audience alone: every other kind of wrong looks the same', async () => {
    const forPhotos = bodyOf(await redeem(await codeFor([PHOTOS]))).access_token;
    const forNone = bodyOf(await redeem(await codeFor([]))).access_token;
    for (const by of ['prints', 'music', ''])
      expect(await introspect(forPhotos, by)).toEqual({ active: false });
    // An API that has a resource of its own goes on reading tokens that are for none.
    for (const by of ['photos', 'prints', ''])
      expect(await introspect(forNone, by)).toMatchObject({ active: true });
    expect(await introspect('x'.repeat(forPhotos.length), 'prints')).toEqual({ active: false });
    expect(await introspect(forPhotos, 'photos')).toMatchObject({ active: true });
    // The client that it was issued to reads its own.
    expect(await notes.isActive(forPhotos)).toBe(true);
  });

  it('3 a token for an API opens nothing here', async () => {
    const token = bodyOf(await redeem(await codeFor([PHOTOS]))).access_token;
    expect((await device.userinfo(token)).status).toBe(403);
    expect(await protocol.bearers.find({ token })).toBeUndefined();
  });

  it('3 being asked about by an API that it is not for is no use of a token', async () => {
    const { tokens } = await linkDevice(protocol, browser, device, { scope: SCOPE, resource: PHOTOS });
    const lost = tokensOf(await device.refresh(tokens.refresh_token));
    for (const by of ['prints', '']) await introspect(lost.access_token, by);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
