/** The one list of what may use an account: its order, its kinds, its pages, and ending one of each kind. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { type AccessRow, foundRows, mergedPage, windowStart } from '../../src/web/pages/access-list.ts';
import { times } from '../redis/contract/bench.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { DeviceClient } from '../support/device-client.ts';
import { randomId } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { approve } from './waiting-world.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
});
afterAll(() => server.close());

type Owner = Awaited<ReturnType<WholeServer['owner']>>;

async function link(owner: Owner, name: string): Promise<void> {
  const { accountId, epoch } = owner.browser;
  const grantId = formatGrantId({ accountId, epoch, name: randomId() });
  await server.stores.grants.write(grantId, {}, { lifetime: 86_400_000, waiting: 60_000 });
  await server.stores.grants.activate(grantId, { type: 'tv', clientId: 'tv', address: '192.0.2.7', name });
}

async function allow(owner: Owner, clientId: string): Promise<void> {
  const terms = { clientId, granted: ['openid'], refused: [] };
  const change = { replaces: undefined, less: false, narrow: <P>(payload: P) => payload };
  expect(await server.stores.consents.write(owner.browser, terms, change)).toBe('written');
}

const hrefsOn = (text: string) =>
  [...text.matchAll(/<a class="access-row" href="([^"]*)"/g)].map(([, href = '']) => href);
const kindsOn = (text: string) => hrefsOn(text).map((href) => href.split('/')[2]);
const countsOn = (text: string) =>
  [...text.matchAll(/<span class="chip-count">(\d+)</g)].map(([, count]) => Number(count));

describe('the one list of devices, browsers and apps', () => {
  it('begins with this browser, marked, whatever was used since', async () => {
    const owner = await server.owner();
    await link(owner, 'Bedroom');
    await allow(owner, 'notes');
    const { text } = await owner.get('/account');
    expect(kindsOn(text)[0]).toBe('browsers');
    expect(kindsOn(text).toSorted()).toEqual(['apps', 'browsers', 'devices']);
    expect(text.match(/This browser/g)).toHaveLength(1);
    expect(text.indexOf('This browser')).toBeLessThan(text.indexOf('Bedroom'));
  });

  it('is the first of four tabs, on every page of the account, which say where one is', async () => {
    const owner = await server.owner();
    for (const [path, here] of [
      ['/account', 'Devices'],
      ['/account/browsers', 'Devices'],
      ['/account/security/voice-code', 'Security'],
      ['/account/activity', 'Activity'],
      ['/account/household', 'Settings'],
    ]) {
      const [, nav = ''] =
        /<nav class="account-nav"[^>]*>([\s\S]*?)<\/nav>/.exec((await owner.get(String(path))).text) ?? [];
      const tabs = [...nav.matchAll(/<a href="[^"]*"( aria-current="page")?>([\s\S]*?)<\/a>/g)];
      const words = tabs.map(([, , inside = '']) => inside.replaceAll(/<[^>]*>/g, '').trim());
      expect([path, words]).toEqual([path, ['Devices', 'Security', 'Activity', 'Settings']]);
      expect(words[tabs.findIndex(([, current]) => current)]).toBe(here);
    }
  });

  it('shows one kind alone, and how many there are of each', async () => {
    const owner = await server.owner();
    await link(owner, 'Bedroom');
    await link(owner, 'Kitchen');
    await allow(owner, 'notes');
    const shown: [string, string[]][] = [
      ['devices', ['devices', 'devices']],
      ['browsers', ['browsers']],
      ['apps', ['apps']],
    ];
    for (const [kind, rows] of shown) {
      const { text } = await owner.get(`/account/${kind}`);
      expect(kindsOn(text)).toEqual(rows);
      expect(countsOn(text)).toEqual([4, 2, 1, 1]);
      expect(text).toContain(`href="/account/${kind}" aria-current="true"`);
    }
  });

  it('of many has pages, on which each stands once, for as few questions to the store as of one', async () => {
    const [few, owner] = [await server.owner(), await server.owner()];
    await allow(owner, 'notes');
    const { redis } = server.stores.connection;
    const asked = await commandsSent(redis, () => few.get('/account'));
    await times(60, (n) => link(owner, `Screen ${n}`));
    expect(await commandsSent(redis, () => owner.get('/account'))).toEqual(asked);
    const seen: string[] = [];
    for (const page of [1, 2, 3]) {
      const { text } = await owner.get(`/account?page=${page}`);
      expect(text).toContain(`Page ${page} of 3`);
      seen.push(...hrefsOn(text));
    }
    expect([seen.length, new Set(seen).size]).toEqual([62, 62]);
    expect(hrefsOn((await owner.get('/account?page=99')).text)).toEqual(seen.slice(50));
  });

  it('is searched from 11 rows on, and not before', async () => {
    const owner = await server.owner();
    await times(9, (n) => link(owner, `Screen ${n}`));
    expect((await owner.get('/account')).text).not.toContain('role="search"');
    await link(owner, 'Café');
    expect((await owner.get('/account')).text).toContain('role="search"');
    expect(kindsOn((await owner.get('/account?q=cafe')).text)).toEqual(['devices']);
    expect(kindsOn((await owner.get('/account?q=browser')).text)).toEqual(['browsers']);
  });

  it('leads to the page of each browser, where it is signed out; another account’s is not there', async () => {
    const owner = await server.owner();
    const [here = ''] = hrefsOn((await owner.get('/account/browsers')).text);
    const page = await owner.get(here);
    expect(page.text).toContain('<strong>This browser</strong>');
    const stranger = await server.owner();
    expect((await stranger.get(here)).status).toBe(404);
    expect((await stranger.get('/account/browsers/none')).status).toBe(404);
  });
});

const row = (id: number, lastActivity: number, isThis = false): AccessRow => ({
  href: `${id}`,
  icon: 'tv',
  name: `${id}`,
  kind: 'tv',
  type: 'TV',
  person: undefined,
  since: new Date(0),
  lastActivity: new Date(lastActivity),
  isThis,
  isNew: false,
  isUnused: false,
  words: [],
});

describe('the page of a device', () => {
  const termsOn = (text: string) =>
    new Map(
      [...text.matchAll(/<dt>([^<]*)<\/dt><dd>(.*?)<\/dd>/g)].map(([, term = '', told = '']) => [
        term,
        told.replaceAll(/<[^>]*>/g, '').replaceAll('\u00a0', ' '),
      ]),
    );

  it('tells the owner what it may do, in the words that they said yes to', async () => {
    const owner = await server.owner();
    const { deviceCode } = await approve(owner);
    await new DeviceClient(server.origin).poll(deviceCode);
    const [at = ''] = hrefsOn((await owner.get('/account/devices')).text);
    expect(termsOn((await owner.get(at)).text).get('May')).toBe(
      'See your name · See your email address · Stay signed in while you don’t use it',
    );
  });
});

describe('a page that is made of a part of the devices', () => {
  it('is what it would be of all of them', () => {
    const time = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(
        fc.array(time, { maxLength: 60 }),
        fc.array(time, { maxLength: 20 }),
        fc.nat(5),
        (some, more, n) => {
          const devices = some.toSorted((one, other) => other - one).map((at, id) => row(id, at));
          const others = more.map((at, id) => row(1000 + id, at, id === 0));
          const query = { page: n + 1, pageSize: 7 };
          const skip = windowStart(others.length, query);
          const rows = devices.slice(skip, query.page * query.pageSize);
          const all = foundRows([...devices, ...others], '', 'activity');
          expect(mergedPage({ rows, skip }, others, query)).toEqual(all.slice(n * 7, n * 7 + 7));
        },
      ),
    );
  });
});
