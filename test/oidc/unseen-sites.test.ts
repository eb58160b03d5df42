/** Links to this server that would lead on to the site of an app that registered itself (RFC 9700 section 4.11.2). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { manage, RegisteredApp } from '../support/registered-app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { type Page, PageClient } from '../web/page-client.ts';

const SITE = 'https://trap.example.com/cb';
const OTHER_SITE = 'https://other.example.com/cb';

let server: WholeServer;
let trap: RegisteredApp;
let owner: PageClient;
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open' });
  const addresses = { redirect_uris: [SITE, OTHER_SITE], post_logout_redirect_uris: [SITE] };
  trap = await RegisteredApp.at(server, { ...addresses, client_name: 'Prize Draw' });
  owner = await server.owner();
});
afterAll(() => server.close());

const stranger = () => new PageClient(server.issuer);
const openedBy = async (pages: PageClient, parameters: Record<string, string>, app = trap): Promise<Page> => {
  const { url } = await app.begin(parameters);
  for (const [name, value] of Object.entries(parameters)) if (value === '') url.searchParams.delete(name);
  return pages.get(url.pathname + url.search);
};

/** It names the site, and the reader has to choose to go there. */
function expectStopped(page: Page, site = 'trap.example.com'): void {
  expect([page.status, page.location, page.onward]).toEqual([400, '', '']);
  expect(page.text).toContain('(unverified) Prize Draw');
  expect(page.text).toContain('No one here has checked this app');
  expect(page.text).toContain(`<strong>${site}</strong>`);
  expect(page.text).not.toContain('<script');
}

const errorOf = ({ location }: Page) => new URL(location).searchParams.get('error');

describe('a link that an attacker sends around', () => {
  it.each([
    ['no page may be shown', { prompt: 'none' }],
    ['a page is asked for and forbidden', { prompt: 'none login' }],
    ['it has no PKCE', { code_challenge: '', code_challenge_method: '' }],
    ['it asks for what there is not', { scope: 'nothing' }],
    ['a parameter is too long', { nonce: 'x'.repeat(600) }],
    ['the response type is another', { response_type: 'token' }],
    ['the claims are no JSON', { claims: '{' }],
    ['the answer goes behind a #', { prompt: 'none', response_mode: 'fragment' }],
  ])('leads no visitor on where %s', async (_why, parameters) => {
    for (const pages of [stranger(), owner]) {
      const page = await openedBy(pages, parameters);
      expectStopped(page);
      // The app hears as much as ever once its visitor goes there.
      expect(page.text).toMatch(/href="https:\/\/trap\.example\.com\/cb[?#]error=[^"]+iss=/);
    }
  });

  it('leads none on by a form either, nor where the request was pushed before', async () => {
    const page = await openedBy(stranger(), { prompt: 'none', response_mode: 'form_post' });
    expectStopped(page);
    expect(page.text).toContain(`<form method="post" action="${SITE}">`);
    expect(page.field('error')).toBe('login_required');
    expect(page.headers['content-security-policy']).toContain("form-action 'self' https:");
    const { url } = await trap.begin({ prompt: 'none' });
    const pushed = await request(`${server.issuer}/par`, { method: 'POST', body: url.searchParams });
    const { request_uri = '' } = (await pushed.json()) as { request_uri?: string };
    expectStopped(await stranger().get(`/auth?${new URLSearchParams({ client_id: trap.id, request_uri })}`));
  });

  it('leads no owner on who has signed in and was asked nothing, since another account was expected', async () => {
    const pages = stranger();
    const claims = JSON.stringify({ id_token: { sub: { value: 'another' } } });
    const { location } = await openedBy(pages, { claims });
    const { cookies } = await server.owner();
    for (const [name, value] of cookies) pages.cookies.set(name, value);
    const goneOn = async (path: string) => pages.get((await pages.get(path)).onward);
    const again = await goneOn(location);
    expectStopped(await goneOn(again.location));
  });

  it('leads no one on who asks to be signed out', async () => {
    const path = `/sign-out/app?${new URLSearchParams({ client_id: trap.id, post_logout_redirect_uri: SITE })}`;
    const page = await stranger().get(path);
    expect([page.status, page.location, page.onward]).toEqual([200, '', '']);
    expect(page.text).toContain('<strong>trap.example.com</strong>');
    expect(page.text).toContain(`href="${SITE}"`);
  });
});

describe('an app that an owner has allowed', () => {
  it('hears its answers at the site that the owner has seen, and at no other', async () => {
    const pages = await server.owner();
    await trap.signIn(pages);
    expect(errorOf(await openedBy(pages, { prompt: 'none' }))).toBe('interaction_required');
    expect(errorOf(await openedBy(pages, { scope: 'nothing' }))).toBe('invalid_scope');
    const elsewhere = new RegisteredApp(trap.config, OTHER_SITE);
    expectStopped(await openedBy(pages, { prompt: 'none' }, elsewhere), 'other.example.com');
    expectStopped(await openedBy(owner, { prompt: 'none' }));
  });

  it('that moves to another site is a stranger there', async () => {
    const app = await RegisteredApp.at(server, { redirect_uris: [SITE], client_name: 'Prize Draw' });
    const pages = await server.owner();
    await app.signIn(pages);
    const moved = { client_id: app.id, redirect_uris: [OTHER_SITE], client_name: 'Prize Draw' };
    expect(
      (await manage(app.registered, 'PUT', { ...moved, token_endpoint_auth_method: 'none' })).status,
    ).toBe(200);
    const elsewhere = new RegisteredApp(app.config, OTHER_SITE);
    expectStopped(await openedBy(pages, { prompt: 'none' }, elsewhere), 'other.example.com');
  });

  it('hears a no from the page that names its site', async () => {
    const pages = await server.owner();
    const { action, page } = await trap.consentPage(pages);
    const next = await pages.post(action, { csrf: page.field('csrf'), decision: 'deny' });
    expect(errorOf(await pages.get(next.onward))).toBe('access_denied');
    // What was denied was not allowed.
    expectStopped(await openedBy(pages, { prompt: 'none' }));
  });
});

describe('an app of the operator’s', () => {
  it('is answered at its site as ever', async () => {
    const parameters = new URLSearchParams({
      client_id: 'notes',
      redirect_uri: 'https://notes.example.com/signed-in',
      response_type: 'code',
      scope: 'openid',
      prompt: 'none',
    });
    expect(errorOf(await stranger().get(`/auth?${parameters}`))).toBe('invalid_request');
  });
});
