/** Owners at the bounds of their account: what is one too many is refused, and nothing of theirs is lost for it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { takenBackTo } from '../../src/accounts/former-emails.ts';
import { MAX_FORMER_EMAILS } from '../../src/limits/list-bounds.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, type DeviceCodes, errorOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

let server: WholeServer;
let device: DeviceClient;
let owner: PageClient;
let email: string;
beforeAll(async () => {
  server = await startWholeServer({ DEVICES_PER_ACCOUNT: '2' });
  device = new DeviceClient(server.issuer);
});
afterAll(() => server.close());
beforeEach(async () => {
  ({ email, pages: owner } = await server.signUp());
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
  expect(await approve(codes)).toBe('/device/waiting');
  return tokensOf(await device.poll(codes.deviceCode)).access_token;
}

/** Removes the device that was linked last, as its owner does at the page. */
async function removeOne(): Promise<void> {
  const { text } = await owner.get('/account/devices');
  const [, path = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(text) ?? [];
  const gone = await owner.submit(`${path}/remove`, `${path}/remove`, {});
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
    expect(await approve(next)).toBe('/device/waiting');
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
    expect(heard.toSorted()).toEqual(['/device/full', '/device/waiting']);
    const polls = await Promise.all(codes.map(({ deviceCode }) => device.poll(deviceCode)));
    const expected = heard.map((page) => (page === '/device/full' ? 'authorization_pending' : undefined));
    expect(polls.map(errorOf)).toEqual(expected);
  });

  it('a device that was approved and has not fetched its key yet holds a place, and gets its key', async () => {
    await link();
    const waits = await ask();
    expect(await approve(waits)).toBe('/device/waiting');
    expect(await approve(await ask())).toBe('/device/full');
    expect(tokensOf(await device.poll(waits.deviceCode)).access_token).toBeDefined();
  });
});

describe('an owner whose email a thief changes over and over', () => {
  it('has it changed eight times within a week and no more, and gets their own back by the first mail', async () => {
    const { accounts } = server.stores;
    const id = (await accounts.findByEmail(email))?.id as AccountId;
    const change = async (name: string) => {
      const account = await accounts.find(id);
      if (!account) throw new Error('no account');
      const details = { was: account.profile.email, change: name };
      const event = { kind: 'email-changed', by: 'owner', details } as const;
      expect(await accounts.moveEmail(account, `${name}-${email}`, event)).toBe('moved');
    };
    for (let times = 1; times < MAX_FORMER_EMAILS; times += 1) await change(`c${times}`);
    const at = '/account/settings/email';
    const [begun, next] = [`begun-${email}`, `next-${email}`];
    const page = await owner.submit(at, at, { email: begun });
    expect(page.status).toBe(200);
    const code = /\b\d{6}\b/.exec(await server.mailTo(begun))?.[0] ?? '';
    await change('last');
    // Neither one that was begun before, with its right code, nor a new one.
    const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), code };
    expect((await owner.post(`${at}/code`, fields)).status).toBeLessThan(400);
    expect((await owner.submit(at, at, { email: next })).status).toBe(429);
    expect(server.mails.filter(({ to }) => to === next)).toEqual([]);
    const profile = (await accounts.find(id))?.profile;
    expect(profile?.email).toBe(`last-${email}`);
    expect(profile?.formerEmails).toHaveLength(MAX_FORMER_EMAILS);
    expect(profile && takenBackTo(profile, 'c1', Date.now())?.email).toBe(email);
  });
});
