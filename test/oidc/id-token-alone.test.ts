/** Apps that are answered with an ID token alone, by a form (OpenID Connect Core section 3.2), as express-openid-connect is by default. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { Agent } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { LogoutReceiver } from '../support/logout-receiver.ts';
import { API_CLIENTS, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const SITE = 'https://site.example.com/callback';
let receiver: LogoutReceiver;
let server: WholeServer;
beforeAll(async () => {
  receiver = await LogoutReceiver.start();
  const site = {
    ...{ client_id: 'site', client_name: 'Site', redirect_uris: [SITE], response_types: ['id_token'] },
    backchannel_logout_uri: receiver.uri('site'),
  };
  const clients = [site, ...TEST_CLIENTS, ...API_CLIENTS];
  server = await startWholeServer({}, undefined, { clients, resources: TEST_RESOURCES });
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

const ASKED = {
  client_id: 'site',
  redirect_uri: SITE,
  response_type: 'id_token',
  response_mode: 'form_post',
  scope: 'openid profile email',
  state: 'of-this-request',
  nonce: 'of-this-browser',
};

/** @param parameters `''`: it is left out */
function addressOf(parameters: Record<string, string> = {}): string {
  const given = Object.entries({ ...ASKED, ...parameters }).filter(([, value]) => value !== '');
  return `/auth?${new URLSearchParams(given)}`;
}

/** What stands in the form that the browser carries to the app. @param allowed scopes that its owner leaves ticked */
async function answerTo(pages: PageClient, parameters = {}, allowed = ['profile', 'email']): Promise<Page> {
  const asked = await pages.get(addressOf(parameters));
  if (!asked.location.startsWith('/interaction/')) return asked;
  const page = await pages.get(asked.location);
  const ticks = Object.fromEntries(allowed.map((scope) => [`allow:${scope}`, 'on']));
  const form = { csrf: page.field('csrf'), decision: 'allow', ...ticks };
  return pages.get((await pages.post(asked.location, form)).onward);
}

async function claimsIn(answer: Page): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
  const token = answer.field('id_token');
  return (await jwtVerify(token, keys, { issuer: server.issuer, audience: 'site' })).payload;
}

const errorIn = (page: Page) =>
  page.field('error') || new URLSearchParams(page.location.split(/[?#]/)[1]).get('error');

/** What the app has heard about an account. */
const noticesAbout = (sub: string | undefined, count: number) =>
  eventually('the notice', () => {
    const heard = receiver.heard.filter(({ claims }) => claims.sub === sub);
    return heard.length >= count
      ? heard.map(({ claims }) => ({ sub: claims.sub, sid: claims.sid }))
      : undefined;
  });

describe('an owner who signs in to an app that takes an ID token alone', () => {
  it('is asked, and the app hears by a form who they are, for the browser that asked, and nothing to act with', async () => {
    const pages = await server.owner('Grace Hopper');
    const answer = await answerTo(pages);
    expect(answer.text).toContain(`<form method="post" action="${SITE}" `);
    expect([answer.field('state'), answer.field('code'), answer.field('access_token')]).toEqual([
      'of-this-request',
      '',
      '',
    ]);
    expect(await claimsIn(answer)).toEqual({
      iss: server.issuer,
      aud: 'site',
      sub: pages.browser.accountId,
      nonce: 'of-this-browser',
      name: 'Grace Hopper',
      email: expect.stringContaining('@'),
      email_verified: expect.any(Boolean),
      sid: expect.stringMatching(/^[\w-]{22}$/),
      acr: expect.any(String),
      amr: expect.any(Array),
      auth_time: expect.any(Number),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect((await claimsIn(await pages.get(addressOf({ prompt: 'none' })))).sub).toBe(
      pages.browser.accountId,
    );
  });

  it('is in the security log with the app that heard of them, and no word of what it heard', async () => {
    const pages = await server.owner('Grace Hopper');
    server.forgetLog();
    const token = (await answerTo(pages)).field('id_token');
    expect(server.logged()).toMatch(/"event":"token-issued".*"client":"site"/);
    expect(server.logged()).not.toContain(token.slice(-40));
    expect(server.logged()).not.toContain('Grace Hopper');
  });

  it('is told of in no claim that they have unticked', async () => {
    const claims = await claimsIn(await answerTo(await server.owner('Grace Hopper'), {}, ['profile']));
    expect([claims['name'], claims['email'], claims['email_verified']]).toEqual([
      'Grace Hopper',
      undefined,
      undefined,
    ]);
  });

  it('finds the app in their list, and takes it off: it hears so, and has to ask anew', async () => {
    const pages = await server.owner();
    const { sub } = await claimsIn(await answerTo(pages));
    const path = /\/account\/apps\/[\w-]+/.exec((await pages.get('/account/apps')).text)?.[0] ?? '';
    await pages.submit(`${path}/remove`, `${path}/remove`, {});
    expect(await noticesAbout(sub, 1)).toEqual([{ sub, sid: undefined }]);
    expect(errorIn(await pages.get(addressOf({ prompt: 'none' })))).toBe('consent_required');
  });

  it('ends the sign-in there by signing out of the account: the app hears of that browser', async () => {
    const pages = await server.owner();
    const { sub, sid } = await claimsIn(await answerTo(pages));
    await pages.submit('/account', '/sign-out', {});
    expect(await noticesAbout(sub, 1)).toEqual([{ sub, sid }]);
  });

  it('and has signed out is not signed in there: no ID token is given after a sign-out', async () => {
    const pages = await server.owner();
    await answerTo(pages);
    const late = await pages.get(addressOf({ prompt: 'none' }));
    expect(late.field('id_token')).not.toBe('');
    await pages.submit('/account', '/sign-out', {});
    const gone = await pages.get(addressOf({ prompt: 'none' }));
    expect([gone.field('id_token'), errorIn(gone)]).toEqual(['', 'login_required']);
  });
});

it('an owner who takes the app off while it is answered is told of to nobody', async () => {
  const app = { client_id: 'site', client_name: 'Site', redirect_uris: [SITE], response_types: ['id_token'] };
  const protocol = await testProtocol({ clients: [app] });
  try {
    const { browser } = await signedInOwner(protocol.stores);
    const agent = new Agent(browser);
    const { location } = await agent.get(protocol.issuer + addressOf());
    const uid = location.slice('/interaction/'.length);
    const place = { address: '127.0.0.1', userAgent: 'test' };
    const next = await protocol.appSignIn.allow(uid, browser, ['openid', 'profile', 'email'], place);
    if (typeof next === 'string') throw new Error(next);
    const { consents } = protocol.stores;
    const find = consents.find.bind(consents);
    consents.find = async (owner, clientId) => {
      const found = await find(owner, clientId);
      if (found) await consents.end(owner, found.id);
      return found;
    };
    const { text } = await agent.get(protocol.issuer + next.path);
    expect(text).toContain('interaction_required');
    expect(text).not.toContain('id_token');
  } finally {
    await protocol.close();
  }
});

describe('an app that takes an ID token alone', () => {
  it.each([
    ['has no nonce', { nonce: '' }, 'invalid_request'],
    ['wants it in the address', { response_mode: 'query' }, 'invalid_request'],
    ['wants it behind a #', { response_mode: 'fragment' }, 'invalid_request'],
    ['does not say how', { response_mode: '' }, 'invalid_request'],
    ['wants a code', { response_type: 'code' }, 'unauthorized_client'],
    ['wants a token to act with', { response_type: 'token' }, 'unsupported_response_type'],
    ['wants such a token too', { response_type: 'id_token token' }, 'unsupported_response_type'],
    ['wants a code too', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['asks for no scope', { scope: '' }, 'invalid_scope'],
    ['asks for none that is known', { scope: 'nothing' }, 'invalid_scope'],
    ['does not ask who it is', { scope: 'profile' }, 'invalid_request'],
    ['wants to act at an API', { resource: PHOTOS }, 'invalid_target'],
    ['asks for claims of userinfo', { claims: '{"userinfo":{"name":null}}' }, 'invalid_request'],
  ])('hears so before any page where it %s', async (_what, parameters, error) => {
    const answer = await (await server.owner()).get(addressOf(parameters));
    expect([answer.field('id_token'), errorIn(answer)]).toEqual(['', error]);
  });

  it('gets no access that lasts: offline_access is ignored, as the standard says', async () => {
    const pages = await server.owner();
    const asked = await pages.get(addressOf({ scope: 'openid offline_access' }));
    expect((await pages.get(asked.location)).text).not.toContain('allow:offline_access');
  });

  it('may push its request first, which leads to one answer alone', async () => {
    const pages = await server.owner();
    const body = new URLSearchParams(ASKED);
    const pushed = await request(`${server.issuer}/par`, { method: 'POST', body });
    const { request_uri = '' } = (await pushed.json()) as { request_uri?: string };
    const path = `/auth?${new URLSearchParams({ client_id: 'site', request_uri })}`;
    const other = server.visitor();
    for (const [name, value] of pages.cookies) other.cookies.set(name, value);
    const [first, second] = [await pages.get(path), await other.get(path)];
    const goneOn = async (browser: PageClient, { location }: Page) => {
      const csrf = (await browser.get(location)).field('csrf');
      return browser.get((await browser.post(location, { csrf, decision: 'allow' })).onward);
    };
    expect((await claimsIn(await goneOn(pages, first))).nonce).toBe('of-this-browser');
    const again = await goneOn(other, second);
    expect([again.field('id_token'), errorIn(again)]).toEqual(['', 'invalid_request_uri']);
  });

  it('gets nothing at the token endpoint', async () => {
    for (const grant_type of ['implicit', 'authorization_code', 'refresh_token', 'client_credentials']) {
      const fields = { client_id: 'site', grant_type, code: 'x', refresh_token: 'x', redirect_uri: SITE };
      const answer = await request(`${server.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      const { error } = (await answer.json()) as { error?: string };
      expect([grant_type, error]).toEqual([
        grant_type,
        expect.stringMatching(/^(unauthorized_client|unsupported_grant_type)$/),
      ]);
    }
  });
});

it('an app that was registered for codes cannot be made to take its answer without one', async () => {
  const notes = { client_id: 'notes', redirect_uri: 'https://notes.example.com/signed-in' };
  const answer = await (await server.owner()).get(addressOf(notes));
  expect([answer.field('id_token'), errorIn(answer)]).toEqual(['', 'unauthorized_client']);
});

it('discovery says so where there is such an app', async () => {
  const metadata = await (await request(`${server.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata).toMatchObject({
    response_types_supported: ['code', 'id_token'],
    grant_types_supported: expect.arrayContaining(['authorization_code', 'implicit']),
  });
});
