/** The operator's tool as a process of its own, beside a server that it changes the accounts of. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf } from '../support/linked-device.ts';
import { startServer } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let server: WholeServer;
let environment: Record<string, string>;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'open' }, [SECRET]);
  environment = server.environment;
});
afterAll(() => server.close());

const tool = (...args: string[]) => operator(environment, ...args);
const idOf = async (email: string) => (await server.stores.accounts.findByEmail(email))?.id ?? '';
const eventsOf = async (id: string) =>
  (await server.stores.activity.list(id, { most: 1 })).map(({ event: { kind, by } }) => ({ kind, by }));
const isSignedIn = async (pages: { get(path: string): Promise<{ status: number }> }) =>
  (await pages.get('/account')).status === 200;

describe('the operator’s tool', () => {
  it('helps, and names what is wrong with a command', async () => {
    const { code, stdout } = await tool('--help');
    expect(code).toBe(0);
    for (const word of ['accounts create', 'invite', 'accounts disable', 'Exit codes', '--json']) {
      expect(stdout).toContain(word);
    }
    for (const args of [
      ['accounts'],
      ['accounts', 'find'],
      ['invite', '--email'],
      ['accounts', 'find', 'x', '--all'],
    ]) {
      const { code: refused, stderr } = await tool(...args);
      expect(refused).toBe(2);
      expect(stderr).toContain('--help');
    }
  });

  it('finds an account by email and by id, in words and as JSON', async () => {
    const { email } = await server.signUp();
    const id = await idOf(email);
    const account = { id, email, name: 'Ada', status: 'active' };
    for (const who of [email, email.toUpperCase(), id]) {
      expect((await tool('accounts', 'find', who, '--json')).json).toMatchObject({
        outcome: 'done',
        account,
      });
    }
    const { stdout } = await tool('accounts', 'find', email);
    expect(stdout).toContain(id);
    for (const dashes of [`--${[...id].reverse().join('').slice(2)}`, `-${email}`, `--${email}`]) {
      const { code, json } = await tool('accounts', 'find', dashes, '--json');
      expect([code, json['outcome']]).toEqual([3, 'not-found']);
    }
    expect((await tool('accounts', 'find', `--email=${email}`)).code).toBe(2);
    const nobody = await tool('accounts', 'find', 'nobody@example.org');
    expect([nobody.code, nobody.stdout]).toEqual([3, '']);
  });

  it('signs an account out of everything, after a yes only', async () => {
    const { email, pages } = await server.signUp();
    const unasked = await tool('accounts', 'sign-out-everything', email);
    expect([unasked.code, await isSignedIn(pages)]).toEqual([5, true]);
    const { code, json, stderr } = await tool('accounts', 'sign-out-everything', email, '--yes', '--json');
    expect([code, await isSignedIn(pages)]).toEqual([0, false]);
    expect(json).toEqual({ outcome: 'done', ended: { keys: 0, browsers: 1 } });
    const id = await idOf(email);
    expect(await eventsOf(id)).toEqual([{ kind: 'signed-out-everything', by: 'operator' }]);
    expect(stderr).not.toContain(id);
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'operator-acted',
      command: 'accounts sign-out-everything',
      account: expect.stringMatching(/^[\w-]{16}$/),
      outcome: 'done',
      level: 'info',
    });
  });

  it('disables an account, and enables it again', async () => {
    const { email, pages } = await server.signUp();
    const signIn = () => server.visitor().submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    expect((await tool('accounts', 'disable', email)).code).toBe(5);
    expect(await isSignedIn(pages)).toBe(true);
    expect((await tool('accounts', 'disable', email, '--yes')).code).toBe(0);
    expect([await isSignedIn(pages), (await signIn()).status]).toEqual([false, 400]);
    expect(await eventsOf(await idOf(email))).toEqual([{ kind: 'account-disabled', by: 'operator' }]);
    const again = await tool('accounts', 'disable', email, '--yes', '--json');
    expect([again.code, again.json]).toEqual([0, { outcome: 'done', changed: false }]);
    expect((await tool('accounts', 'enable', email)).code).toBe(0);
    expect([await isSignedIn(pages), (await signIn()).status]).toEqual([false, 303]);
    expect(await eventsOf(await idOf(email))).toContainEqual({ kind: 'signed-in', by: 'owner' });
  });

  it('lists devices, and takes the key of one back while another goes on', async () => {
    const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
    const link = async (name: string) => {
      const device = new DeviceClient(server.issuer, 'tv');
      const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: name }));
      const confirm = await pages.submit('/device', '/device', { user_code: userCode });
      const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
      await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
      return { device, token: String((await device.poll(deviceCode)).body['access_token']) };
    };
    const [ends, stays] = [await link('Kitchen'), await link('Attic')];
    const { json } = await tool('devices', 'list', email, '--json');
    const rows = json['devices'] as { id: string; name: string; client: string }[];
    expect(rows.map(({ name, client }) => [name, client]).sort()).toEqual([
      ['Attic', 'tv'],
      ['Kitchen', 'tv'],
    ]);
    expect((await tool('devices', 'list', email)).stdout).toMatch(/Kitchen[\s\S]*Attic|Attic[\s\S]*Kitchen/);
    const id = rows.find(({ name }) => name === 'Kitchen')?.id ?? '';
    expect((await tool('devices', 'deregister', email, id)).code).toBe(5);
    expect(await ends.device.isActive(ends.token)).toBe(true);
    expect((await tool('devices', 'deregister', email, id, '--yes')).code).toBe(0);
    expect(await ends.device.isActive(ends.token)).toBe(false);
    expect(await stays.device.isActive(stays.token)).toBe(true);
    expect(await eventsOf(await idOf(email))).toEqual([{ kind: 'device-deregistered', by: 'operator' }]);
    expect((await tool('devices', 'deregister', email, id, '--yes')).code).toBe(3);
  });

  it('creates an account: its owner gets a link that works once', async () => {
    const email = `${randomId().toLowerCase()}@example.org`;
    const { code, json } = await tool(
      'accounts',
      'create',
      `--email=${email}`,
      '--name',
      'Ada',
      '--print',
      '--json',
    );
    expect([code, json['mailed'], json['email']]).toEqual([0, false, email]);
    const path = String(json['link']).replace(server.issuer, '');
    const visitor = server.visitor();
    const page = await visitor.get(path);
    const form = {
      csrf: page.field('csrf'),
      invitation: page.field('invitation'),
      name: 'Ada',
      password: PASSWORD,
    };
    const confirm = await visitor.post('/sign-up', form);
    const mailed = /\b\d{6}\b/.exec(await server.mailTo(email))?.[0] ?? '';
    const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), code: mailed };
    expect((await visitor.post('/sign-up/confirm', fields)).status).toBe(303);
    expect((await tool('accounts', 'find', email, '--json')).json).toMatchObject({
      account: { name: 'Ada' },
    });
    expect((await tool('accounts', 'create', `--email=${email}`)).code).toBe(4);
  });

  it('mails an invitation, and prints its link only when told to', async () => {
    const email = `${randomId().toLowerCase()}@example.org`;
    const mailed = await tool('invite', `--email=${email}`, '--json');
    expect(mailed.json).toMatchObject({ outcome: 'done', email, mailed: true });
    expect(mailed.stdout + mailed.stderr).not.toContain('invitation=');
    expect((await tool('invite')).stdout).toContain(`${server.issuer}/sign-up?invitation=`);
    const closed = await operator({ ...environment, SIGN_UP: 'closed' }, 'invite');
    expect([closed.code, closed.stderr]).toEqual([4, expect.stringContaining('accounts create')]);
  });

  it('opens nothing with another secret, and nothing where no server has been', async () => {
    const { code, stderr } = await operator(
      { ...environment, LATCHKEY_SECRET: 'x'.repeat(40) },
      'accounts',
      'find',
      'x',
    );
    expect([code, stderr]).toEqual([6, expect.stringContaining('LATCHKEY_SECRET')]);
    const nowhere = await operator(
      { ...environment, REDIS_PREFIX: `t${randomId()}:` },
      'accounts',
      'find',
      'x',
    );
    expect([nowhere.code, nowhere.stderr]).toEqual([
      6,
      expect.stringContaining('No Latchkey has been started'),
    ]);
    const down = await operator(
      { ...environment, REDIS_URL: 'redis://127.0.0.1:1', REDIS_WAIT_SECONDS: '0' },
      'accounts',
      'find',
      'x',
    );
    expect([down.code, down.stderr]).toEqual([6, expect.stringContaining('Redis has not served')]);
  });
});

describe('with a private Redis', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-tool-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('works beside the server that runs, and says so when none does', async () => {
    const own = { DATA_DIR: dataDir, SIGN_UP: 'open' };
    const before = await operator(own, 'invite');
    expect([before.code, before.stderr]).toEqual([
      6,
      expect.stringContaining('No Latchkey runs with DATA_DIR='),
    ]);
    const running = await startServer({ ...own, REDIS_URL: '', REDIS_PREFIX: 'lk:', LATCHKEY_SECRET: '' });
    expect((await operator(own, 'invite')).code).toBe(0);
    expect((await request(`${running.issuer}/readyz`)).status).toBe(200);
    expect(await running.stop()).toBe(0);
    expect((await operator(own, 'invite')).code).toBe(6);
  });
});
