/** OpenID Connect Core 1.0, Basic profile: a test for each MUST and SHOULD of the authentication request, by section. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ageProof } from '../support/aged-proof.ts';
import { type Attempt, TestApp } from '../support/app.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const HOME = 'https://notes.example.com/signed-in';
const ALL = { 'allow:profile': 'on', 'allow:email': 'on', 'allow:offline_access': 'on' };

type Asked = Pick<Attempt, 'url'>;

let server: WholeServer;
let notes: TestApp;
let owner: PageClient;
beforeAll(async () => {
  server = await startWholeServer();
  notes = await TestApp.notes(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  owner = await newOwner();
});

async function newOwner(): Promise<PageClient> {
  const pages = server.visitor();
  pages.cookies.set('latchkey_session', (await signedInOwner(server.stores)).browser.sessionId);
  return pages;
}

/** Without the parameters that are given as empty. */
async function begin(parameters: Record<string, string> = {}): Promise<Attempt> {
  const attempt = await notes.begin(parameters);
  for (const [name, value] of Object.entries(parameters))
    if (value === '') attempt.url.searchParams.delete(name);
  return attempt;
}

const open = (pages: PageClient, { url }: Asked) => pages.get(url.pathname + url.search);

/** What the browser is shown for the request; a redirect to the app is left as it is. */
async function shown(pages: PageClient, attempt: Asked): Promise<Page> {
  let page = await open(pages, attempt);
  while (page.location.startsWith('/')) page = await pages.get(page.location);
  return page;
}

/** What the app hears, once its owner has allowed what they are asked. */
async function answered(pages: PageClient, attempt: Asked): Promise<URL> {
  const { location } = await open(pages, attempt);
  if (!location.startsWith('/interaction/')) return new URL(location);
  const csrf = (await pages.get(location)).field('csrf');
  const { onward } = await pages.post(location, { csrf, decision: 'allow', ...ALL });
  return new URL((await pages.get(onward)).location);
}

const signIn = async (parameters: Record<string, string> = {}) => {
  const attempt = await begin(parameters);
  return notes.redeem(await answered(owner, attempt), { ...attempt, ...parameters });
};
const errorOf = async (pages: PageClient, parameters: Record<string, string>) =>
  URL.parse((await open(pages, await begin(parameters))).location)?.searchParams.get('error');
const asksToSignIn = ({ text }: Page) => text.includes('autocomplete="current-password"');
const asksToAllow = ({ text }: Page) => text.includes('Allow <bdi>Notes</bdi>');

describe('3.1.2.1 the authentication request', () => {
  it('3.1.2.1 MUST support GET and POST, with the same answer', async () => {
    const { url, ...attempt } = await begin();
    const posted = await server.visitor().post('/auth', Object.fromEntries(url.searchParams), {
      origin: 'https://notes.example.com',
      'sec-fetch-site': 'cross-site',
    });
    const there = new URL(posted.location, server.issuer);
    expect([there.pathname, [...there.searchParams]]).toEqual(['/auth', [...url.searchParams]]);
    const tokens = await notes.redeem(await answered(owner, { ...attempt, url: there }), { ...attempt, url });
    expect(tokens.id_token).toBeDefined();
  });

  it('3.1.2.1 MUST contain openid: without it, it is no sign-in, and there is no ID token', async () => {
    const { nonce: _unsent, ...attempt } = await begin({ scope: 'profile', nonce: '' });
    const tokens = await notes.redeem(await answered(owner, attempt), attempt);
    expect([tokens.scope, tokens.id_token]).toEqual(['profile', undefined]);
  });

  it('3.1.2.1 REQUIRED: response_type and scope; who asks without hears so', async () => {
    expect(await errorOf(owner, { response_type: '' })).toBe('invalid_request');
    expect(await errorOf(owner, { scope: '' })).toBe('invalid_scope');
  });

  it('3.1.2.1 RECOMMENDED: state comes back letter for letter, and only where it was sent', async () => {
    const state = 'a b&c=d%20+é"<>#/?';
    for (const sent of [state, '']) {
      const answer = await answered(owner, await begin({ state: sent }));
      expect(answer.searchParams.get('state')).toBe(sent || null);
    }
  });

  it('3.1.2.1 nonce is optional, and MUST come through unmodified', async () => {
    const nonce = 'n+/=%20 é"';
    expect((await signIn({ nonce })).claims()?.nonce).toBe(nonce);
    const { nonce: _unsent, ...attempt } = await begin({ nonce: '' });
    const claims = (await notes.redeem(await answered(owner, attempt), attempt)).claims();
    expect([claims?.sub, claims && 'nonce' in claims]).toEqual([expect.any(String), false]);
  });

  it.each([
    ['display', 'page popup touch wap'],
    ['ui_locales', 'xx tlh-Piqd'],
    ['claims_locales', 'xx'],
    ['unheard_of', 'x'],
  ])('3.1.2.1 %s: what is not known there SHOULD be ignored (3.1.2.2)', async (name, value) => {
    expect(asksToAllow(await shown(owner, await begin({ [name]: value })))).toBe(true);
  });

  it('3.1.2.1 prompt=none MUST show no page, and MUST be an error where one would be needed', async () => {
    expect(await errorOf(server.visitor(), { prompt: 'none' })).toBe('login_required');
    expect(await errorOf(owner, { prompt: 'none' })).toBe('consent_required');
    await signIn();
    const silent = await open(owner, await begin({ prompt: 'none' }));
    expect(URL.parse(silent.location)?.searchParams.has('code')).toBe(true);
    expect(await errorOf(owner, { prompt: 'none login' })).toBe('invalid_request');
  });

  it('3.1.2.1 prompt=login and select_account SHOULD have the owner sign in again', async () => {
    await signIn();
    for (const prompt of ['login', 'select_account'])
      expect([prompt, asksToSignIn(await shown(owner, await begin({ prompt })))]).toEqual([prompt, true]);
  });

  it('3.1.2.1 prompt=consent SHOULD have the owner asked again, whatever was allowed before', async () => {
    await signIn();
    expect(asksToAllow(await shown(owner, await begin({ prompt: 'consent' })))).toBe(true);
  });

  it('3.1.2.1 max_age MUST have an older sign-in done anew, and auth_time MUST then be told', async () => {
    const fresh = (await signIn({ max_age: '3600' })).claims();
    expect(Math.abs(Number(fresh?.auth_time) - Date.now() / 1000)).toBeLessThan(600);
    await ageProof(server.stores, owner, 61);
    expect(asksToSignIn(await shown(owner, await begin({ max_age: '3600' })))).toBe(true);
    expect(await errorOf(owner, { max_age: '3600', prompt: 'none' })).toBe('login_required');
    expect(await errorOf(owner, { max_age: 'x' })).toBe('invalid_request');
  });

  it('3.1.2.1 id_token_hint: its owner gets in, SHOULD also when it has expired; another hears login_required', async () => {
    const tokens = await signIn();
    const hint = { id_token_hint: tokens.id_token ?? '', prompt: 'none' };
    expect(await errorOf(owner, hint)).toBeNull();
    const clock = Date.now;
    Date.now = () => (Number(tokens.claims()?.exp) + 60) * 1000;
    try {
      expect(await errorOf(owner, hint)).toBeNull();
    } finally {
      Date.now = clock;
    }
    expect(await errorOf(await newOwner(), hint)).toBe('login_required');
    expect(await errorOf(owner, { ...hint, id_token_hint: 'x' })).toBe('invalid_request');
  });

  it('3.1.2.1 login_hint fills the field of the sign-in page', async () => {
    const page = await shown(server.visitor(), await begin({ login_hint: 'grace@example.org' }));
    expect(page.text).toContain('value="grace@example.org"');
  });

  it('3.1.2.1 acr_values are a wish: ones that nothing here meets are no error', async () => {
    expect((await signIn({ acr_values: 'urn:unheard-of:9' })).claims()?.['acr']).toBe('urn:latchkey:acr:1');
  });
});

describe('3.1.2.2 what is checked', () => {
  it('3.1.2.2 MUST refuse a parameter that comes twice (RFC 6749 section 3.1)', async () => {
    for (const [name, value] of [
      ['scope', 'openid'],
      ['response_type', 'code'],
      ['nonce', 'other'],
      ['prompt', 'none'],
    ] as const) {
      const attempt = await begin({ prompt: 'login' });
      attempt.url.searchParams.append(name, value);
      const { location } = await open(owner, attempt);
      expect([name, URL.parse(location)?.searchParams.get('error')]).toEqual([name, 'invalid_request']);
    }
  });

  it('3.1.2.2 MUST give no other owner’s answer where one is asked for by sub', async () => {
    const asking = (value: string) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) });
    const { sub } = (await signIn()).claims() ?? { sub: '' };
    expect(await errorOf(owner, { ...asking(sub), prompt: 'none' })).toBeNull();
    expect(await errorOf(owner, { ...asking('somebody-else'), prompt: 'none' })).toBe('login_required');
  });
});

describe('3.1.2.3 and 3.1.2.4 the owner signs in, and decides', () => {
  it('3.1.2.3 MUST have a visitor who is not signed in sign in', async () => {
    expect(asksToSignIn(await shown(server.visitor(), await begin()))).toBe(true);
  });

  it('3.1.2.3 MUST withstand forged requests and pages laid over its own', async () => {
    const attempt = await begin();
    const page = await shown(owner, attempt);
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    const { location } = await open(owner, attempt);
    expect((await owner.post(location, { decision: 'allow', csrf: 'x' })).status).toBe(403);
  });

  it('3.1.2.4 MUST obtain the owner’s decision before anything is told, and hears where it is no', async () => {
    const attempt = await begin();
    const { location } = await open(owner, attempt);
    const page = await owner.get(location);
    expect(asksToAllow(page)).toBe(true);
    const { onward } = await owner.post(location, { csrf: page.field('csrf'), decision: 'deny' });
    const answer = new URL((await owner.get(onward)).location);
    expect([answer.searchParams.get('error'), answer.searchParams.get('state')]).toEqual([
      'access_denied',
      attempt.state,
    ]);
  });
});

describe('3.1.2.5 and 3.1.2.6 the answer', () => {
  it('3.1.2.5 MUST be code, state and iss at the address of the request, and no token', async () => {
    const answer = await answered(owner, await begin());
    expect(answer.origin + answer.pathname).toBe(HOME);
    expect([...answer.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state']);
    expect(answer.hash).toBe('');
  });

  it('3.1.2.6 an error has its code and state, in letters that it may have (RFC 6749 section 4.1.2.1)', async () => {
    const { location } = await open(owner, await begin({ prompt: 'unheard-of "<é>', state: 'kept' }));
    const answer = new URL(location);
    expect(answer.origin + answer.pathname).toBe(HOME);
    expect(answer.searchParams.get('error')).toBe('invalid_request');
    expect(answer.searchParams.get('state')).toBe('kept');
    expect(answer.searchParams.get('error_description')).toMatch(/^[ !#-[\]-~]*$/);
  });

  it('3.1.2.1 REQUIRED: client_id and redirect_uri; without one that is known (3.1.2.6) it leads nowhere', async () => {
    const wrong = [
      { client_id: '' },
      { client_id: 'x' },
      { redirect_uri: '' },
      { redirect_uri: `${HOME}/x` },
    ];
    for (const parameters of wrong as Record<string, string>[]) {
      const page = await shown(owner, await begin(parameters));
      expect([page.status, page.location, page.onward]).toEqual([400, '', '']);
    }
  });
});
