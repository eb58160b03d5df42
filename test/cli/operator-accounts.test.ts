/** The operator's tool as a process of its own: which accounts and devices there are, closing one, helping its owner in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({}, [SECRET]);
});
afterAll(() => server.close());

const tool = (...args: string[]) => operator(server.environment, ...args, '--json');

describe('the operator', () => {
  it('lists accounts, finds some by a part of a name, and shows one', async () => {
    const [ada, grace] = [await server.owner('Ada Lovelace'), await server.owner('Grace Hopper')];
    const listed = (await tool('accounts', 'list')).json['accounts'];
    expect(listed).toEqual([
      expect.objectContaining({ id: grace.browser.accountId, name: 'Grace Hopper', status: 'active' }),
      expect.objectContaining({ id: ada.browser.accountId }),
    ]);
    const found = (await tool('accounts', 'search', 'hopp')).json['accounts'];
    expect(found).toEqual([expect.objectContaining({ name: 'Grace Hopper' })]);
    expect((await tool('accounts', 'list', '--disabled')).json['accounts']).toEqual([]);
    const shown = await tool('accounts', 'show', ada.browser.accountId);
    expect(shown.json['account']).toMatchObject({ name: 'Ada Lovelace' });
    const { stdout } = await operator(server.environment, 'accounts', 'list');
    expect(stdout).toContain('Grace Hopper <');
  });

  it('sees which devices a client has, and what happened to an account', async () => {
    const { browser } = await server.owner();
    const device = new DeviceClient(server.issuer);
    const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: 'Kitchen' }));
    await server.inside.linking.approve(userCode, browser);
    await device.poll(deviceCode);
    const listed = (await tool('devices', 'list', '--client', 'tv')).json['devices'];
    expect(listed).toEqual([expect.objectContaining({ name: 'Kitchen', account: browser.accountId })]);
    expect((await tool('devices', 'list', '--client', 'speaker')).json['devices']).toEqual([]);
    const events = (await tool('activity', browser.accountId)).json['events'];
    expect(events).toEqual([expect.objectContaining({ event: 'device-linked' })]);
    expect((await tool('index', 'rebuild')).json).toMatchObject({ outcome: 'done', devices: 1 });
  });

  it('closes an account in seven days, or now, and not without being asked', async () => {
    const owner = await server.owner();
    const id = owner.browser.accountId;
    expect((await tool('accounts', 'close', id)).code).toBe(5);
    const later = await tool('accounts', 'close', id, '--yes');
    expect(Date.parse(String(later.json['closesAt'])) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect((await owner.get('/account/devices')).status).toBe(200);
    const now = await tool('accounts', 'close', id, '--now', '--yes');
    expect(Date.parse(String(now.json['closesAt']))).toBeLessThan(Date.now() + 1000);
    expect((await owner.get('/account/devices')).status).toBe(303);
  });

  it('has a link for a new password mailed, but for an account that is disabled', async () => {
    const { email } = await server.signUp();
    const sent = await tool('accounts', 'reset-mail', email);
    expect(sent.json).toMatchObject({ outcome: 'done' });
    const { accounts } = server.stores;
    const account = await accounts.findByEmail(email);
    if (account) await accounts.setStatus(account.id, 'disabled');
    const refused = await tool('accounts', 'reset-mail', email);
    expect(refused.code).toBe(4);
  });
});
