/** An owner with as many devices as an account may have: the next is not linked, and none of theirs is lost for it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, type DeviceCodes, errorOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

let server: WholeServer;
let device: DeviceClient;
let owner: PageClient;
beforeAll(async () => {
  server = await startWholeServer({ DEVICES_PER_ACCOUNT: '2' });
  device = new DeviceClient(server.issuer);
});
afterAll(() => server.close());
beforeEach(async () => {
  owner = (await server.signUp()).pages;
});

/** Codes that were asked for in the owner's own house. */
const ask = async () =>
  codesOf(await device.post('/device/auth', FIELDS, { 'x-forwarded-for': '198.51.100.7' }));
const FIELDS = { client_id: 'tv', scope: 'openid offline_access', device_name: 'TV' };

/** The confirm page, up to the click. */
async function enter({ userCode }: DeviceCodes): Promise<() => Promise<Page>> {
  const page = await owner.submit('/device', '/device', { user_code: userCode });
  const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), user_code: userCode };
  return () => owner.post('/device/confirm', { ...fields, decision: 'approve' });
}

const approve = async (codes: DeviceCodes) => (await (await enter(codes))()).location.split('?')[0];

async function link(): Promise<string> {
  const codes = await ask();
  expect(await approve(codes)).toBe('/device/linked');
  return tokensOf(await device.poll(codes.deviceCode)).access_token;
}

/** Removes the device that was linked last, as its owner does at the page. */
async function removeOne(): Promise<void> {
  const { text } = await owner.get('/account/devices');
  const [, path = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(text) ?? [];
  const gone = await owner.submit(`${path}/deregister`, `${path}/deregister`, {});
  expect(gone.status).toBe(303);
}

describe('an owner whose account is full', () => {
  it('is told so on a page that leads to the list; every device keeps its key, and the code goes on waiting', async () => {
    const keys = [await link(), await link()];
    const next = await ask();
    expect(await approve(next)).toBe('/device/full');
    const { text } = await owner.get('/device/full');
    for (const words of [
      'No room for another device',
      'none of your devices was removed',
      'href="/account/devices"',
      'href="/device"',
    ])
      expect(text).toContain(words);
    for (const key of keys) expect(await device.isActive(key)).toBe(true);
    expect(errorOf(await device.poll(next.deviceCode))).toBe('authorization_pending');
    expect(server.logged()).toMatch(/device-refused.*"reason":"full"/);
  });

  it('makes room and enters the same code again: then it is linked', async () => {
    await link();
    await link();
    const next = await ask();
    expect(await approve(next)).toBe('/device/full');
    await removeOne();
    expect(await approve(next)).toBe('/device/linked');
    const { access_token: key } = tokensOf(await device.poll(next.deviceCode));
    expect(await device.isActive(key)).toBe(true);
  });

  it('who approves in two tabs at once at the last place links one device, and the other code goes on waiting', async () => {
    await link();
    const codes = [await ask(), await ask()];
    const clicks = [];
    for (const one of codes) clicks.push(await enter(one));
    const pages = await Promise.all(clicks.map((click) => click()));
    const heard = pages.map(({ location }) => location.split('?')[0]);
    expect(heard.toSorted()).toEqual(['/device/full', '/device/linked']);
    const polls = await Promise.all(codes.map(({ deviceCode }) => device.poll(deviceCode)));
    const expected = heard.map((page) => (page === '/device/full' ? 'authorization_pending' : undefined));
    expect(polls.map(errorOf)).toEqual(expected);
  });

  it('a device that was approved and has not fetched its key yet holds a place, and gets its key', async () => {
    await link();
    const waits = await ask();
    expect(await approve(waits)).toBe('/device/linked');
    expect(await approve(await ask())).toBe('/device/full');
    expect(tokensOf(await device.poll(waits.deviceCode)).access_token).toBeDefined();
  });
});
