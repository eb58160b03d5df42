/** A maker's backend that keeps its own table of devices true by webhooks alone, as docs/webhooks.md says to start it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operator } from '../cli/operator-process.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';

interface Row {
  id: string;
  account: string;
  client: string;
}

let folder: string;
let server: WholeServer;
let backend: RunningExample;
let port: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-webhooks-'));
  port = String(await freePort());
  const file = join(folder, 'webhooks.json');
  const example = readFileSync(join(EXAMPLES, 'device-table', 'webhooks.example.json'), 'utf8');
  writeFileSync(file, example.replace('localhost:4003', `localhost:${port}`));
  backend = new RunningExample(['node', 'device-table.mjs'], 'device-table', { PORT: port });
  await backend.says(/hears on (\S+)/);
  const files = { CLIENTS_FILE: join(EXAMPLES, '../clients.example.json'), WEBHOOKS_FILE: file };
  server = await startWholeServer(files, ['the-secret-of-this-server-0123456789abcdef']);
});
afterAll(async () => {
  await server?.close();
  await backend?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const table = async () => (await request(`http://localhost:${port}/devices`)).json() as Promise<Row[]>;

type Owner = Awaited<ReturnType<WholeServer['owner']>>;

/** `false`: its code was gone by the time its owner approved it. */
async function linked({ browser }: Owner) {
  const client = new DeviceClient(server.issuer, 'demo-device');
  const { userCode, deviceCode } = codesOf(await client.authorize());
  if ((await server.inside.linking.approve(userCode, browser)) !== 'approved') return false;
  return { client, ...tokensOf(await client.poll(deviceCode)) };
}

async function link(owner: Owner) {
  const device = await linked(owner);
  if (!device) throw new Error('the code is gone');
  return device;
}

describe('a maker’s own table of devices', () => {
  it('has a device that was linked, and no more once its owner removed it or it signed itself off', async () => {
    const owner = await server.owner();
    const mine = async () => (await table()).filter(({ account }) => account === owner.browser.accountId);
    const tv = await link(owner);
    await link(owner);
    const both = await eventually('both devices', async () => {
      const rows = await mine();
      return rows.length === 2 && rows;
    });
    expect(both.map(({ client }) => client)).toEqual(['demo-device', 'demo-device']);
    await tv.client.revoke(tv.refresh_token);
    const [left] = await eventually('one device', async () => {
      const rows = await mine();
      return rows.length === 1 && rows;
    });
    expect(both).toContainEqual(left);
  });

  it('has none of an owner who signed out of everything, who then links one anew', async () => {
    const owner = await server.owner();
    const neighbour = await server.owner();
    for (const one of [owner, owner, neighbour]) await link(one);
    const count = async ({ browser }: typeof owner) =>
      (await table()).filter(({ account }) => account === browser.accountId).length;
    await eventually(
      'three devices',
      async () => (await count(owner)) === 2 && (await count(neighbour)) === 1,
    );
    await owner.submit('/account/security/compromised', '/account/security/compromised', { keep: 'yes' });
    await eventually('none', async () => (await count(owner)) === 0);
    expect(await count(neighbour)).toBe(1);
  });

  it('has no device of a client that the operator ended, and those that are linked anew', async () => {
    const owner = await server.owner();
    const mine = async () => (await table()).filter(({ account }) => account === owner.browser.accountId);
    await link(owner);
    await eventually('one device', async () => (await mine()).length === 1);
    const ended = await operator(server.environment, 'clients', 'end', 'demo-device', '--yes');
    expect(ended.code).toBe(0);
    await eventually('none', async () => (await table()).length === 0);
    // A server knows of the end within seconds: a device whose code began before that asks for another one.
    await eventually('a device that is linked anew', () => linked(owner), 250);
    await eventually('one device again', async () => (await mine()).length === 1);
  });

  it('takes nothing that is not signed with its key', async () => {
    const forged = { type: 'device.linked', data: { account: 'a', sequence: '9-0', device: { id: 'x' } } };
    const answer = await request(`http://localhost:${port}/webhooks`, {
      method: 'POST',
      body: JSON.stringify(forged),
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      },
    });
    expect(answer.status).toBe(403);
    expect((await table()).map(({ id }) => id)).not.toContain('x');
  });
});
