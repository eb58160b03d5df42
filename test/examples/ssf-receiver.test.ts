/** A receiver of security events, as docs/ssf.md says to start it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { toldOf } from '../../src/signals/event-signals.ts';
import { DeviceClient } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';

const DOCUMENT = readFileSync(join(EXAMPLES, '../docs/ssf.md'), 'utf8');
const [, SETTINGS = '', FILE = ''] =
  /```sh\n(\w+=\w+) CLIENTS_FILE=(\S+) npm start\n```/.exec(DOCUMENT) ?? [];
const [, PROGRAM = ''] = /```sh\nnode (\S+)\n```/.exec(DOCUMENT) ?? [];
const CLIENTS = readFileSync(join(EXAMPLES, '..', FILE), 'utf8');

let server: WholeServer;
let receiver: RunningExample;
beforeAll(async () => {
  const port = String(await freePort());
  const clients = JSON.parse(CLIENTS.replaceAll('localhost:3000', `127.0.0.1:${port}`)) as object[];
  const [name = '', value = ''] = SETTINGS.split('=');
  server = await startWholeServer({ PORT: port, [name]: value }, undefined, { clients });
  receiver = new RunningExample(['node', join(EXAMPLES, '..', PROGRAM)], 'ssf-receiver', {
    ISSUER: server.issuer,
  });
});
afterAll(async () => {
  await receiver?.stop();
  await server?.close();
});

it('verifies an event that it has asked for, and hears which device was signed off', async () => {
  await receiver.says(/^verified: events arrive$/m);
  const owner = await server.owner();
  const device = new DeviceClient(server.issuer, 'demo-device');
  const codes = codesOf(await device.authorize());
  expect(await server.inside.linking.approve(codes.userCode, owner.browser)).toBe('approved');
  await device.revoke(tokensOf(await device.poll(codes.deviceCode)).refresh_token);
  const [line = ''] = await receiver.says(/^(\{"event":"session-revoked".*\})$/m);
  expect(JSON.parse(line)).toEqual({
    event: 'session-revoked',
    account: owner.browser.accountId,
    device: expect.stringMatching(/./),
  });
});

it('the client in docs/ssf.md is the one in the file', () => {
  const [, shown = ''] = /```json\n([\s\S]*?)\n```/.exec(DOCUMENT) ?? [];
  expect(JSON.parse(CLIENTS)).toContainEqual(JSON.parse(shown));
});

it('an owner who tries one example after another reads one name for one client', () => {
  const named = (text: string) =>
    (JSON.parse(text) as { client_id: string; client_name: string }[]).map(
      (client) => [client.client_id, client.client_name] as const,
    );
  const names = new Map(named(readFileSync(join(EXAMPLES, '../clients.example.json'), 'utf8')));
  const shared = named(CLIENTS).filter(([id]) => names.has(id));
  expect(shared.length).toBeGreaterThan(0);
  for (const [id, name] of shared) expect(name).toBe(names.get(id));
});

it('docs/ssf.md says of every kind of event what receivers hear', () => {
  const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| ') && line.split('|').length === 5);
  let type = '';
  const said = rows.map((row) => {
    const [, event = '', , kinds = ''] = row.split('|');
    if (event.trim() !== '') type = event;
    return { type, kinds };
  });
  for (const kind of EVENT_KINDS) {
    const told = toldOf(kind);
    const types =
      told === 'none' ? ['none'] : told === 'ends' ? ['session-revoked'] : told.map((one) => one.type);
    const named = said.filter(({ kinds }) => kinds.includes(`\`${kind}\``)).map((one) => one.type);
    expect([kind, named.length]).toEqual([kind, types.length]);
    for (const one of types) expect([kind, named.join()]).toEqual([kind, expect.stringContaining(one)]);
  }
});
