/** Apps that registered themselves: what a stranger can do with one to owners and to other apps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { digestOf } from '../../src/apps/token-digest.ts';
import { makeRoom } from '../../src/oidc/unverified-consents.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { manage, RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const LOOPBACK = 'http://127.0.0.1:51234/callback';

let server: WholeServer;
let owner: { email: string; pages: PageClient };
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open', SIGN_UP: 'open' });
  owner = await server.signUp();
});
afterAll(() => server.close());

let networks = 0;
const from = (address: string) => ({ 'x-forwarded-for': address });
/** Another network each time. */
const fromElsewhere = () => {
  networks += 1;
  return from(`198.18.${networks}.1`);
};
const appWith = async (metadata: Record<string, unknown> = {}, auth?: client.ClientAuth) => {
  const { body } = await register(
    server,
    {
      redirect_uris: [SITE],
      client_name: 'Newcomer',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    },
    fromElsewhere(),
  );
  const options = { execute: [client.allowInsecureRequests] };
  const known = body as unknown as client.ClientMetadata;
  const config = await client.discovery(
    new URL(server.issuer),
    known.client_id,
    known,
    auth ?? client.None(),
    options,
  );
  return new RegisteredApp(config, [metadata['redirect_uris'] ?? SITE].flat()[0] as string);
};

describe('an app that registered itself', () => {
  it('signs in as an MCP client does: public, on loopback with whatever port it got', async () => {
    const app = await RegisteredApp.at(server, { client_name: 'Inspector', redirect_uris: [LOOPBACK] });
    const other = new RegisteredApp(app.config, 'http://127.0.0.1:40001/callback');
    const tokens = await other.signIn(owner.pages);
    expect(await app.me(tokens.access_token, server)).toBe(200);
    const next = await app.refresh(tokens.refresh_token ?? '');
    expect(await app.me(next.access_token, server)).toBe(200);
  });

  it.each([
    ['client_secret_post', client.ClientSecretPost],
    ['client_secret_basic', client.ClientSecretBasic],
  ] as const)('signs in with the secret that it was given, by %s', async (method, auth) => {
    const app = await appWith({ token_endpoint_auth_method: method }, auth());
    const { access_token: token, refresh_token: refresh = '' } = await app.signIn(owner.pages);
    expect(await app.me(token, server)).toBe(200);
    expect((await client.tokenIntrospection(app.config, token)).active).toBe(true);
    const secret = String(app.config.clientMetadata().client_secret);
    // What a thief of the store has is no secret.
    for (const wrong of ['', `${secret}x`, digestOf(secret)]) {
      const thief = await client.discovery(new URL(server.issuer), app.id, undefined, auth(wrong || ' '), {
        execute: [client.allowInsecureRequests],
      });
      await expect(client.refreshTokenGrant(thief, refresh)).rejects.toMatchObject({ status: 401 });
    }
  });

  it('is named with a mark wherever its owner meets it: consent, apps, activity, mail', async () => {
    const { pages, email } = await server.signUp();
    const app = await appWith({ client_name: 'Savings Bank' });
    const { page } = await app.consentPage(pages);
    expect(page.text).toContain('Allow <bdi>(unverified) Savings Bank</bdi> to use your account?');
    expect(page.text).toContain('No one here has checked this app');
    expect(page.text).toContain('<strong><bdi class="break">newcomer.example.com</bdi></strong>');
    await app.signIn(pages);
    const list = await pages.get('/account/apps');
    expect(list.text).toContain('(unverified) Savings Bank');
    const [, path = ''] = /href="(\/account\/apps\/[^"]+)"/.exec(list.text) ?? [];
    for (const one of [path, `${path}/remove`, '/account/activity'])
      expect((await pages.get(one)).text).toContain('(unverified) Savings Bank');
    const alert = () =>
      server.mails.find(({ to, text }) => to === email && text.includes('Savings Bank'))?.text;
    expect(await eventually('the alert', alert)).toContain('(unverified) Savings Bank');
    for (const text of [page.text, list.text])
      expect(text.replaceAll('(unverified) Savings Bank', '')).not.toContain('Savings Bank');
  });

  it('asks its owner each time, and is refused where no page may be shown', async () => {
    const { pages } = await server.signUp();
    const app = await appWith();
    await app.signIn(pages);
    const again = await app.consentPage(pages);
    expect(again.page.text).toContain('Allow <bdi>(unverified) Newcomer</bdi>');
    const { url } = await app.begin({ prompt: 'none' });
    const answer = await pages.get(url.pathname + url.search);
    expect(new URL(answer.location).searchParams.get('error')).toBe('interaction_required');
  });

  it('has no sign-in without PKCE, nor back to an address that it has not registered', async () => {
    const app = await appWith();
    const { url } = await app.begin();
    url.searchParams.delete('code_challenge');
    const bare = await owner.pages.get(url.pathname + url.search);
    expect([bare.status, bare.location]).toEqual([400, '']);
    expect(bare.text).toContain('?error=invalid_request&amp;');
    const elsewhere = await app.begin({ redirect_uri: 'https://other.example.com/cb' });
    expect((await owner.pages.get(elsewhere.url.pathname + elsewhere.url.search)).status).toBe(400);
  });

  it('takes no name of the operator’s clients or of this service, however it is written', async () => {
    for (const client_name of [
      'Latchkey',
      ' LATCHKEY ',
      'Latch\u200bkey',
      'Ｌatchkey',
      'Riverside Radio',
      'riverside-radio',
      'L\u0430tchkey Security',
      'Notes for Latchkey',
      'LatchkeyRefunds',
    ])
      expect((await register(server, { redirect_uris: [SITE], client_name }, fromElsewhere())).body).toEqual({
        error: 'invalid_client_metadata',
        error_description:
          'client_name: looks like the name of an app here, or has the name of this service in it',
      });
  });

  it('has a name of one line that turns no text; without one it goes by where it sends people', async () => {
    const named = async (client_name?: string, uri = SITE) =>
      (await register(server, { redirect_uris: [uri], client_name }, fromElsewhere())).body['client_name'];
    expect(await named('Tidy\u202e\n  Name\u0000')).toBe('Tidy Name');
    expect(await named()).toBe('newcomer.example.com');
    expect(await named('\u200b')).toBe('newcomer.example.com');
    expect(await named(undefined, 'com.example.app:/cb')).toBe('com.example.app');
  });

  it('reads no token of another app, and takes none back', async () => {
    const app = await appWith();
    const { access_token: token } = await app.signIn(owner.pages);
    const auth = client.ClientSecretBasic();
    const spy = await appWith({ token_endpoint_auth_method: 'client_secret_basic' }, auth);
    expect((await client.tokenIntrospection(spy.config, token)).active).toBe(false);
    await client.tokenRevocation(spy.config, token);
    expect(await app.me(token, server)).toBe(200);
  });

  it('that was removed keeps its name on the owner’s page, where its row can be removed', async () => {
    const { pages } = await server.signUp();
    const app = await appWith({ client_name: 'Short-lived' });
    const { access_token: token } = await app.signIn(pages);
    expect((await manage(app.registered, 'DELETE')).status).toBe(204);
    expect(await app.me(token, server)).toBe(401);
    const list = await pages.get('/account/apps');
    expect(list.text).toContain('(unverified) Short-lived');
    const [, path = ''] = /href="(\/account\/apps\/[^"]+)"/.exec(list.text) ?? [];
    await pages.submit(`${path}/remove`, `${path}/remove`, {});
    expect((await pages.get('/account/apps')).text).toContain('No app has access');
  });

  it('is one of 50 that an owner lets in at most: of more the one unused longest leaves, the operator’s stay', async () => {
    const { accountId, browser } = await signedInOwner(server.stores);
    const { consents } = server.stores;
    const change = { replaces: undefined, less: false, narrow: (payload: object) => ({ ...payload }) };
    const terms = { granted: ['openid'], refused: [] };
    await consents.write(browser, { ...terms, clientId: 'notes' }, change);
    const allow = async (index: number) => {
      const clientId = `app-${index}`;
      await makeRoom(consents, browser, clientId);
      const given = { ...terms, clientId, appName: `(unverified) App ${index}` };
      expect(await consents.write(browser, given, change)).toBe('written');
    };
    for (let index = 0; index < 52; index += 1) await allow(index);
    const left = (await consents.list(browser)).map(({ clientId }) => clientId);
    expect([left.length, left.includes('notes'), left.includes('app-51')]).toEqual([51, true, true]);
    const told = await server.stores.activity.list(accountId, { most: 10 });
    expect(told.filter(({ event }) => event.kind === 'app-removed')).toHaveLength(2);
  });

  it('stays for as long as an owner uses it, and a day where none has', async () => {
    const [used, unused] = [await appWith(), await appWith()];
    await used.signIn(owner.pages);
    const listed = await server.stores.registeredClients.list();
    const days = ({ id }: RegisteredApp) =>
      ((listed.find(({ clientId }) => clientId === id)?.leaves ?? 0) - Date.now()) / 86_400_000;
    expect([Math.round(days(unused)), Math.round(days(used))]).toEqual([1, 180]);
  });

  it('is a page’s own: its origin reads its answers, and no other page does', async () => {
    const app = await appWith({ redirect_uris: ['https://page.example.com/cb'] });
    const ask = async (origin: string, method: string) => {
      const answer = await request(`${server.issuer}/token`, {
        method,
        headers: { origin, ...(method === 'OPTIONS' && { 'access-control-request-method': 'POST' }) },
        ...(method === 'POST' && {
          body: new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token: 'x' }),
        }),
      });
      return answer.headers.get('access-control-allow-origin');
    };
    for (const method of ['OPTIONS', 'POST'])
      expect(await ask('https://page.example.com', method)).toBe('https://page.example.com');
    expect(await ask('https://other.example.com', 'POST')).toBeNull();
  });
});

describe('a client of the file', () => {
  it('is not hidden by a stored one that has its id', async () => {
    const stored = {
      clientId: 'notes',
      metadata: { redirect_uris: ['https://evil.example/cb'], token_endpoint_auth_method: 'none' },
      secret: undefined,
      tokens: [],
      issuedAt: 1,
      initialToken: undefined,
    };
    await server.stores.registeredClients.add(stored, { network: 'evil' }, 60_000);
    const parameters = new URLSearchParams({
      client_id: 'notes',
      redirect_uri: 'https://evil.example/cb',
      response_type: 'code',
      scope: 'openid',
    });
    expect((await owner.pages.get(`/auth?${parameters}`)).status).toBe(400);
    await server.stores.registeredClients.remove('notes');
  });
});
