/** A thief with a copy of an owner's session cookie, an hour after the owner's last proof, at every form there is. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { PROVED_ACTIONS, type ProvedAction } from '../../src/config/proof-ages.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { TestApp } from '../support/app.ts';
import { CompanionDevice } from '../support/companion-device.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { newBrowser } from '../support/test-stores.ts';
import { CORP } from '../support/unreachable-provider.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';
import { OWNER_ACTIONS, SENTENCES } from './owner-actions.ts';

const HOUR_SECONDS = 3600;

let server: WholeServer;
let accountId: AccountId;
let device: DeviceClient;
let notes: TestApp;
beforeAll(async () => {
  server = await startWholeServer({}, undefined, { upstreams: [CORP] });
  const { email } = await server.signUp();
  accountId = (await server.stores.accounts.findByEmail(email))?.id as AccountId;
  device = new DeviceClient(server.issuer);
  notes = await TestApp.notes(server);
});
afterAll(() => server.close());

/** A browser whose owner proved who they are an hour ago, and nothing since. */
async function thief(): Promise<PageClient> {
  const browser = newBrowser(accountId, 1);
  const stale = { ...browser, authTime: browser.authTime - HOUR_SECONDS };
  await server.stores.browsers.insert(stale, { idle: 7_200_000, absolute: 86_400_000 });
  const pages = server.visitor('203.0.113.66');
  pages.cookies.set('latchkey_session', browser.sessionId);
  return pages;
}

/** Fields that some form takes, so that a form is refused for want of a proof and not for being empty. */
const FIELDS = {
  name: 'Eve',
  email: 'eve@example.org',
  member_name: 'Eve',
  device_name: 'Eve',
  phone: '+441632960961',
  code: '4071',
  voice_code: '4071',
  currency: 'EUR',
  day_limit: '100',
  free_limit: '100',
  keep: 'no',
  decision: 'approve',
};

/** Fills in what a form needs beside its token: a device's ticket, an app's request. */
async function prepared(
  pages: PageClient,
  path: string,
  before?: ProvedAction,
): Promise<{ path: string; fields: object }> {
  if (path === '/device/confirm') {
    const { userCode } = codesOf(await device.authorize({ device_name: 'Eve’s' }));
    const page = await pages.submit('/device', '/device', { user_code: userCode });
    return { path, fields: { ticket: page.field('ticket'), user_code: userCode, decision: 'approve' } };
  }
  if (path === '/interaction/:uid' && before === 'link-device') {
    const { pathname, search } = await new CompanionDevice(server.issuer).link();
    return { path: (await pages.get(pathname + search)).location, fields: { decision: 'approve' } };
  }
  if (path === '/interaction/:uid') {
    const { url } = await notes.begin({ scope: 'openid offline_access', prompt: 'consent' });
    const { location } = await pages.get(url.pathname + url.search);
    return { path: location, fields: { decision: 'allow', 'allow:offline_access': 'on' } };
  }
  const id = path.startsWith('/account/security/upstream') ? CORP.id : 'A'.repeat(22);
  return { path: path.replace(/:\w+/g, id), fields: {} };
}

async function post(pages: PageClient, route: string, before?: ProvedAction): Promise<Page> {
  const { path, fields } = await prepared(pages, route, before);
  const csrf = (await pages.get('/account/household')).field('csrf');
  return pages.post(path, { ...FIELDS, ...fields, csrf });
}

const WAYS_IN = [
  'grants',
  'browsers',
  'factors',
  'trusted',
  'consents',
  'upstream',
  'voice-code',
  'voice-limits',
];

/** Names of everything that lets a program, a device or a person in, and what the account is proved with. */
async function waysIn(): Promise<Set<string>> {
  const { connection, prefix, accounts } = server.stores;
  const own = `${prefix}{${accountId}}:`;
  const all = await contentsUnder(connection.redis, own);
  const account = await accounts.find(accountId);
  const named = WAYS_IN.flatMap((kind) =>
    Object.keys((all[own + kind] ?? {}) as object).map((name) => `${kind} ${name}`),
  );
  return new Set([...named, `${account?.profile.email} ${account?.credentials.passwordHash}`]);
}

const routes = () =>
  server.routes.filter(({ kind, method }) => kind === 'page' && method === 'POST').map(({ path }) => path);
const proved = Object.entries(OWNER_ACTIONS).flatMap(([path, asks]) =>
  typeof asks === 'string' ? [] : asks.before.map((before) => ({ path, before })),
);
const unproved = Object.keys(OWNER_ACTIONS).filter((path) => typeof OWNER_ACTIONS[path] === 'string');

describe('a form that owners post', () => {
  it('stands in the table, with the reason where it asks for no proof', () => {
    expect([...new Set(routes())].sort()).toEqual(Object.keys(OWNER_ACTIONS).sort());
  });

  it('is there for every action that PROOF_MINUTES names, each with a sentence of its own', () => {
    // Forms of the console ask before the last: test/admin/console-pages.test.ts.
    const ofOwners = PROVED_ACTIONS.filter((action) => action !== 'administer');
    expect([...new Set(proved.map(({ before }) => before))].sort()).toEqual([...ofOwners].sort());
    expect(new Set(Object.values(SENTENCES)).size).toBe(PROVED_ACTIONS.length);
  });

  it.each(proved)(
    '$path, which asks before $before, gives a thief of the session cookie nothing without the password',
    async ({ path, before: action }) => {
      const pages = await thief();
      const before = await waysIn();
      const answer = await post(pages, path, action);
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Confirm it’s you')]);
      // The owner who is asked reads what for.
      expect(answer.text).toContain(`<p class="lead">${SENTENCES[action]}, enter your password.</p>`);
      expect(answer.field('held')).not.toBe('');
      const guess = { csrf: answer.field('csrf'), held: answer.field('held'), password: `not ${PASSWORD}` };
      expect((await pages.post('/account/prove', guess)).status).toBe(400);
      expect(await waysIn()).toEqual(before);
    },
  );

  it.each(unproved)('%s, which asks for none, lets in nothing new', async (path) => {
    const pages = await thief();
    const before = await waysIn();
    const answer = await post(pages, path);
    expect(answer.status).toBeLessThan(500);
    expect([...(await waysIn())].filter((name) => !before.has(name))).toEqual([]);
  });
});
