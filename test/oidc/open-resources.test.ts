/** Without a resources file: clients, those of MCP among them, name the address of an API that the operator never heard of. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { resourceEntry } from '../../src/devices/asked-resource.ts';
import { Agent, TestApp } from '../support/app.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { API_CLIENTS, apiBasic } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const MCP = 'https://mcp.example.com/mcp';

let protocol: TestProtocol;
let app: TestApp;
let browser: Session;
let agent: Agent;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, ...API_CLIENTS] });
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
  agent = new Agent(browser);
});

async function readAs(authorization: string, token: string): Promise<unknown> {
  const api = new DeviceClient(protocol.issuer, '', authorization);
  return (await api.post('/token/introspection', { token })).body;
}

describe('without a resources file', () => {
  it('any https address is a resource, which its owner is asked about', async () => {
    await app.signIn(agent, { scope: 'openid profile' });
    const { location } = await agent.get((await app.begin({ scope: 'openid profile', resource: MCP })).url);
    expect(location).toMatch(/^\/interaction\//);
    const waiting = await protocol.appSignIn.find(location.slice('/interaction/'.length), browser);
    expect(waiting?.scopes.map(({ scope }) => scope)).toEqual(['openid', 'profile', resourceEntry(MCP)]);
    expect(waiting?.words).toEqual({});
  });

  it('its tokens are read by their own client alone', async () => {
    const tokens = await app.signIn(agent, { scope: 'openid profile', resource: MCP });
    for (const authorization of [API_BASIC, apiBasic('photos')])
      expect(await readAs(authorization, tokens.access_token)).toEqual({ active: false });
    const read = await client.tokenIntrospection(app.config, tokens.access_token);
    expect(read).toMatchObject({ active: true, aud: MCP, scope: 'openid profile' });
  });

  it('what is no https address, or has a fragment or a name in it, is invalid_target', async () => {
    for (const bad of ['http://x.example', 'urn:x:y', 'x', `${MCP}#`, 'https://u:p@x.example.com']) {
      const { location } = await agent.get((await app.begin({ resource: bad })).url);
      expect([bad, new URL(location).searchParams.get('error')]).toEqual([bad, 'invalid_target']);
      const { body } = await new DeviceClient(protocol.issuer).authorize({ resource: bad });
      expect([bad, body['error']]).toEqual([bad, 'invalid_target']);
    }
  });

  it('an app acts at 50 of them at most: the one allowed longest ago is asked about anew', async () => {
    const at = (number: number) => `https://${number}.example.com`;
    const allow = async (...numbers: number[]) => {
      const attempt = await app.begin({ scope: 'openid' });
      for (const number of numbers) attempt.url.searchParams.append('resource', at(number));
      return { attempt, answer: await app.authorize(agent, attempt) };
    };
    const { access_token: first } = await app.signIn(agent, { scope: 'openid', resource: at(0) });
    for (let number = 1; number < 49; number += 4) await allow(number, number + 1, number + 2, number + 3);
    await allow(0, 49);
    expect(await app.isActive(first)).toBe(true);
    await allow(50);
    const [shown] = await protocol.appAccess.list(browser);
    expect(shown?.scopes).toHaveLength(1 + 50);
    expect(shown?.scopes).toContain(resourceEntry(at(0)));
    expect(shown?.scopes).not.toContain(resourceEntry(at(1)));
    const silently = await app.authorize(
      agent,
      await app.begin({ prompt: 'none', scope: 'openid', resource: at(1) }),
    );
    expect(silently.searchParams.get('error')).toBe('consent_required');
  });

  it('a device is shown with it, and its token is for it', async () => {
    const tv = new DeviceClient(protocol.issuer);
    const { userCode, deviceCode } = codesOf(await tv.authorize({ resource: MCP }));
    const link = await protocol.linking.find(userCode);
    expect(link?.scopes).toContain(resourceEntry(MCP));
    expect(link?.words).toEqual({});
    await protocol.linking.approve(userCode, browser);
    const tokens = tokensOf(await tv.poll(deviceCode));
    expect((await tv.userinfo(tokens.access_token)).status).toBe(401);
    expect(await readAs(API_BASIC, tokens.access_token)).toEqual({ active: false });
  });
});

describe('an app that wants no sign-in, only to act at an API', () => {
  const PLAIN = { scope: 'profile', resource: MCP };

  /** Without a nonce, which belongs to a sign-in. */
  async function begin() {
    const attempt = await app.begin(PLAIN);
    attempt.url.searchParams.delete('nonce');
    return attempt;
  }

  it('gets a token for it and no ID token', async () => {
    const attempt = await begin();
    const answer = await app.authorize(agent, attempt);
    const tokens = await client.authorizationCodeGrant(app.config, answer, {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
    });
    expect(tokens).toMatchObject({ scope: 'profile' });
    expect(tokens.id_token).toBeUndefined();
    const read = await client.tokenIntrospection(app.config, tokens.access_token);
    expect(read).toMatchObject({ active: true, sub: browser.accountId, aud: MCP });
    const [shown] = await protocol.appAccess.list(browser);
    expect(shown?.scopes).toEqual(['profile', resourceEntry(MCP)]);
  });

  it('hears that it was denied where its owner allows it nothing there', async () => {
    const answer = await app.authorize(agent, await begin(), []);
    expect(answer.searchParams.get('error')).toBe('access_denied');
  });
});
