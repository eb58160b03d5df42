/** OpenID Connect RP-Initiated Logout 1.0: a test for each MUST and SHOULD that concerns the provider, by section. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const BACK = 'https://notes.example.com/signed-out';

let server: WholeServer;
let notes: TestApp;
let idToken: string;
let owner: PageClient;
beforeAll(async () => {
  server = await startWholeServer();
  notes = await TestApp.notes(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  owner = (await server.signUp()).pages;
  idToken = await signIn(owner);
});

const onwardIn = (page: Page) =>
  /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');

/** The owner signs in to the app and allows it what it asks. */
async function signIn(pages: PageClient): Promise<string> {
  const attempt = await notes.begin();
  const { location } = await pages.get(attempt.url.pathname + attempt.url.search);
  const page = await pages.get(location);
  const answer = await pages.post(location, { csrf: page.field('csrf'), decision: 'allow' });
  const { location: there } = await pages.get(onwardIn(answer) ?? '');
  return (await notes.redeem(new URL(there), attempt)).id_token ?? '';
}

const ask = (pages: PageClient, parameters: Record<string, string>) =>
  pages.get(`/sign-out/app?${new URLSearchParams(parameters)}`);

async function decide(
  pages: PageClient,
  parameters: Record<string, string>,
  decision: string,
): Promise<Page> {
  const page = await ask(pages, parameters);
  return pages.post('/sign-out/app/decide', { ...parameters, csrf: page.field('csrf'), decision });
}

const isSignedIn = async (pages: PageClient) => (await pages.get('/account')).status === 200;

/** An ID token that no longer is what was signed. */
function tampered(token: string, claims: object): string {
  const [head, body = '', signature] = token.split('.');
  const payload = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims };
  return [head, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}

describe('2 RP-initiated logout', () => {
  it('2 MUST support GET and POST; what is posted from another site finds its owner signed in', async () => {
    const hint = { id_token_hint: idToken, post_logout_redirect_uri: BACK };
    expect((await ask(owner, hint)).text).toContain('Sign out of your account, too?');
    const posted = await server.visitor().post('/sign-out/app', hint, {
      origin: 'https://notes.example.com',
      'sec-fetch-site': 'cross-site',
    });
    expect(posted.status).toBe(303);
    expect((await owner.get(posted.location)).text).toContain('Sign out of your account, too?');
    expect(await isSignedIn(owner)).toBe(true);
  });

  it('2 MUST validate that it was the issuer of the hint; SHOULD take one that has expired', async () => {
    const wrong = [
      'x',
      'a.b.c',
      tampered(idToken, { sub: 'other' }),
      tampered(idToken, { aud: 'desktop' }),
      `${idToken}x`,
    ];
    for (const hint of wrong) {
      const page = await ask(owner, { id_token_hint: hint, post_logout_redirect_uri: BACK });
      expect([page.status, page.location, onwardIn(page)]).toEqual([400, '', undefined]);
      expect(page.text).toContain('id_token_hint was not issued here');
    }
    const { exp } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
    const clock = Date.now;
    Date.now = () => (exp + 3600) * 1000;
    try {
      expect((await ask(server.visitor(), { id_token_hint: idToken })).status).toBe(303);
    } finally {
      Date.now = clock;
    }
  });

  it('2 client_id MUST match the client that the hint was issued to', async () => {
    const page = await ask(owner, { id_token_hint: idToken, client_id: 'desktop' });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('client_id is not the one')]);
    expect((await ask(owner, { id_token_hint: idToken, client_id: 'notes' })).status).toBe(200);
    expect((await ask(owner, { client_id: 'nobody' })).status).toBe(400);
  });

  it('2 MUST ask the owner, whichever one is hinted at, and ends nothing before', async () => {
    const other = (await server.signUp()).pages;
    for (const parameters of [{ id_token_hint: idToken }, { client_id: 'notes' }, {}] as Record<
      string,
      string
    >[]) {
      const page = await ask(other, parameters);
      expect(page.text).toContain('You are still signed in, in this browser');
      expect(await isSignedIn(other)).toBe(true);
    }
  });

  it('2 the browser is signed out with what its apps got in it, once the owner says so', async () => {
    await decide(owner, { id_token_hint: idToken, post_logout_redirect_uri: BACK }, 'sign-out');
    expect(await isSignedIn(owner)).toBe(false);
  });

  it('2 an owner who stays signed in goes back to the app as well', async () => {
    const page = await decide(owner, { client_id: 'notes', post_logout_redirect_uri: BACK }, 'stay');
    expect(onwardIn(page)).toBe(BACK);
    expect(await isSignedIn(owner)).toBe(true);
  });

  it('2 without a request of an app the owner may sign out too, and goes on here', async () => {
    expect((await decide(owner, {}, 'stay')).location).toBe('/account');
    expect((await decide(owner, {}, 'sign-out')).location).toBe('/');
    expect(await isSignedIn(owner)).toBe(false);
  });
});

describe('2.1 discovery', () => {
  it('2.1 REQUIRED: end_session_endpoint, an https address but for development', async () => {
    const metadata = await (await request(`${server.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ end_session_endpoint: `${server.issuer}/sign-out/app` });
  });
});

describe('3 redirection after logout', () => {
  const hint = () => ({ id_token_hint: idToken, post_logout_redirect_uri: BACK });

  it('3 state comes back, as it was sent', async () => {
    const state = 'a b&c=d"<';
    const page = await decide(owner, { ...hint(), state }, 'stay');
    const back = new URL(onwardIn(page)?.replaceAll('&#39;', "'") ?? '');
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([BACK, state]);
    const query = await decide(
      owner,
      { client_id: 'notes', post_logout_redirect_uri: 'https://notes.example.com/out?from=id', state: 's' },
      'stay',
    );
    expect(onwardIn(query)).toContain('/out?from=id&state=s');
  });

  it('3 MUST NOT redirect to an address that is not registered, to the letter', async () => {
    const wrong = [
      'https://notes.example.com/signed-in',
      'https://notes.example.com/signed-out/',
      'https://notes.example.com/signed-out?x=1',
      'https://notes.example.com.evil.example/signed-out',
      'https://NOTES.example.com/signed-out',
      'http://notes.example.com/signed-out',
      'javascript:alert(1)',
      '//evil.example',
      'https://evil.example/',
    ];
    for (const post_logout_redirect_uri of wrong) {
      for (const pages of [owner, server.visitor()]) {
        const page = await ask(pages, { id_token_hint: idToken, post_logout_redirect_uri });
        expect([page.status, page.location, onwardIn(page)]).toEqual([400, '', undefined]);
      }
      const forged = await owner.submit('/account', '/sign-out/app/decide', {
        client_id: 'notes',
        post_logout_redirect_uri,
        decision: 'sign-out',
      });
      expect([forged.status, onwardIn(forged)]).toEqual([400, undefined]);
    }
    expect(await isSignedIn(owner)).toBe(true);
  });

  it('3 MUST NOT redirect where it is not said, or not known, which client asks', async () => {
    expect((await ask(owner, { post_logout_redirect_uri: BACK })).status).toBe(400);
    expect((await ask(owner, { post_logout_redirect_uri: BACK, client_id: 'tv' })).status).toBe(400);
  });

  it('3 an app on the owner’s own machine may listen at any port', async () => {
    const there = 'http://127.0.0.1:51234/signed-out';
    const page = await decide(owner, { client_id: 'desktop', post_logout_redirect_uri: there }, 'stay');
    expect(onwardIn(page)).toBe(there);
    const other = await ask(owner, {
      client_id: 'desktop',
      post_logout_redirect_uri: 'http://127.0.0.1:51234/x',
    });
    expect(other.status).toBe(400);
  });

  it('3 an owner who is signed out already goes straight back', async () => {
    expect(onwardIn(await ask(server.visitor(), hint()))).toBe(BACK);
  });
});

describe('6 security', () => {
  it('6 nothing is ended by an address, nor by a form without the token of this browser', async () => {
    await ask(owner, { id_token_hint: idToken });
    const forged = await owner.post('/sign-out/app/decide', { id_token_hint: idToken, decision: 'sign-out' });
    expect(forged.status).toBe(403);
    const page = await ask(owner, {});
    const cross = await owner.post(
      '/sign-out/app/decide',
      { csrf: page.field('csrf'), decision: 'sign-out' },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(cross.status).toBe(403);
    expect(await isSignedIn(owner)).toBe(true);
  });

  it('6 parameters that come twice or are too long are refused', async () => {
    expect((await owner.get('/sign-out/app?state=1&state=2')).status).toBe(400);
    expect((await ask(owner, { client_id: 'notes', state: 's'.repeat(4097) })).status).toBe(400);
    expect((await ask(owner, { id_token_hint: `x.${'x'.repeat(4097)}` })).status).toBe(400);
  });

  it.each(['/session/end', '/SESSION/END', '/session/end/', '/session/end/confirm', '/session/end/success'])(
    '6 the library’s own logout cannot be reached: %s',
    async (path) => {
      for (const method of ['GET', 'POST']) expect((await owner.send(method, path)).status).toBe(404);
    },
  );
});
