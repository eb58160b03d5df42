import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from '../../support/app.ts';
import { CompanionDevice } from '../../support/companion-device.ts';
import { API_BASIC, DEVICE_GRANT, DeviceClient, NOTES_BASIC } from '../../support/device-client.ts';
import { codesOf, tokensOf } from '../../support/linked-device.ts';
import { OwnerBrowser } from '../../support/owner-browser.ts';
import { register } from '../../support/registered-app.ts';
import { signedInOwner } from '../../support/test-stores.ts';
import type { WatchedServer } from '../../support/watched-server.ts';

/** What is right, and gets a request past the first checks: an owner who is signed in, forms, codes, tokens. */
export interface KnownThings {
  readonly cookie: string;
  /** Field → a value that is right in some form; every field that a page of ours has. */
  readonly fields: Readonly<Record<string, string>>;
  /** Path → the fields with which the request would be right; more than one where it may be right in several ways. */
  readonly forms: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly authorizations: readonly string[];
  /** A client that registered itself: its id, and what it would register. */
  readonly registered: { readonly clientId: string; readonly metadata: Readonly<Record<string, unknown>> };
}

/** Of no password that is known, so that a sign-in goes all the way. */
const SOME_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** A resource, as any https address is without a resources file. */
const API = 'https://api.example.com';

/** An app that takes an ID token alone. */
export const SITE = {
  ...{ client_id: 'site', client_name: 'Site', response_types: ['id_token'] },
  redirect_uris: ['https://site.example.com/callback'],
};

const VIEWS = new URL('../../../views/', import.meta.url).pathname;

/** The names of all fields in the templates of the pages. */
function fieldNames(): string[] {
  const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.eta'),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(VIEWS, file), 'utf8').matchAll(/\bname="([a-z_]+)"|\bname: '([a-z_]+)'/g)].map(
      ([, one, other]) => one ?? other ?? '',
    ),
  );
  return [...new Set(names)];
}

export async function knownThings(server: WatchedServer): Promise<KnownThings> {
  const { accountId, browser } = await signedInOwner(server.stores);
  const account = await server.stores.accounts.find(accountId);
  if (account) await server.stores.accounts.replaceCredentials(account, { passwordHash: SOME_HASH });
  const owner = new OwnerBrowser(server.origin, browser);
  const device = new DeviceClient(server.origin, 'tv');
  const linked = codesOf(await device.authorize());
  await owner.decide(linked.userCode, 'approve');
  const tokens = tokensOf(await device.poll(linked.deviceCode));
  const pending = codesOf(await device.authorize());
  const radio = await companionThings(server, owner);
  const notes = await appThings(server, owner);
  const site = await siteThings(owner);
  const page = await owner.pages.submit('/device', '/device', { user_code: pending.userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  const email = `${accountId.toLowerCase()}@example.org`;
  const named = Object.fromEntries(fieldNames().map((name) => [name, '1']));
  const fields = {
    ...named,
    csrf,
    ticket,
    email,
    user_code: pending.userCode,
    decision: 'approve',
    uid: radio.uid,
  };
  const client = { client_id: 'tv' };
  const metadata = {
    redirect_uris: ['https://newcomer.example.com/cb'],
    client_name: 'Newcomer',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    post_logout_redirect_uris: ['https://newcomer.example.com/out'],
    contacts: ['help@newcomer.example.com'],
    default_max_age: 60,
    require_auth_time: true,
  };
  const { body: registered } = await register({ issuer: server.origin }, metadata);
  const clientId = String(registered['client_id']);
  return {
    cookie: [...owner.pages.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    fields,
    forms: {
      '/device/auth': [
        {
          ...client,
          scope: 'openid offline_access',
          device_name: 'Kitchen',
          device_type: 'tv',
          resource: API,
        },
      ],
      '/token': [
        {
          ...client,
          grant_type: DEVICE_GRANT,
          device_code: pending.deviceCode,
          refresh_token: tokens.refresh_token,
          resource: API,
        },
        radio.redemption,
        notes.redemption,
        { grant_type: 'refresh_token', refresh_token: notes.refreshToken, scope: 'openid' },
        { grant_type: 'client_credentials', resource: API },
      ],
      '/token/introspection': [{ token: tokens.access_token, token_type_hint: 'access_token' }],
      '/token/revocation': [{ ...client, token: 'none' }],
      '/me': [{ access_token: tokens.access_token }],
      '/par': [
        {
          ...client,
          response_type: 'code',
          scope: 'openid',
          code_challenge_method: 'S256',
          resource: API,
        },
        { ...radio.push, resource: API },
        notes.request,
        site,
      ],
      '/auth': [
        { ...client, response_type: 'code', scope: 'openid', resource: API },
        radio.link,
        notes.request,
        { ...notes.request, prompt: 'none' },
        site,
        { ...site, prompt: 'none' },
      ],
      '/sign-out/app': [notes.signOut],
      '/sign-out/app/decide': [{ ...notes.signOut, csrf, decision: 'stay' }],
    },
    authorizations: [
      API_BASIC,
      NOTES_BASIC,
      `Bearer ${tokens.access_token}`,
      `Bearer ${registered['registration_access_token']}`,
    ],
    registered: { clientId, metadata: { ...metadata, client_id: clientId } },
  };
}

/** Of an app that its owner is signed in to: what it would ask for, with everything that may be asked; and a code that waits. */
async function appThings({ origin }: WatchedServer, { pages }: OwnerBrowser) {
  const notes = await TestApp.notes({ issuer: origin });
  const answered = async () => {
    const attempt = await notes.begin({ scope: 'openid profile email offline_access', prompt: 'consent' });
    const { location } = await pages.get(attempt.url.pathname + attempt.url.search);
    const csrf = (await pages.get(location)).field('csrf');
    const { onward } = await pages.post(location, { csrf, decision: 'allow', 'allow:offline_access': 'on' });
    return { attempt, answer: new URL((await pages.get(onward)).location) };
  };
  const { attempt, answer } = await answered();
  const { id_token: idToken = '', refresh_token: refreshToken = '' } = await notes.redeem(answer, attempt);
  const waiting = await answered();
  return {
    refreshToken,
    redemption: {
      grant_type: 'authorization_code',
      redirect_uri: notes.redirectUri,
      code: waiting.answer.searchParams.get('code') ?? '',
      code_verifier: waiting.attempt.verifier,
    },
    request: {
      ...Object.fromEntries((await notes.begin()).url.searchParams),
      ...{ prompt: 'login', max_age: '600', response_mode: 'form_post', display: 'page', ui_locales: 'en' },
      ...{ login_hint: 'ada@example.org', id_token_hint: idToken, acr_values: 'urn:latchkey:acr:2' },
      claims: '{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}',
    },
    signOut: {
      ...{ id_token_hint: idToken, client_id: 'notes', state: 'x' },
      post_logout_redirect_uri: 'https://notes.example.com/signed-out',
    },
  };
}

/** What such an app asks for, allowed by its owner. */
async function siteThings({ pages }: OwnerBrowser): Promise<Record<string, string>> {
  const asked = {
    ...{ client_id: SITE.client_id, redirect_uri: SITE.redirect_uris[0] ?? '', response_type: 'id_token' },
    ...{ response_mode: 'form_post', scope: 'openid profile', state: 'x', nonce: 'y' },
  };
  const { location } = await pages.get(`/auth?${new URLSearchParams(asked)}`);
  const csrf = (await pages.get(location)).field('csrf');
  await pages.get((await pages.post(location, { csrf, decision: 'allow', 'allow:profile': 'on' })).onward);
  return asked;
}

/** Of devices that their maker's app sets up: one that is linked, one at its confirm page, one whose link its owner has not opened. */
async function companionThings(server: WatchedServer, { pages }: OwnerBrowser) {
  const radio = new CompanionDevice(server.origin);
  const confirmPage = async () => {
    const { pathname, search } = await radio.link();
    return (await pages.get(pathname + search)).location;
  };
  const confirmed = await confirmPage();
  const csrf = (await pages.get(confirmed)).field('csrf');
  const { onward } = await pages.post(confirmed, { csrf, decision: 'approve' });
  const code = new URL((await pages.get(onward)).location).searchParams.get('code') ?? '';
  const [, uid = ''] = /^\/interaction\/([\w-]+)$/.exec(await confirmPage()) ?? [];
  if (uid === '') throw new Error('no confirm page');
  return {
    push: radio.fields(),
    link: Object.fromEntries((await radio.link()).searchParams),
    redemption: radio.redemption(code),
    /** The request whose confirm page the owner's browser may post to. */
    uid,
  };
}
