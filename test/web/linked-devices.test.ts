import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { MAX_DEVICES } from '../../src/limits/list-bounds.ts';
import { times } from '../redis/contract/bench.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { momentLater } from '../support/eventually.ts';
import { randomId } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from './page-client.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
});
afterAll(() => server.close());

type Owner = PageClient & { browser: Session };

async function link(owner: Owner, said: Record<string, unknown> = {}): Promise<string> {
  const name = randomId();
  const grantId = formatGrantId({ ...owner.browser, name });
  await server.stores.grants.write(grantId, {}, { lifetime: 86_400_000, waiting: 60_000 });
  await server.stores.grants.activate(grantId, { type: 'tv', clientId: 'tv', address: '192.0.2.7', ...said });
  await momentLater();
  return name;
}

/** The names in the list, from top to bottom. */
const namesOn = (text: string) =>
  [...text.matchAll(/<strong>(?:<bdi>)?([^<]*)(?:<\/bdi>)?<\/strong>/g)].map(([, name]) => name);
const eventsOf = async ({ browser }: Owner) =>
  (await server.stores.activity.list(browser.accountId, { most: 20 })).map(({ event }) => event);
const grantOf = ({ browser }: Owner, name: string) =>
  server.stores.grants.read(formatGrantId({ accountId: browser.accountId, epoch: browser.epoch, name }));

describe('the list of devices', () => {
  it('asks who is not signed in to sign in first, and brings them back', async () => {
    const page = await server.visitor().get('/account/devices?q=tv');
    expect(page.status).toBe(303);
    expect(page.location).toBe('/sign-in?return_to=%2Faccount%2Fdevices%3Fq%3Dtv');
  });

  it('says that there is none, and how to link one', async () => {
    const page = await (await server.owner()).get('/account/devices');
    expect(page.text).toContain('No device is linked yet.');
    expect(page.text).toContain('href="/device"');
  });

  it('tells rows apart by name, type and activity; the page of one tells model, app and place', async () => {
    const owner = await server.owner();
    const id = await link(owner, { name: 'Bedroom', model: 'Telly 3000', bound: true });
    const { text } = await owner.get('/account/devices');
    for (const words of ['Bedroom', 'TV', 'New', 'active now']) expect(text).toContain(words);
    const one = await owner.get(`/account/devices/${id}`);
    for (const words of ['Telly 3000', 'Telly', '192.0.2.7']) expect(one.text).toContain(words);
    expect(text).not.toContain('not used for');
  });

  it('says of each whether a copy of its sign-in would work elsewhere', async () => {
    const owner = await server.owner();
    const says = async (bound: boolean) =>
      (await owner.get(`/account/devices/${await link(owner, { bound, address: '::1' })}`)).text;
    expect(await says(true)).toContain(', from this server’s own computer');
    expect(await says(true)).toContain('Its sign-in can’t be copied to another device');
    expect(await says(false)).toContain('As on most devices');
  });

  it('finds by any words of a row, in any case and without accents, and sorts', async () => {
    const owner = await server.owner();
    await link(owner, { name: 'Café', model: 'Alpha' });
    await link(owner, { name: 'attic 10', type: 'speaker', clientId: 'speaker' });
    await link(owner, { name: 'Attic 9' });
    const list = async (query: string) => namesOn((await owner.get(`/account/devices?${query}`)).text);
    expect(await list('q=cafe')).toEqual(['Café']);
    expect(await list('q=ATTIC+speaker')).toEqual(['attic 10']);
    expect(await list('q=boombox')).toEqual(['attic 10']);
    expect(await list('q=nothing')).toEqual([]);
    expect(await list('sort=name')).toEqual(['Attic 9', 'attic 10', 'Café']);
    expect(await list('sort=linked')).toEqual(['Attic 9', 'attic 10', 'Café']);
    expect(await list('sort=%00&page=-3&q=')).toHaveLength(3);
  });

  it('says which have not been used for long', async () => {
    const owner = await server.owner();
    const id = await link(owner, { name: 'Forgotten' });
    const key = `${server.stores.prefix}{${owner.browser.accountId}}:grants`;
    const { redis } = server.stores.connection;
    const entry = JSON.parse((await redis.hget(key, id)) ?? '{}') as { used: number };
    await redis.hset(key, id, JSON.stringify({ ...entry, used: entry.used - 31 * 86_400_000 }));
    const { text } = await owner.get('/account/devices');
    expect(text).toContain('not used for 31 days');
  });

  it('of as many rows as may be asks the store no more often than one of a single row, in pages, also without a search', async () => {
    const first = '/account/devices?q=screen&sort=name&page=1';
    const single = await server.owner();
    await link(single, { name: 'Screen', model: 'Wall' });
    await single.get(first);
    const { redis } = server.stores.connection;
    const few = await commandsSent(redis, () => single.get(first));
    const owner = await server.owner();
    for (let hundred = 0; hundred < MAX_DEVICES / 100; hundred += 1)
      await times(100, (n) => link(owner, { name: `Screen ${100 * hundred + n}`, model: 'Wall' }));
    await owner.get('/account/devices');
    expect(await commandsSent(redis, () => owner.get(first))).toEqual(few);
    for (let round = 0; round < 9; round += 1) {
      const page = await owner.get(`/account/devices?q=screen&sort=name&page=${round + 1}`);
      expect(namesOn(page.text)).toHaveLength(25);
      expect(page.text).toContain(`Page ${round + 1} of 20`);
    }
    const seen = new Set<string | undefined>();
    let next: string | undefined = '/account/devices';
    while (next !== undefined) {
      const { text } = await owner.get(next);
      for (const name of namesOn(text)) seen.add(name);
      next = /href="([^"]*)">Next</.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen.size).toBe(MAX_DEVICES);
    expect((await owner.get('/account/devices?page=999')).text).toContain('Page 20 of 20');
  });
});

describe('one device', () => {
  it('is renamed, keeps its key, and has its own name back when asked', async () => {
    const owner = await server.owner();
    const id = await link(owner, { name: 'TV-4711' });
    const at = `/account/devices/${id}`;
    const saved = await owner.submit(at, `${at}/rename`, { device_name: '  Living \u202e room ' });
    expect(saved.location).toMatch(new RegExp(`^${at}\\?notice=`));
    const page = await owner.get(saved.location);
    expect(page.text).toContain('<bdi>Living room</bdi>');
    expect(page.text).toContain('TV-4711');
    expect(await grantOf(owner, id)).toBeDefined();
    await owner.submit(at, `${at}/rename`, { device_name: '' });
    expect(namesOn((await owner.get('/account/devices')).text)).toEqual(['TV-4711']);
    expect((await eventsOf(owner)).map(({ kind, details }) => [kind, details])).toEqual([
      ['device-renamed', { to: 'TV-4711' }],
      ['device-renamed', { to: 'Living room' }],
    ]);
  });

  it('is given to a member of the household, and to none again when the member is removed', async () => {
    const owner = await server.owner();
    const id = await link(owner, { name: 'Tablet' });
    await owner.submit('/account/household', '/account/household', { member_name: 'Ben' });
    const [, member = ''] =
      /\/account\/household\/([\w-]{22})/.exec((await owner.get('/account/household')).text) ?? [];
    const at = `/account/devices/${id}`;
    expect((await owner.submit(at, `${at}/member`, { member })).status).toBe(303);
    expect((await owner.get('/account/devices?q=ben')).text).toMatch(/<bdi[^>]*>Ben<\/bdi>/);
    expect((await owner.get('/account/household')).text).toContain('One device');
    const home = `/account/household/${member}`;
    await owner.submit(home, `${home}/rename`, { member_name: 'Benjamin' });
    expect((await owner.get(at)).text).toContain('Benjamin');
    await owner.submit(home, `${home}/remove`, {});
    expect((await owner.get('/account/devices')).text).not.toContain('Benjamin');
    expect((await eventsOf(owner)).map(({ kind }) => kind)).toEqual([
      'household-profile-removed',
      'household-profile-renamed',
      'device-assigned',
      'household-profile-added',
    ]);
  });

  it('is removed after a page that says what will happen; the answer says what ended', async () => {
    const owner = await server.owner();
    const [id, other] = [await link(owner, { name: 'Bedroom' }), await link(owner, { name: 'Kitchen' })];
    const at = `/account/devices/${id}/remove`;
    const asked = await owner.get(at);
    expect(asked.text).toContain('It is signed out at once.');
    // As its own page and the list have it.
    expect(asked.text).toContain('<bdi>Telly</bdi> · Active now');
    expect(asked.text).toContain('reset it before you give it away');
    expect(await grantOf(owner, id)).toBeDefined();
    const answer = await owner.post(at, { csrf: asked.field('csrf') });
    expect(answer.status).toBe(303);
    expect(await grantOf(owner, id)).toBeUndefined();
    expect(await grantOf(owner, other)).toBeDefined();
    const result = await owner.get(answer.location);
    expect(result.text).toContain('<bdi>Bedroom</bdi> is removed');
    expect(result.text).toContain('It was signed out of <bdi>Telly</bdi> at once');
    expect(result.text.split('<section')[1]?.match(/href="\/device"/g)).toHaveLength(1);
    expect(namesOn((await owner.get('/account/devices')).text)).toEqual(['Kitchen']);
    const [event] = await eventsOf(owner);
    expect(event).toMatchObject({ kind: 'device-deregistered', by: 'owner', subject: { name: 'Bedroom' } });
    expect((await owner.post(at, { csrf: asked.field('csrf') })).status).toBe(404);
    expect(await eventsOf(owner)).toHaveLength(1);
  });

  it('that was removed is named only to the browser that did it', async () => {
    const [owner, other] = [await server.owner(), await server.owner()];
    const at = `/account/devices/${await link(owner, { name: 'Bedroom' })}/remove`;
    const { location } = await owner.submit(at, at, {});
    expect((await other.get(location)).location).toBe('/account/devices');
    expect((await owner.get(`${location.slice(0, -2)}xx`)).location).toBe('/account/devices');
  });
});

describe('what belongs to another account', () => {
  it('is not there: 404 for each request, and nothing is changed', async () => {
    const [owner, stranger] = [await server.owner(), await server.owner()];
    const device = await link(owner, { name: 'Bedroom' });
    await owner.submit('/account/household', '/account/household', { member_name: 'Ben' });
    const member = (await server.stores.household.list(owner.browser.accountId))[0]?.id ?? '';
    const strangers = await link(stranger);
    const { csrf } = { csrf: (await stranger.get('/account')).field('csrf') };
    const before = await eventsOf(owner);
    for (const path of [`devices/${device}`, `devices/${device}/remove`, `household/${member}`]) {
      expect((await stranger.get(`/account/${path}`)).status).toBe(404);
    }
    for (const path of [
      `devices/${device}/rename`,
      `devices/${device}/member`,
      `devices/${device}/remove`,
      `household/${member}/rename`,
      `household/${member}/remove`,
    ]) {
      const answer = await stranger.post(`/account/${path}`, { csrf, device_name: 'x', member_name: 'x' });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const foreign = await stranger.post(`/account/devices/${strangers}/member`, { csrf, member });
    expect(foreign.status).toBe(404);
    expect(await eventsOf(owner)).toEqual(before);
    expect(await grantOf(owner, device)).toBeDefined();
    expect(await server.stores.household.list(owner.browser.accountId)).toHaveLength(1);
  });

  it('and no change is made without the token of this session', async () => {
    const owner = await server.owner();
    const device = await link(owner, { name: 'Bedroom' });
    const others = (await (await server.owner()).get('/account')).field('csrf');
    for (const fields of [{}, { csrf: others }]) {
      for (const path of [
        `devices/${device}/rename`,
        `devices/${device}/member`,
        `devices/${device}/remove`,
        'household',
      ]) {
        const answer = await owner.post(`/account/${path}`, {
          ...fields,
          device_name: 'x',
          member_name: 'x',
        });
        expect([path, answer.status]).toEqual([path, 403]);
      }
    }
    expect(await eventsOf(owner)).toEqual([]);
  });
});
