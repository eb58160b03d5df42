/** Every page of the server, taken from its route table: no forged form changes anything, nothing of others is reached. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { createLog } from '../../src/runtime/log.ts';
import { settledContentsUnder } from '../redis/keyspace-contents.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { filled, type Route } from '../support/routes.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

let server: WholeServer;
let owner: { accountId: AccountId; pages: PageClient };
let stranger: { accountId: AccountId; pages: PageClient };
/** What names something of the owner's in an address. */
let ids: Record<string, string>;

beforeAll(async () => {
  server = await startWholeServer();
  owner = await signUp();
  stranger = await signUp();
  ids = await thingsOf(owner);
});
afterAll(() => server.close());

async function signUp() {
  // In the house of the device, so that a click links it.
  const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  return { accountId: account.id, pages };
}

/** A device, a member of the household, another browser, an app, an event: each with the name it has in addresses. */
async function thingsOf({ accountId, pages }: typeof owner): Promise<Record<string, string>> {
  const device = new DeviceClient(server.issuer);
  const codes = codesOf(await device.authorize({ device_name: 'Bedroom' }));
  const page = await pages.submit('/device', '/device', { user_code: codes.userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  await device.poll(codes.deviceCode);
  await pages.submit('/account/household', '/account/household', { member_name: 'Ben' });
  const { linkedDevices, household, browsers, activity, consents } = server.stores;
  const under = { accountId, epoch: 1 };
  const terms = { clientId: 'notes', granted: ['openid', 'email'], refused: [] };
  await consents.write(under, terms, { replaces: undefined, less: false, narrow: (payload) => payload });
  const [linked, member, browser, app, event] = [
    (await linkedDevices.list(under))[0]?.id ?? '',
    (await household.list(accountId))[0]?.id ?? '',
    (await browsers.list(under))[0]?.id ?? '',
    (await consents.list(under))[0]?.id ?? '',
    (await activity.list(accountId, { most: 1 }))[0]?.id ?? '',
  ];
  return { linked, member, browser, app, event, accountId };
}

/** Everything that is kept of an account, without what looking at a page or sending a mail notes down. */
async function keptOf(accountId: AccountId): Promise<unknown> {
  const { connection, prefix } = server.stores;
  return settledContentsUnder(connection.redis, `${prefix}{${accountId}}`);
}

/** The lines that the security log got while this was done. */
async function eventsOf(done: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const before = server.logged().length;
  await done();
  const lines = server.logged().slice(before).split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'security');
}

const hashOf = (accountId: AccountId) =>
  new SecurityLog(createLog('silent'), server.stores.keyring).hashOf('account', accountId);

const pagesWith = (method: Route['method'], wanted: (path: string) => boolean) =>
  server.routes.filter((route) => route.kind === 'page' && route.method === method && wanted(route.path));
const tokenOf = async ({ pages }: typeof owner) => (await pages.get('/account/household')).field('csrf');

/** Fields that some form takes, so that a request is refused for what it lacks and not for being empty. */
const FIELDS = {
  device_name: 'x',
  member_name: 'x',
  member: '',
  keep: 'yes',
  name: 'x',
  email: 'eve@example.org',
  password: PASSWORD,
  user_code: 'WDJBMJHT',
};

describe('a form that is posted', () => {
  const forgeries: [string, () => Promise<[Record<string, string>, Record<string, string>]>][] = [
    ['without a token', async () => [{}, {}]],
    ['with the token of another session', async () => [{ csrf: await tokenOf(stranger) }, {}]],
    [
      'from another site, by what the browser says of it',
      async () => [{ csrf: await tokenOf(owner) }, { 'sec-fetch-site': 'cross-site' }],
    ],
    ['from another origin', async () => [{ csrf: await tokenOf(owner) }, { origin: 'https://evil.example' }]],
  ];

  it.each(forgeries)(
    '%s is refused at every address that takes one, changes nothing, and is in the log',
    async (_, forge) => {
      const routes = pagesWith('POST', () => true);
      expect(routes.length).toBeGreaterThan(15);
      const [fields, headers] = await forge();
      const before = await keptOf(owner.accountId);
      const answers: [string, number][] = [];
      const told = await eventsOf(async () => {
        for (const route of routes) {
          for (const id of new Set(route.path.includes(':') ? Object.values(ids) : ['x'])) {
            const path = filled(route, id);
            answers.push([path, (await owner.pages.post(path, { ...FIELDS, ...fields }, headers)).status]);
          }
        }
      });
      expect(answers.filter(([, status]) => status !== 403)).toEqual([]);
      expect(told).toHaveLength(answers.length);
      const line = expect.objectContaining({ event: 'form-refused', account: hashOf(owner.accountId) });
      expect(told).toEqual(told.map(() => line));
      expect(await keptOf(owner.accountId)).toEqual(before);
    },
  );
});

describe('the name of something that is another account’s', () => {
  it('is one that exists for its owner', async () => {
    for (const path of [`devices/${ids['linked']}`, `household/${ids['member']}`, `apps/${ids['app']}`]) {
      expect((await owner.pages.get(`/account/${path}`)).status).toBe(200);
    }
  });

  it.each(['GET', 'POST'] as const)(
    'is one that does not exist at every address below /account, by %s; nothing is changed, the log has who asked',
    async (method) => {
      const routes = pagesWith(method, (path) => path.startsWith('/account/') && path.includes(':'));
      expect(routes.length).toBeGreaterThan(3);
      const csrf = await tokenOf(stranger);
      const before = [await keptOf(owner.accountId), await keptOf(stranger.accountId)];
      const answers: [string, number][] = [];
      const told = await eventsOf(async () => {
        for (const route of routes) {
          for (const id of [...Object.values(ids), randomId(), '__proto__']) {
            const path = filled(route, id);
            const answer =
              method === 'GET'
                ? await stranger.pages.get(path)
                : await stranger.pages.post(path, { ...FIELDS, csrf });
            answers.push([path, answer.status]);
          }
        }
      });
      expect(answers.filter(([, status]) => status !== 404)).toEqual([]);
      expect(told).toHaveLength(answers.length);
      const line = expect.objectContaining({ event: 'access-refused', account: hashOf(stranger.accountId) });
      expect(told).toEqual(told.map(() => line));
      expect([await keptOf(owner.accountId), await keptOf(stranger.accountId)]).toEqual(before);
    },
  );
});
