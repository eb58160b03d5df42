/** An operator in trouble does what docs/operations.md says, to the letter, and it helps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Keyring } from '../../src/redis/keyring.ts';
import { newApp } from '../redis/contract/factors.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf } from '../support/linked-device.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { operator } from './operator-process.ts';
import { Playbook } from './playbook.ts';

const OLD = 'the-former-secret-of-this-server-0123456789';
const NEW = 'the-new-secret-of-this-server-0123456789ab';
const NEXT_PASSWORD = 'a long and quiet river in the north';
const FLOOD = 6;

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'open', LIVE_CODES_PER_NETWORK: `${FLOOD}` }, [OLD]);
});
afterAll(() => server.close());

const again = (secrets: string[]) =>
  startWholeServer({ SIGN_UP: 'open', REDIS_PREFIX: server.environment['REDIS_PREFIX'] ?? '' }, secrets);

async function link(pages: PageClient, clientId: string) {
  const device = new DeviceClient(server.issuer, clientId);
  const { deviceCode, userCode } = codesOf(await device.authorize());
  const confirm = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  const { body } = await device.poll(deviceCode);
  return { device, access: String(body['access_token']), refresh: String(body['refresh_token']) };
}

async function signsIn(at: WholeServer, email: string, password: string): Promise<boolean> {
  const pages = at.visitor('203.0.113.9');
  const { location } = await pages.submit('/sign-in', '/sign-in', { email, password });
  return location?.startsWith('/account') === true;
}

it('a stolen account: its thief is out, and its owner in again with a new password', async () => {
  const playbook = new Playbook('A stolen account', server.environment);
  const { email, pages: thief } = await server.signUp(server.visitor('127.0.0.1'));
  const { device, access } = await link(thief, 'speaker');
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('no account');
  const added = { kind: 'factor-added', by: 'owner' } as const;
  await server.stores.factors.add({ accountId: account.id, epoch: account.epoch }, newApp(), added);
  const places = { 'ada@example.org': email };
  await playbook.run('accounts disable', places);
  expect(await device.isActive(access)).toBe(false);
  expect((await thief.get('/account')).status).toBe(303);
  expect(await signsIn(server, email, PASSWORD)).toBe(false);
  expect((await playbook.run('devices list', places)).json['devices']).toEqual([]);
  const { json } = await playbook.run('factors list', places);
  const [factor] = json['factors'] as { id: string }[];
  await playbook.run('factors remove', { ...places, '<factor id>': factor?.id ?? '' });
  await playbook.run('accounts enable', places);
  const owner = server.visitor('203.0.113.77');
  await owner.submit('/forgot-password', '/forgot-password', { email });
  const mail = await eventually('the link', () =>
    server.mails.findLast((one) => one.to === email && one.text.includes('/forgot-password/link/')),
  );
  const [, path = ''] = /(\/forgot-password\/link\/\S+)/.exec(mail.text) ?? [];
  await owner.get(path);
  await owner.submit('/forgot-password/new', '/forgot-password/new', { password: NEXT_PASSWORD });
  expect(await signsIn(server, email, PASSWORD)).toBe(false);
  expect(await signsIn(server, email, NEXT_PASSWORD)).toBe(true);
  expect(playbook.isDone).toBe(true);
});

it('a leaked client secret: it opens nothing, nor does what it was used for', async () => {
  const playbook = new Playbook('A leaked client secret', server.environment);
  const options = ['--name', 'Photos', '--auth', 'client_secret_basic', '--grant-types', ''];
  const { json } = await operator(server.environment, 'clients', 'create', 'photos', ...options, '--json');
  const knows = async (secret: unknown) => {
    const client = new DeviceClient(server.issuer, 'photos', `Basic ${btoa(`photos:${secret}`)}`);
    return (await client.post('/token/introspection', { token: 'any' })).status === 200;
  };
  expect(await knows(json['secret'])).toBe(true);
  const rotated = await playbook.run('clients rotate-secret photos');
  expect([await knows(json['secret']), await knows(rotated.json['secret'])]).toEqual([false, true]);
  expect((await playbook.run('clients end photos')).json).toMatchObject({ changed: true, epoch: 1 });
  expect(playbook.isDone).toBe(true);
});

it('leaked firmware: devices of the old client end, those of the next one are linked', async () => {
  const playbook = new Playbook('Leaked firmware', server.environment);
  await operator(server.environment, 'clients', 'create', 'clock', '--name', 'Kitchen clock');
  const { pages } = await server.signUp(server.visitor('127.0.0.1'));
  const old = await link(pages, 'clock');
  await playbook.run('clients create clock-2');
  const next = await link(pages, 'clock-2');
  await playbook.run('clients disable clock');
  expect([await old.device.isActive(old.access), await next.device.isActive(next.access)]).toEqual([
    false,
    true,
  ]);
  expect((await old.device.refresh(old.refresh)).status).not.toBe(200);
  expect((await old.device.authorize()).body).toMatchObject({ error: 'invalid_client' });
  expect((await pages.get('/account')).text).toContain('Ended by the operator');
  expect(playbook.isDone).toBe(true);
});

it('a flood: the network that makes it finds no place, others do; its client can be taken out of service', async () => {
  const playbook = new Playbook('A flood', server.environment);
  const device = new DeviceClient(server.issuer, 'speaker');
  const ask = async (address: string) => {
    const headers = { 'x-forwarded-for': address };
    return (await device.post('/device/auth', { client_id: 'speaker', scope: 'openid' }, headers)).status;
  };
  const flood = [];
  for (let count = 0; count < FLOOD * 2; count += 1) flood.push(await ask('203.0.113.200'));
  expect(flood.at(-1)).toBe(429);
  expect(await ask('198.51.100.99')).toBe(200);
  await playbook.run('clients disable speaker');
  await eventually(
    'the refusal',
    async () => (await ask('198.51.100.99')) === 401 || (await ask('198.51.100.99')) === 400,
  );
  await playbook.run('clients enable speaker');
  await eventually('its return', async () => (await ask('192.0.2.99')) === 200);
  expect(playbook.isDone).toBe(true);
});

describe('secrets', () => {
  it('a leaked store: nothing that its thief could have opens anything, and the old secret leaves', async () => {
    const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
    const { access, refresh } = await link(pages, 'tv');
    const rotated = await again([NEW, OLD]);
    const playbook = new Playbook('A leaked store', rotated.environment);
    await playbook.run('secrets rewrite');
    await playbook.run('keys rotate --now');
    await playbook.run('accounts sign-out-everyone');
    await rotated.close();
    const alone = await again([NEW]);
    const device = new DeviceClient(alone.issuer, 'tv');
    expect(await device.isActive(access)).toBe(false);
    expect((await device.refresh(refresh)).status).toBe(400);
    expect(await signsIn(alone, email, PASSWORD)).toBe(true);
    await alone.close();
    expect(playbook.isDone).toBe(true);
  });

  it('a lost secret: servers name it, and start without what is gone', async () => {
    const lost = await startWholeServer({ SIGN_UP: 'open' }, [OLD]);
    const { email } = await lost.signUp();
    const { REDIS_PREFIX = '' } = lost.environment;
    const start = (secrets: string[]) => startWholeServer({ SIGN_UP: 'open', REDIS_PREFIX }, secrets);
    await expect(start([NEW])).rejects.toThrow('sealed with another LATCHKEY_SECRET');
    await (await start([NEW, OLD])).close();
    const [name = ''] = new Keyring([OLD]).names;
    await expect(start([NEW])).rejects.toThrow(name);
    const playbook = new Playbook('A lost secret', { ...lost.environment, LATCHKEY_SECRET: NEW });
    await playbook.run('secrets forget', { '<name>': name });
    const without = await start([NEW]);
    expect(await signsIn(without, email, PASSWORD)).toBe(false);
    const { email: other } = await without.signUp(without.visitor('127.0.0.3'));
    expect(await signsIn(without, other, PASSWORD)).toBe(true);
    await without.close();
    await lost.close();
    expect(playbook.isDone).toBe(true);
  });
});
