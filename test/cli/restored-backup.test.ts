/** Redis is lost, and a copy from before is all there is: the drill of docs/operations.md, to the letter. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type PrivateRedis, startPrivateRedis } from '../../src/dev/private-server.ts';
import { quiet } from '../redis/private-servers.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { codesOf } from '../support/linked-device.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { operator } from './operator-process.ts';
import { Playbook } from './playbook.ts';

const NEXT_PASSWORD = 'a long and quiet river in the north';
const PREFIX = 'drill:';
const SECRET = 'the-secret-of-this-server-0123456789abcdef';

let folder = '';
/** The same after the restore: browsers come back to it. */
let port = '';
let redis: PrivateRedis | undefined;
let server: WholeServer | undefined;
beforeAll(async () => {
  port = `${await freePort()}`;
  folder = await mkdtemp(join(tmpdir(), 'latchkey-drill-'));
});
afterAll(async () => {
  await server?.close();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A server on the Redis of this folder. */
async function serve(name: string): Promise<WholeServer> {
  redis = await startPrivateRedis({ dataDir: join(folder, name), log: quiet, grace: 600 });
  server = await startWholeServer(
    { PORT: port, SIGN_UP: 'open', REDIS_URL: redis.url, REDIS_PREFIX: PREFIX },
    [SECRET],
  );
  return server;
}

async function stopped(): Promise<void> {
  await server?.close();
  server = undefined;
  await redis?.stop();
  redis = undefined;
}

const written = (name: string) => join(folder, name, 'redis', 'appendonlydir');

async function link(at: WholeServer, pages: PageClient, clientId = 'speaker') {
  const device = new DeviceClient(at.issuer, clientId);
  const { deviceCode, userCode } = codesOf(await device.authorize());
  const confirm = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  const { body } = await device.poll(deviceCode);
  return { clientId, refresh: String(body['refresh_token']) };
}

type Linked = Awaited<ReturnType<typeof link>>;

const refreshes = async (at: WholeServer, { clientId, refresh }: Linked) =>
  (await new DeviceClient(at.issuer, clientId).refresh(refresh)).status === 200;

async function signsIn(at: WholeServer, email: string, password: string): Promise<boolean> {
  const { location } = await at.visitor('203.0.113.9').submit('/sign-in', '/sign-in', { email, password });
  return location?.startsWith('/account') === true;
}

/** An owner with a device. */
async function owner(at: WholeServer, index: number, clientId?: string) {
  const { email, pages } = await at.signUp(at.visitor(`127.0.0.${index}`));
  return { email, pages, device: await link(at, pages, clientId) };
}

/** By the link of *Forgot password*. */
async function setsAnotherPassword(at: WholeServer, email: string) {
  const visitor = at.visitor('203.0.113.77');
  await visitor.submit('/forgot-password', '/forgot-password', { email });
  const isLink = ({ to, text }: { to: string; text: string }) =>
    to === email && text.includes('forgot-password/link/');
  const mail = await eventually('the link', () => at.mails.findLast(isLink));
  const [, path = ''] = /(\/forgot-password\/link\/\S+)/.exec(mail.text) ?? [];
  await visitor.get(path);
  await visitor.submit('/forgot-password/new', '/forgot-password/new', { password: NEXT_PASSWORD });
  expect(await signsIn(at, email, NEXT_PASSWORD)).toBe(true);
}

it('what was acknowledged before is there, and what had ended since is not alive', async () => {
  const before = await serve('lost');
  const run = (...args: string[]) => operator(before.environment, ...args, '--yes');
  await run('clients', 'create', 'clock', '--name', 'Kitchen clock');
  const [kept, one, all, out, changed, disabled] = [
    await owner(before, 1),
    await owner(before, 2),
    await owner(before, 3),
    await owner(before, 4),
    await owner(before, 5),
    await owner(before, 6),
  ];
  const clock = await owner(before, 7, 'clock');
  for (const { email } of [kept, all]) await run('operators', 'add', email, '--role', 'owner');
  const second = await link(before, one.pages);
  await cp(written('lost'), join(folder, 'backup'), { recursive: true });
  const time = new Date().toISOString();

  const lines: string[] = [];
  const acts = async (...args: string[]) => lines.push((await run(...args)).stderr);
  const account = await before.stores.accounts.findByEmail(one.email);
  const devices = await before.stores.linkedDevices.list({
    accountId: account?.id as never,
    epoch: account?.epoch ?? 0,
  });
  const oldest = devices.toSorted((a, b) => a.linkedAt - b.linkedAt)[0];
  await acts('devices', 'deregister', one.email, oldest?.id ?? '');
  await all.pages.submit('/account/security/compromised', '/account/security/compromised', {});
  const copied = before.visitor('127.0.0.4');
  for (const [name, value] of out.pages.cookies) copied.cookies.set(name, value);
  await out.pages.submit('/account', '/sign-out', {});
  await setsAnotherPassword(before, changed.email);
  await acts('accounts', 'disable', disabled.email);
  await acts('clients', 'end', 'clock');
  await acts('operators', 'remove', all.email);
  await writeFile(join(folder, 'log'), before.logged() + lines.join(''));
  await stopped();

  await cp(join(folder, 'backup'), written('restored'), { recursive: true });
  const restored = await serve('restored');
  const places = {
    '<appendonlydir>': join(folder, 'backup'),
    '<log of the servers>': join(folder, 'log'),
    '<time of the newest event>': time,
  };
  const playbook = new Playbook('Restoring an older copy', restored.environment);
  const { json } = await playbook.run('backup check', places);
  expect(json).toMatchObject({ accounts: 7, lacking: [], newest: expect.stringContaining('T') });
  expect(json['kinds']).toMatchObject({ accounts: { closed: 0 }, emails: { opened: 7, closed: 0 } });
  for (const { device } of [kept, one, all, changed, disabled, clock])
    expect(await refreshes(restored, device)).toBe(true);
  expect((await copied.get('/account')).status).toBe(200);
  expect(await signsIn(restored, changed.email, PASSWORD)).toBe(true);

  const replayed = await playbook.run('backup replay-ends', places);
  expect(replayed.json).toMatchObject({ missing: 0, clients: ['clock'], formerEmails: [] });
  expect(playbook.isDone).toBe(true);
  const over = [one, all, changed, disabled, clock].map(({ device }) => refreshes(restored, device));
  expect(await Promise.all(over)).toEqual(over.map(() => false));
  expect((await copied.get('/account')).status).toBe(303);
  const { stdout } = await operator(restored.environment, 'operators', 'list');
  expect([stdout.includes(kept.email), stdout.includes(all.email)]).toEqual([true, false]);
  expect(await signsIn(restored, changed.email, PASSWORD)).toBe(false);
  expect(await signsIn(restored, disabled.email, PASSWORD)).toBe(false);
  expect([await refreshes(restored, second), await refreshes(restored, out.device)]).toEqual([true, true]);
  for (const { email } of [kept, one, all, out]) expect(await signsIn(restored, email, PASSWORD)).toBe(true);
});

it('a copy that another secret made is said not to open, and a log that begins later is refused', async () => {
  const environment = { REDIS_PREFIX: PREFIX, REDIS_URL: 'redis://127.0.0.1:1', LATCHKEY_SECRET: SECRET };
  const wrong = { ...environment, LATCHKEY_SECRET: `${SECRET}-of-another-server` };
  const backup = join(folder, 'backup');
  expect((await operator(wrong, 'backup', 'check', backup)).stderr).toContain('another LATCHKEY_SECRET');
  const none = await operator(environment, 'backup', 'check', folder);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('appendonlydir')]);
  const restored = await (server ?? serve('restored'));
  const early = ['--log', join(folder, 'log'), '--since', '2020-01-01T00:00:00Z', '--yes'];
  const refused = await operator(restored.environment, 'backup', 'replay-ends', ...early);
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('The log begins at')]);
});
