/** The operator's tool: finding a device, browsers and apps of an owner, and what an owner cannot undo alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { type OperatorHere, operatorHere } from './operator-here.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';
const FIRST = { replaces: undefined, less: false, narrow: () => ({}) };

let server: WholeServer;
let owner: Awaited<ReturnType<WholeServer['owner']>>;
let operator: OperatorHere;
let id = '';
beforeAll(async () => {
  server = await startWholeServer({}, [SECRET]);
  owner = await server.owner('Grace Hopper');
  id = owner.browser.accountId;
  operator = await operatorHere(server);
});
afterAll(async () => {
  await operator?.close();
  await server.close();
});

const tool = (...args: string[]) => operator.run(...args);
const rows = (json: Record<string, unknown>, of: string) => json[of] as { id: string; name?: string }[];
const newest = async () =>
  (await server.stores.activity.list(owner.browser.accountId, { most: 1 }))[0]?.event;

describe('the operator', () => {
  it('finds a device by the id that a maker has in a log, and whose it is', async () => {
    const device = new DeviceClient(server.issuer);
    const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: 'Kitchen' }));
    await server.inside.linking.approve(userCode, owner.browser);
    await device.poll(deviceCode);
    const { accountId, epoch } = owner.browser;
    const [linked] = await server.stores.linkedDevices.list({ accountId, epoch });
    const found = await tool('devices', 'find', linked?.id ?? '');
    expect(found.json['device']).toMatchObject({
      id: linked?.id,
      name: 'Kitchen',
      client: 'tv',
      account: id,
    });
    expect((await tool('devices', 'find', 'AAAAAAAAAAAAAAAAAAAAAA')).code).toBe(3);
  });

  it('takes a closing back that the owner cannot take back, and gives another name', async () => {
    await server.stores.closings.askFor(owner.browser.accountId, 3_600_000);
    expect((await tool('accounts', 'keep', id)).json).toMatchObject({ outcome: 'done', changed: true });
    expect(await server.stores.closings.closesAt(owner.browser.accountId)).toBeUndefined();
    expect(await newest()).toMatchObject({ kind: 'closing-taken-back', by: 'operator' });
    expect((await tool('accounts', 'keep', id)).json).toMatchObject({ changed: false });
    expect((await tool('accounts', 'rename', id, '  Rear  Admiral ')).json).toMatchObject({
      outcome: 'done',
    });
    expect((await server.stores.accounts.find(owner.browser.accountId))?.profile.name).toBe('Rear Admiral');
    expect((await tool('accounts', 'rename', id, '  ')).code).toBe(2);
  });

  it('takes an app away from an owner, then signs the browser out', async () => {
    const terms = { clientId: 'notes', granted: ['openid'], refused: [] };
    await server.stores.consents.write(owner.browser, terms, FIRST);
    const [app] = rows((await tool('apps', 'list', id)).json, 'apps');
    expect(app?.name).toBe('Notes');
    expect((await tool('apps', 'end', id, app?.id ?? '')).code).toBe(5);
    const removed = await tool('apps', 'end', id, app?.id ?? '', '--yes');
    expect([removed.code, await server.stores.consents.list(owner.browser)]).toEqual([0, []]);
    expect(removed.lines[0]).toMatchObject({
      command: 'apps end',
      app: expect.stringMatching(/.{16}/),
    });
    const [session] = rows((await tool('sessions', 'list', id)).json, 'sessions');
    const ended = await tool('sessions', 'end', id, session?.id ?? '', '--yes');
    expect(ended.lines[0]).toMatchObject({ browser: expect.stringMatching(/.{16}/) });
    expect((await owner.get('/account/devices')).status).toBe(303);
    expect(await newest()).toMatchObject({ kind: 'signed-out', by: 'operator' });
  });

  it('reads the trail of programs and of the console', async () => {
    const entry = {
      phase: 'answered',
      request: 'r1',
      client: 'ops',
      call: 'accounts-disable',
      status: 200,
    } as const;
    await server.stores.auditTrail.record('changes', entry);
    const [told] = (await tool('audit')).json['entries'] as object[];
    expect(told).toMatchObject({ ...entry, operator: null });
    expect((await tool('audit', '--reads')).json['entries']).toEqual([]);
  });
});
