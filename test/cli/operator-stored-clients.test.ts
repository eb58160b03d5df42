/** Clients that the operator keeps in the store, by the tool, beside servers that are not restarted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { codesOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

let server: WholeServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-clients-'));
  const environment = { SIGN_UP: 'open', REGISTRATION: 'open' };
  server = await startWholeServer(environment, ['a-secret-for-the-tests-of-the-tool-0123456789']);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const tool = (...args: string[]) => operator(server.environment, ...args);

async function file(content: unknown): Promise<string> {
  const path = join(folder, 'client.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

describe('an operator without a shell on the server', () => {
  it('creates a client that links devices at once, changes and deletes it, for good', async () => {
    const created = await tool('clients', 'create', 'clock', '--name', 'Kitchen clock', '--json');
    expect([created.code, created.json]).toMatchObject([0, { clientId: 'clock' }]);
    const device = new DeviceClient(server.issuer, 'clock');
    const { pages } = await server.signUp(server.visitor('127.0.0.1'));
    const { deviceCode, userCode } = codesOf(await device.authorize());
    const confirm = await pages.submit('/device', '/device', { user_code: userCode });
    expect(confirm.text).toContain('Kitchen clock');
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    const { body } = await device.poll(deviceCode);
    expect(await device.isActive(String(body['access_token']))).toBe(true);
    const [, row = ''] =
      /href="(\/account\/devices\/[\w-]{22})"/.exec((await pages.get('/account')).text) ?? [];
    expect((await pages.get(row)).text).toContain('Kitchen clock');

    const path = await file({ client_name: 'Bedroom clock', grant_lifetime_days: 3 });
    expect((await tool('clients', 'update', 'clock', '--file', path)).code).toBe(0);
    await eventually('the new name', async () => (await pages.get(row)).text.includes('Bedroom clock'));
    const { json } = await tool('clients', 'show', 'clock', '--json');
    const metadata = { client_name: 'Bedroom clock', grant_lifetime_days: 3 };
    expect(json['client']).toMatchObject({ origin: 'stored', metadata });

    expect((await tool('clients', 'delete', 'clock', '--yes')).code).toBe(0);
    expect(await device.isActive(String(body['access_token']))).toBe(false);
    expect((await device.authorize()).body).toMatchObject({ error: 'invalid_client' });
    const again = await tool('clients', 'create', 'clock', '--name', 'Another', '--json');
    expect([again.code, again.json['reason']]).toEqual([4, 'client-deleted']);
  });

  it('gives an app a secret that is shown once, and another one', async () => {
    const path = await file({
      client_name: 'Photos',
      redirect_uris: ['https://photos.example.com/cb'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const { json } = await tool('clients', 'create', '--file', path, '--json');
    const { clientId: id, secret } = json as { clientId: string; secret: string };
    expect([id, secret]).toEqual([
      expect.stringMatching(/^[\w-]{22}$/),
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
    const knows = async (one: string) => {
      const client = new DeviceClient(server.issuer, id, `Basic ${btoa(`${id}:${one}`)}`);
      return (await client.post('/token/introspection', { token: 'any' })).status === 200;
    };
    expect([await knows(secret), await knows('another')]).toEqual([true, false]);
    const shown = await tool('clients', 'show', id);
    expect(shown.stdout).not.toContain(secret);
    const { json: rotated } = await tool(
      'clients',
      'rotate-secret',
      id,
      '--overlap-hours',
      '0',
      '--yes',
      '--json',
    );
    expect([await knows(secret), await knows(String(rotated['secret']))]).toEqual([false, true]);
    const kept = await file({ client_name: 'Photos', redirect_uris: ['https://photos.example.com/other'] });
    await tool('clients', 'update', id, '--file', kept);
    expect(await knows(String(rotated['secret']))).toBe(false);
  });

  it('is told every fault at once, and that a client of the file is changed there', async () => {
    const path = await file({
      client_name: 'Photos',
      redirect_uris: ['http://photos.example.com/cb'],
      client_secret: 'a secret that somebody has made, of 42 chars',
      require_pkce: false,
    });
    const refused = await tool('clients', 'create', 'a b', '--file', path, '--json');
    expect([refused.code, refused.json['reason']]).toEqual([4, 'invalid-client']);
    const faults = (refused.json['faults'] as string[]).join('\n');
    for (const fault of ['client_id has 1 to 200', 'http://photos', 'made by the server'])
      expect(faults).toContain(fault);
    const misspelt = await file({ client_name: 'Radio', redirect_uri: 'https://radio.example.com' });
    const other = await tool('clients', 'create', 'radio-2', '--file', misspelt);
    expect(other.stderr).toContain(
      'radio-2: redirect_uri is nothing that this server knows: correct or remove it',
    );
    for (const [verb, ...more] of [['create'], ['update', '--name', 'Mine']] as const) {
      const { code, json } = await tool('clients', verb, 'tv', ...more, '--json');
      expect([code, json['reason']]).toEqual([4, 'client-from-file']);
    }
    expect((await tool('clients', 'update', 'never-there', '--name', 'x')).code).toBe(3);
    expect((await tool('clients', 'create', 'radio-3', '--name', 'Three')).code).toBe(0);
    const twice = await tool('clients', 'create', 'radio-3', '--name', 'Three', '--json');
    expect([twice.code, twice.json['reason']]).toEqual([4, 'client-exists']);
  });

  it('keeps the name of its client from apps that register themselves', async () => {
    await tool('clients', 'create', 'bank', '--name', 'River Bank');
    const register = async (client_name: string) => {
      const body = JSON.stringify({ client_name, redirect_uris: ['https://thief.example.com/cb'] });
      const headers = { 'Content-Type': 'application/json' };
      return (await request(`${server.issuer}/register`, { method: 'POST', headers, body })).status;
    };
    expect([await register('Rіver Bank'), await register('Another river')]).toEqual([400, 201]);
  });

  it('hears of the doctor that the file hides a client of the store', async () => {
    await tool('clients', 'create', 'twice', '--name', 'Twice');
    const path = await file([{ client_id: 'twice', client_name: 'Twice' }]);
    const { json } = await operator({ ...server.environment, CLIENTS_FILE: path }, 'doctor', '--json');
    expect(json['findings']).toContainEqual(expect.objectContaining({ check: 'clients', state: 'fault' }));
  });

  it('sees before a server does what is wrong with a clients file', async () => {
    const [good, bad] = [[{ client_id: 'a', client_name: 'A' }], [{ client_id: 'a', client_nam: 'A' }]];
    expect((await tool('clients', 'reload', '--check', await file(good))).code).toBe(0);
    const refused = await tool('clients', 'reload', '--check', await file(bad));
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('a: client_name')]);
  });
});
