/** An owner has approved a device: what the page says until it has come, and what of it is held. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { errorOf } from '../support/linked-device.ts';
import { reconnected } from '../support/reconnected.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { approve, opened, said, stateOf } from './waiting-world.ts';

/** Nothing is held for so long in a test: what is answered was answered for another reason. */
const LONG = 600_000;
const SHORT = 100;

let server: WholeServer;
let device: DeviceClient;
let owner: Awaited<ReturnType<WholeServer['owner']>>;

beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS, undefined, { holds: { page: LONG, script: LONG } });
  device = new DeviceClient(server.origin);
});
afterAll(() => server.close());
beforeEach(async () => {
  owner = await server.owner();
});

const held = (count: number) => eventually(`${count} held`, () => server.inside.watch.size === count);

describe('approving a device', () => {
  it('leads to a page that waits for it: no device is called linked or connected before it has its tokens', async () => {
    const { at, deviceCode } = await approve(owner);
    expect(at).toMatch(/^\/device\/waiting\?device=/);
    const page = await opened(owner, at);
    const begun = await eventually('the beginning', () => page.soFar().includes('link-held') && page.soFar());
    expect(begun).toContain('Waiting for <bdi>Bedroom TV</bdi>…');
    expect(begun).toContain('You said yes. Your TV goes on by itself');
    expect(begun).not.toMatch(/connected|is linked/);
    await held(1);
    expect((await device.poll(deviceCode)).body).toHaveProperty('access_token');
    const whole = await page.whole;
    expect(whole.startsWith(begun)).toBe(true);
    expect(whole).toContain('<bdi>Bedroom TV</bdi> is connected');
    expect(whole.trimEnd().endsWith('</html>')).toBe(true);
    expect(whole).not.toContain('http-equiv="refresh"');
    expect(page.response.headers.get('x-accel-buffering')).toBe('no');
    expect(page.response.headers.get('cache-control')).toBe('no-store');
    await held(0);
  });

  it('says so at once, and the same again, once the device has come; there it is renamed', async () => {
    const { at, deviceCode } = await approve(owner);
    await device.poll(deviceCode);
    const page = await owner.get(at);
    expect(said(page)).toContain('Bedroom TV is connected You can put your phone away.');
    expect(said(page)).toContain(`on its way to ${owner.browser.profile.email}`);
    expect((await owner.get(at)).text).toBe(page.text);
    const [, path = ''] = /href="(\/account\/devices\/[\w-]{22})">Rename it/.exec(page.text) ?? [];
    expect((await owner.get(path)).text).toContain('Bedroom TV');
  });

  it('promises no mail to an owner who has switched that mail off', async () => {
    const { accounts } = server.stores;
    const account = await accounts.find(owner.browser.accountId as AccountId);
    if (!account) throw new Error('no account');
    const event = { kind: 'alerts-changed', by: 'owner' } as const;
    await accounts.replaceProfile(account, { ...account.profile, unwantedAlerts: ['device-linked'] }, event);
    const { at, deviceCode } = await approve(owner);
    await device.poll(deviceCode);
    expect(said(await owner.get(at))).toContain('You can put your phone away. Done');
  });

  it('has scripts of ours alone, on that page alone, and names no secret in its address', async () => {
    const { at, deviceCode, userCode } = await approve(owner);
    const page = await opened(owner, at);
    expect(page.response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';.*;script-src 'self';connect-src 'self'$/,
    );
    await device.poll(deviceCode);
    await page.whole;
    for (const other of [at, stateOf(at), '/account/devices'])
      expect((await owner.get(other)).headers['content-security-policy']).not.toMatch(
        /script-src|connect-src/,
      );
    for (const secret of [deviceCode, userCode]) expect(at).not.toContain(secret);
    const other = await server.owner('Eve');
    expect((await other.get(at)).location).toBe('/account/devices');
    expect((await other.get(stateOf(at))).location).toBe('/account/devices');
  });

  it('says that nothing was linked where the device has not come in time, whatever it asks later', async () => {
    const { at } = await approve(owner);
    const page = await opened(owner, at);
    await held(1);
    await expireWaiting();
    expect(await page.whole).toContain('Your TV did not answer in time.');
    for (const address of [at, stateOf(at)])
      expect(said(await owner.get(address))).toContain('Nothing was linked Your TV did not answer in time.');
  });

  it('says that it is linked no more where it signed itself off, and where all was signed out', async () => {
    const { at, deviceCode } = await approve(owner);
    const { body } = await device.poll(deviceCode);
    await device.post('/token/revocation', { client_id: 'tv', token: String(body['refresh_token']) });
    expect(said(await owner.get(at))).toContain(
      'Bedroom TV is not linked It was removed, or it signed itself off.',
    );
    const waits = await approve(owner);
    const page = await opened(owner, waits.at);
    await held(1);
    await server.stores.accounts.signOutEverything(owner.browser.accountId as AccountId);
    expect(await page.whole).toContain('is not linked');
  });
});

/** As if the time of what waits were over. */
async function expireWaiting(): Promise<void> {
  const { connection, prefix } = server.stores;
  const key = `${prefix}{${owner.browser.accountId}}:grants`;
  for (const [name, text] of Object.entries(await connection.redis.hgetall(key)))
    await connection.redis.hset(key, name, JSON.stringify({ ...JSON.parse(text), exp: 1 }));
}

describe('a request that is held', () => {
  it('of a script hears as soon as the device has come, and is no page that anybody waits for', async () => {
    const { at, deviceCode } = await approve(owner);
    const asked = owner.get(stateOf(at));
    await held(1);
    await device.poll(deviceCode);
    expect(said(await asked)).toContain('Bedroom TV is connected');
    await held(0);
  });

  it('is one of three of an account at most: the next hears at once how it stands, and another account is held', async () => {
    const { at } = await approve(owner);
    const gone = new AbortController();
    const three = [await opened(owner, at, gone.signal), await opened(owner, at, gone.signal)];
    await held(2);
    const third = owner.get(stateOf(at));
    await held(3);
    expect(said(await owner.get(stateOf(at)))).toContain('No answer yet. Is it switched on and online?');
    const fourth = await (await opened(owner, at)).whole;
    expect(fourth).toContain('No answer yet.');
    expect(fourth).toMatch(/<a class="button" href="\/device\/waiting\?device=[^"]*">Check again<\/a>/);
    const other = await server.owner();
    const theirs = await approve(other, 'Attic TV');
    const theirPage = await opened(other, theirs.at);
    await held(4);
    await device.poll(theirs.deviceCode);
    expect(await theirPage.whole).toContain('<bdi>Attic TV</bdi> is connected');
    gone.abort();
    for (const { whole } of three) await whole.catch(() => undefined);
    await held(1);
    await expireWaiting();
    expect(said(await third)).toContain('Nothing was linked');
  });

  it('leaves with its client, and its place is free', async () => {
    const { at } = await approve(owner);
    for (let visit = 0; visit < 5; visit += 1) {
      const gone = new AbortController();
      await opened(owner, at, gone.signal);
      await held(1);
      gone.abort();
      await held(0);
    }
  });

  it('hears of its own device: three of an account, of two devices', async () => {
    const { at, deviceCode } = await approve(owner);
    const second = await approve(owner, 'Attic TV');
    const pages = [await opened(owner, at), await opened(owner, second.at), await opened(owner, at)];
    await held(3);
    await device.poll(deviceCode);
    await device.poll(second.deviceCode);
    const [one, two, three] = await Promise.all(pages.map(({ whole }) => whole));
    expect(one).toBe(three);
    expect(one).toContain('<bdi>Bedroom TV</bdi> is connected');
    expect(two).toContain('<bdi>Attic TV</bdi> is connected');
  });

  it('is not one that only asks for the head of a page', async () => {
    const { at } = await approve(owner);
    for (const address of [at, stateOf(at)]) expect((await owner.send('HEAD', address)).status).toBe(200);
    expect(server.inside.watch.size).toBe(0);
  });
});

describe('a page that has waited long enough', () => {
  it('ends with a way to look again, and its script hears the same', async () => {
    const brief = await startWholeServer(BEHIND_HTTPS, undefined, { holds: { page: SHORT, script: SHORT } });
    try {
      const there = { device: new DeviceClient(brief.origin), owner: await brief.owner() };
      const { at, deviceCode } = await approve(there.owner);
      const page = await there.owner.get(at);
      expect(said(page)).toContain('Waiting for Bedroom TV …');
      expect(page.text).toMatch(/link-late[\s\S]*No answer yet\.[\s\S]*>Check again<\/a>/);
      expect(said(await there.owner.get(stateOf(at)))).toContain('Waiting for Bedroom TV … No answer yet.');
      expect((await there.device.poll(deviceCode)).body).toHaveProperty('access_token');
      expect(said(await there.owner.get(at))).toContain('Bedroom TV is connected');
    } finally {
      await brief.close();
    }
  });
});

describe('a store that goes away while a page waits', () => {
  it('is told as what it is: on the page that has begun, to its script, and to the next page by 503', async () => {
    const failing = await startWholeServer(BEHIND_HTTPS, undefined, { holds: { page: LONG, script: LONG } });
    try {
      const there = { device: new DeviceClient(failing.origin), owner: await failing.owner() };
      const { at, deviceCode } = await approve(there.owner);
      const page = await opened(there.owner, at);
      const script = there.owner.get(stateOf(at));
      await eventually('two held', () => failing.inside.watch.size === 2);
      failing.inside.connection.redis.disconnect();
      const next = there.owner.get(at);
      const whole = await page.whole;
      expect(whole).toContain('We can’t see right now whether it has answered.');
      expect(whole).toContain('Check again');
      expect(whole).not.toMatch(/connected|Nothing was linked/);
      const answer = await script;
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(said(answer)).toContain('We can’t see right now whether it has answered.');
      expect((await next).status).toBe(503);
      await reconnected(failing.inside.connection.redis);
      expect(errorOf(await there.device.poll(deviceCode))).toBeUndefined();
      expect(said(await there.owner.get(at))).toContain('Bedroom TV is connected');
    } finally {
      await failing.close();
    }
  });

  it('and a server that stops answers what it holds at once, and holds nothing more', async () => {
    const stopping = await startWholeServer(BEHIND_HTTPS, undefined, { holds: { page: LONG, script: LONG } });
    const there = { device: new DeviceClient(stopping.origin), owner: await stopping.owner() };
    const { at } = await approve(there.owner);
    const page = await opened(there.owner, at);
    await eventually('one held', () => stopping.inside.watch.size === 1);
    stopping.inside.watch.close();
    expect(await page.whole).toContain('Check again');
    expect(said(await there.owner.get(stateOf(at)))).toContain('No answer yet.');
    await stopping.close();
  });
});
