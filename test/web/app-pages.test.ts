import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { API_CLIENTS, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from './page-client.ts';

let server: WholeServer;
let owner: Awaited<ReturnType<WholeServer['owner']>>;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS, undefined, {
    clients: [...TEST_CLIENTS, ...API_CLIENTS],
    resources: TEST_RESOURCES,
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  owner = await server.owner();
});

/** The page goes on by itself. */
const GOES_ON = /<meta http-equiv="refresh" content="0;url=\/auth\/[\w-]+">/;
const PLAIN = "form-action 'self';";

function request(changes: Record<string, string> = {}): string {
  const verifier = randomBytes(32).toString('base64url');
  return `/auth?${new URLSearchParams({
    client_id: 'notes',
    redirect_uri: 'https://notes.example.com/signed-in',
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }).toString()}`;
}

const policyOf = (page: { headers: Record<string, unknown> }) =>
  String(page.headers['content-security-policy']);

/** The consent page, and where its form goes. */
async function consent(client: PageClient, changes: Record<string, string> = {}) {
  const { location } = await client.get(request(changes));
  return { action: location, page: await client.get(location) };
}

async function allowed(client: PageClient): Promise<void> {
  const { action, page } = await consent(client);
  const fields = { csrf: page.field('csrf'), decision: 'allow', 'allow:profile': 'on' };
  expect((await client.post(action, fields)).text).toMatch(GOES_ON);
}

describe('the consent page', () => {
  it('has a form that leads nowhere but here, as every other page', async () => {
    const { page } = await consent(owner);
    expect(page.text).toContain('Allow <bdi>Notes</bdi> to use your account?');
    expect(policyOf(page)).toContain(PLAIN);
    for (const path of ['/account/apps', '/device', '/auth', '/no-such-page'])
      expect(policyOf(await owner.get(path))).toContain(PLAIN);
  });

  it.each(['http://127.0.0.1:51234/cb', 'com.example.desktop:/cb', 'http://[::1]:51234/cb'])(
    'of a program that listens at %s goes on there from a page of its own',
    async (redirect_uri) => {
      const { action, page } = await consent(owner, { client_id: 'desktop', redirect_uri });
      expect(policyOf(page)).toContain(PLAIN);
      const answer = await owner.post(action, { csrf: page.field('csrf'), decision: 'allow' });
      expect(answer.text).toMatch(GOES_ON);
    },
  );

  it.each([
    ['notes', 'https://notes.example.com/signed-in', "form-action 'self' https:;"],
    ['desktop', 'http://127.0.0.1:51234/cb', "form-action 'self' http: https:;"],
    ['desktop', 'http://[::1]:51234/cb', "form-action 'self' http: https:;"],
    ['desktop', 'com.example.desktop:/cb', "form-action 'self' com.example.desktop:;"],
  ])(
    'of %s at %s, which wants a form, goes on to a page whose form may leave',
    async (client_id, redirect_uri, policy) => {
      const { action, page } = await consent(owner, { client_id, redirect_uri, response_mode: 'form_post' });
      const next = await owner.post(action, {
        csrf: page.field('csrf'),
        decision: 'allow',
        'allow:profile': 'on',
      });
      const path = /url=(\/auth\/[\w-]+)/.exec(next.text)?.[1] ?? '';
      const post = await owner.get(path);
      expect(policyOf(post)).toContain(policy);
      expect(policyOf(post)).toContain(";script-src 'self'");
      expect(post.text).toContain(`<form method="post" action="${redirect_uri}"`);
    },
  );

  it('says for how long the app keeps what it gets', async () => {
    const { page } = await consent(owner);
    expect(page.text).toContain('It ends when you sign out of this browser, or remove the app');
    const offline = { scope: 'openid offline_access', prompt: 'consent' };
    expect((await consent(owner, offline)).page.text).toContain(
      'It ends after 2\u00a0years at most, or when you remove the app',
    );
    const own = { ...offline, client_id: 'desktop', redirect_uri: 'http://127.0.0.1:51234/cb' };
    expect((await consent(owner, own)).page.text).toContain('It ends after 30\u00a0days at most');
  });

  it('ties the request to the browser with cookies of this site alone, over https', async () => {
    await owner.get(request());
    const names = [...owner.cookies.keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        '__Secure-latchkey_interaction',
        '__Secure-latchkey_resume',
        '__Host-latchkey_session',
      ]),
    );
  });

  it('changes nothing without the token of its form, nor for another browser', async () => {
    const { action, page } = await consent(owner);
    for (const csrf of ['', 'x', page.field('csrf').slice(1)])
      expect((await owner.post(action, { csrf, decision: 'allow' })).status).toBe(403);
    const fields = { csrf: page.field('csrf'), decision: 'allow' };
    expect((await owner.post(action, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const stranger = await server.owner('Eve');
    const token = (await stranger.get('/device')).field('csrf');
    expect((await stranger.get(action)).text).toContain('This sign-in is over');
    expect((await stranger.post(action, { csrf: token, decision: 'allow' })).status).toBe(400);
    expect(await server.stores.consents.list(owner.browser)).toEqual([]);
    expect(await server.stores.consents.list(stranger.browser)).toEqual([]);
  });

  it('is not answered for another owner who has signed in instead in the same browser', async () => {
    const { action, page } = await consent(owner);
    const other = await server.owner('Grace');
    owner.cookies.set('__Host-latchkey_session', other.browser.sessionId);
    expect((await owner.post(action, { csrf: page.field('csrf'), decision: 'allow' })).status).toBe(403);
    const next = await owner.get(action);
    expect(next.text).toContain('go on to <bdi>Notes</bdi>');
    expect(await server.stores.consents.list(other.browser)).toEqual([]);
  });

  it('an answer that is none changes nothing', async () => {
    const { action, page } = await consent(owner);
    const answer = await owner.post(action, { csrf: page.field('csrf'), decision: 'maybe' });
    expect([answer.status, await server.stores.consents.list(owner.browser)]).toEqual([400, []]);
  });

  it('says to a visitor and to an app what is wrong with a request, and leads nowhere', async () => {
    for (const changes of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }]) {
      const page = await server.visitor().get(request(changes));
      expect([page.status, page.location]).toEqual([400, '']);
      expect(page.text).toContain('This app’s request can’t be used');
      expect(page.text).toMatch(/invalid_client|invalid_redirect_uri/);
    }
    expect((await server.visitor().get('/auth/nothing')).text).toContain('This sign-in is over');
    expect((await server.visitor().get('/interaction/nothing')).text).toContain('This sign-in is over');
  });

  it('asks a visitor to sign in first, and all addresses are this server’s', async () => {
    const visitor = server.visitor();
    const { location } = await visitor.get(request());
    const page = await visitor.get(location, { host: 'evil.example' });
    expect(page.location).toBe(`/sign-in?return_to=${encodeURIComponent(location)}`);
    expect(JSON.stringify(page.headers)).not.toContain('evil');
    expect(BEHIND_HTTPS.ISSUER.startsWith('https:')).toBe(true);
  });
});

describe('an app that acts at an API (RFC 8707)', () => {
  const asked = { scope: 'openid photos.read photos.write', resource: PHOTOS };

  it('is shown with it in the words of the operator: the API stands, what it may do there has a tick', async () => {
    const { page } = await consent(owner, asked);
    expect(page.text).toContain(`<p class="tick"><svg`);
    expect(page.text).toContain(`<bdi>Act for you at Photos (${PHOTOS})</bdi>`);
    expect(page.text).not.toContain(`name="allow:resource=`);
    expect(page.text).toContain('name="allow:photos.read"');
    expect(page.text).toContain('<bdi>Add and remove photos</bdi>');
  });

  it('may do what was ticked, and its owner takes back the API itself where apps are listed', async () => {
    const { action, page } = await consent(owner, asked);
    await owner.post(action, { csrf: page.field('csrf'), decision: 'allow', 'allow:photos.read': 'on' });
    const [given] = await server.stores.consents.list(owner.browser);
    expect([given?.granted, given?.refused]).toEqual([
      ['openid', `resource=${PHOTOS}`, 'photos.read'],
      ['photos.write'],
    ]);
    const path = /\/account\/apps\/[\w-]+/.exec((await owner.get('/account/apps')).text)?.[0] ?? '';
    const shown = await owner.get(path);
    expect(shown.text).toContain(`name="keep:resource=${PHOTOS}"`);
    expect(shown.text).toContain('<bdi>See your photos</bdi>');
    await owner.post(path, { csrf: shown.field('csrf'), 'keep:photos.read': 'on' });
    const [narrowed] = await server.stores.consents.list(owner.browser);
    expect(narrowed?.granted).toEqual(['openid', 'photos.read']);
  });
});

describe('/account/apps', () => {
  const idOf = async (client: PageClient) =>
    /\/account\/apps\/([\w-]+)"/.exec((await client.get('/account/apps')).text)?.[1];

  it('of another account is a page that does not exist, and nothing changes', async () => {
    await allowed(owner);
    const path = `/account/apps/${await idOf(owner)}`;
    expect((await owner.get(path)).status).toBe(200);
    const stranger = await server.owner('Eve');
    const csrf = (await stranger.get('/device')).field('csrf');
    for (const where of [path, `${path}/remove`, '/account/apps/nothing', '/account/apps/nothing/remove']) {
      expect((await stranger.get(where)).status).toBe(404);
      expect((await stranger.post(where, { csrf })).status).toBe(404);
    }
    const [consented] = await server.stores.consents.list(owner.browser);
    expect(consented?.granted).toEqual(['openid', 'profile']);
  });

  it('changes by POST with the token of its form only', async () => {
    await allowed(owner);
    const path = `/account/apps/${await idOf(owner)}`;
    const stranger = await server.owner('Eve');
    const foreign = (await stranger.get('/device')).field('csrf');
    const own = (await owner.get(path)).field('csrf');
    for (const where of [path, `${path}/remove`]) {
      for (const csrf of ['', foreign]) expect((await owner.post(where, { csrf })).status).toBe(403);
      expect((await owner.post(where, { csrf: own }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    }
    expect((await server.stores.consents.list(owner.browser))[0]?.granted).toEqual(['openid', 'profile']);
    const narrowed = await owner.post(path, { csrf: own });
    expect((await owner.get(narrowed.location)).text).toContain('Notes may only do what is ticked here');
    const removed = await owner.post(`${path}/remove`, { csrf: own });
    expect((await owner.get(removed.location)).text).toContain('Notes was removed');
    expect((await stranger.get(removed.location)).text).not.toContain('was removed');
    expect(await server.stores.consents.list(owner.browser)).toEqual([]);
  });

  it('asks a visitor to sign in, and leads back', async () => {
    const page = await server.visitor().get('/account/apps');
    expect(page.location).toBe('/sign-in?return_to=%2Faccount%2Fapps');
  });
});
