/** A device that was approved and has not come yet, in the list of devices: shown, and taken back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { errorOf } from '../support/linked-device.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { approve, opened, said } from './waiting-world.ts';

/** Nothing is held for so long in a test: what is answered was answered for another reason. */
const LONG = 600_000;

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

it('an owner whose account is being closed reads until when on the page that waits for a device, from its beginning on', async () => {
  const event = { kind: 'closing-asked', by: 'owner' } as const;
  await server.stores.closings.ask(owner.browser, 604_800_000, event);
  const { at, deviceCode } = await approve(owner);
  const page = await opened(owner, at);
  const begun = await eventually('the beginning', () => page.soFar().includes('link-held') && page.soFar());
  expect(begun).toMatch(/Your account closes on .*Keep my account<\/a>/);
  await device.poll(deviceCode);
  expect(await page.whole).toContain('<bdi>Bedroom TV</bdi> is connected');
});

describe('what waits, in the list of devices', () => {
  it('says so, is counted nowhere, and leads to its page, where it is not linked after all', async () => {
    const { at, deviceCode } = await approve(owner);
    const list = await owner.get('/account/devices');
    expect(said(list)).toContain('No device is linked yet.');
    expect(said(list)).toContain('A device that waits is not counted yet.');
    expect(said(list)).toContain('Bedroom TV TV · Waiting…');
    const [, path = ''] = /href="(\/account\/devices\/waiting\/[\w-]{22})"/.exec(list.text) ?? [];
    const { location } = await owner.get(path);
    expect(location).toMatch(/^\/device\/waiting\?device=/);
    const page = await opened(owner, location);
    const begun = await eventually('the form', () => page.soFar().includes('link-held') && page.soFar());
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(begun)?.[1] ?? '';
    const fields = { csrf: field('csrf'), ticket: field('ticket') };
    expect(begun).toContain('action="/device/waiting/remove"');
    expect((await owner.post('/device/waiting/remove', fields)).location).toBe('/device/denied');
    expect(await page.whole).toContain('is not linked');
    expect(errorOf(await device.poll(deviceCode))).toBe('access_denied');
    expect(said(await owner.get('/account/devices'))).not.toMatch(/Bedroom TV|not counted/);
    expect(said(await owner.get(at))).toContain('Bedroom TV is not linked');
    expect((await owner.get('/account/activity')).text).not.toContain('Bedroom TV');
  });

  it('and has come in the meantime: then it is a device, and is removed as one', async () => {
    const { at, deviceCode } = await approve(owner);
    const ticket = new URL(at, 'https://x').searchParams.get('device') ?? '';
    const list = await owner.get('/account/devices');
    const { body } = await device.poll(deviceCode);
    const [, path = '', id = ''] = /href="([^"]*\/waiting\/([\w-]{22}))"/.exec(list.text) ?? [];
    expect((await owner.get(path)).location).toBe(`/account/devices/${id}`);
    const csrf = (await owner.get('/account/devices')).field('csrf');
    const answer = await owner.post('/device/waiting/remove', { csrf, ticket });
    expect(said(await owner.get(answer.location))).toContain('Bedroom TV is not linked');
    expect(await device.isActive(String(body['access_token']))).toBe(false);
    expect(said(await owner.get('/account/devices'))).not.toContain('Bedroom TV');
    const told = await server.stores.activity.list(owner.browser.accountId, { most: 2 });
    expect(told.map(({ event }) => event.kind)).toEqual(['device-deregistered', 'device-linked']);
  });

  it('is taken back by its own owner alone, with a form of ours', async () => {
    const { at, deviceCode } = await approve(owner);
    const ticket = new URL(at, 'https://x').searchParams.get('device') ?? '';
    const [, id = ''] = /waiting\/([\w-]{22})"/.exec((await owner.get('/account/devices')).text) ?? [];
    const stranger = await server.owner('Eve');
    const csrf = (await stranger.get('/account/devices')).field('csrf');
    for (const bad of [ticket, '', 'forged'])
      expect((await stranger.post('/device/waiting/remove', { csrf, ticket: bad })).location).toBe(
        '/account/devices',
      );
    expect((await stranger.get(`/account/devices/waiting/${id}`)).status).toBe(404);
    expect((await owner.postAlone('/device/waiting/remove', { csrf, ticket })).status).toBe(403);
    expect((await device.poll(deviceCode)).body).toHaveProperty('access_token');
  });
});
