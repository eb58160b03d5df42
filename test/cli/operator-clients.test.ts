/** The operator's tool as a process of its own, beside a server whose clients it ends. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'open' }, ['a-secret-for-the-tests-of-the-tool-0123456789']);
});
afterAll(() => server.close());

const tool = (...args: string[]) => operator(server.environment, ...args);

describe('clients, by the operator’s tool', () => {
  it('disables a client, enables and ends it; its owners see what has ended, and it is linked anew', async () => {
    const { pages } = await server.signUp(server.visitor('127.0.0.1'));
    const device = new DeviceClient(server.issuer, 'speaker');
    const link = async () => {
      const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: 'Kitchen radio' }));
      const confirm = await pages.submit('/device', '/device', { user_code: userCode });
      const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
      await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
      return String((await device.poll(deviceCode)).body['access_token']);
    };
    const token = await link();
    expect((await tool('clients', 'disable', 'speaker')).code).toBe(5);
    expect(await device.isActive(token)).toBe(true);
    const disabled = await tool('clients', 'disable', 'speaker', '--yes', '--json');
    const state = { clientId: 'speaker', changed: true, status: 'disabled', epoch: 1 };
    expect(disabled.json).toEqual({ outcome: 'done', ...state });
    expect(JSON.parse(disabled.stderr)).toMatchObject({
      event: 'operator-acted',
      command: 'clients disable',
      client: 'speaker',
      outcome: 'done',
    });
    expect(await device.isActive(token)).toBe(false);
    expect((await device.authorize()).body).toMatchObject({ error: 'invalid_client' });
    const list = await pages.get('/account');
    expect(list.text).toMatch(/Kitchen radio[\s\S]*Ended by the operator/);
    expect(list.text).toContain('No device is linked yet.');
    const [, href = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(list.text) ?? [];
    const page = await pages.get(href);
    expect(page.text).toContain('Ended by the operator');
    expect(page.text).not.toContain('Rename');
    const enabled = await tool('clients', 'enable', 'speaker', '--json');
    expect(enabled.json).toMatchObject({ changed: true, status: 'active', epoch: 2 });
    expect(await device.isActive(token)).toBe(false);
    const anew = await link();
    expect(await device.isActive(anew)).toBe(true);
    expect((await tool('clients', 'end', 'speaker', '--yes')).code).toBe(0);
    expect(await device.isActive(anew)).toBe(false);
  });

  it('lists and shows clients; deletes none of the clients file, and one that is gone for good', async () => {
    const { json } = await tool('clients', 'list', '--json');
    expect(json['clients']).toContainEqual(expect.objectContaining({ clientId: 'tv', origin: 'file' }));
    expect((await tool('clients', 'show', 'tv')).stdout).toMatch(
      /Origin +clients file\nStatus +active\nEpoch +0/,
    );
    for (const verb of ['show', 'disable', 'enable', 'delete'])
      expect((await tool('clients', verb, 'never-there', '--yes')).code).toBe(3);
    const refused = await tool('clients', 'delete', 'tv', '--yes');
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('take it out there first')]);
    expect((await tool('clients', 'end', 'was-in-the-file', '--yes')).code).toBe(0);
    expect((await tool('clients', 'delete', 'was-in-the-file', '--yes')).code).toBe(0);
    const again = await tool('clients', 'enable', 'was-in-the-file', '--json');
    expect([again.code, again.json]).toEqual([4, expect.objectContaining({ status: 'deleted' })]);
  });
});
