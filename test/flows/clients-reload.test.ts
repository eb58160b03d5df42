/** The clients file of a server that runs: read anew on SIGHUP, and by itself where that is set. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/audit/metrics.ts';
import { createLog } from '../../src/runtime/log.ts';
import { ClientsFile } from '../../src/server/clients-file.ts';
import { readProtocolFiles } from '../../src/server/protocol-files.ts';
import { hangUpReloads, stopSignal } from '../../src/server/stop-signal.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { OwnerBrowser } from '../support/owner-browser.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const CLIENTS = JSON.parse(readFileSync(TEST_CLIENTS_FILE, 'utf8')) as { client_id: string }[];
const without = (id: string) => CLIENTS.filter(({ client_id }) => client_id !== id);
const RADIO = { client_id: 'new-radio', client_name: 'New radio' };

const folder = mkdtempSync(join(tmpdir(), 'latchkey-clients-'));
const file = join(folder, 'clients.json');
/** In one step: the server may read at any moment. */
function write(clients: unknown): void {
  writeFileSync(`${file}.new`, typeof clients === 'string' ? clients : JSON.stringify(clients));
  renameSync(`${file}.new`, file);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a server that is sent SIGHUP, and has no terminal', () => {
  let server: TestServer;
  let stores: TestStores;
  let reloads = 0;
  beforeAll(async () => {
    write(CLIENTS);
    const prefix = `t${randomId()}:`;
    stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
    server = await startServer({ CLIENTS_FILE: file, REDIS_PREFIX: prefix });
  });
  afterAll(async () => {
    await server?.stop();
    await stores?.connection.close();
  });

  /** Resolves when the server has read it, whatever came of it. */
  async function reload(clients: unknown): Promise<string> {
    write(clients);
    reloads += 1;
    process.kill(server.pid, 'SIGHUP');
    const lines = () => server.output().match(/^.*"msg":"clients file (?:reloaded|refused).*$/gm) ?? [];
    return eventually('the line about it', () => lines()[reloads - 1]);
  }

  const ask = async (id: string) => (await new DeviceClient(server.issuer, id).authorize()).status;
  const metric = async (pattern: RegExp, of = server) =>
    pattern.exec(await (await request(`${of.issuer}/metrics`)).text())?.[1];

  it('serves the clients that are there then: new ones, changed ones, and no more those that are gone', async () => {
    const { browser } = await signedInOwner(stores);
    const tv = new DeviceClient(server.issuer, 'tv');
    const codes = codesOf(await tv.authorize());
    await new OwnerBrowser(server.issuer, browser).decide(codes.userCode, 'approve');
    const tokens = tokensOf(await tv.poll(codes.deviceCode));
    expect([await ask('new-radio'), await tv.isActive(tokens.access_token)]).toEqual([401, true]);
    const told = async () =>
      [...(await stores.runningServers.all()).values()].map(({ clientsSha }) => clientsSha);
    const sha = await metric(/clients_file_info\{sha="([0-9a-f]+)"\} 1/);
    expect(await told()).toEqual([sha]);
    expect(await reload([...without('tv'), RADIO])).toContain('clients file reloaded');
    expect([await ask('new-radio'), await ask('tv')]).toEqual([200, 401]);
    expect(await tv.isActive(tokens.access_token)).toBe(false);
    expect((await tv.refresh(tokens.refresh_token)).body['error']).toBe('invalid_client');
    expect(await metric(/clients_file_info\{sha="([0-9a-f]+)"\} 1/)).not.toBe(sha);
    await eventually('what other processes see', async () => !(await told()).includes(sha ?? ''));
    await reload(CLIENTS);
    expect([await ask('new-radio'), await tv.isActive(tokens.access_token)]).toEqual([401, true]);
    expect((await tv.refresh(tokens.refresh_token)).status).toBe(200);
    expect(await metric(/clients_file_info\{sha="([0-9a-f]+)"\} 1/)).toBe(sha);
  });

  it('changes nothing for a faulty file, and names every fault in one line', async () => {
    const faulty = [
      { ...RADIO, redirect_uris: ['http://radio.example'] },
      { client_id: 'other', client_name: 'Other', nonsense: 1 },
      { client_id: 'third' },
    ];
    const line = await reload([...without('tv'), ...faulty]);
    expect(line).toContain('clients file refused');
    for (const fault of ['new-radio: redirect_uris', 'third: client_name']) expect(line).toContain(fault);
    // What the library alone finds is found, too.
    expect(await reload([RADIO, { client_id: 'other', client_name: 'Other', nonsense: 1 }])).toContain(
      'other: nonsense is nothing that this server knows',
    );
    expect(await reload('[{"client_id":')).toContain('not JSON');
    expect([await ask('tv'), await ask('new-radio')]).toEqual([200, 401]);
    expect(await metric(/clients_reload_total\{outcome="refused"\} (\d+)/)).toBe('3');
  });

  it('is told from another that has not read the file anew, until that one has', async () => {
    await reload(CLIENTS);
    const other = await startServer({ CLIENTS_FILE: file, REDIS_PREFIX: stores.prefix });
    try {
      const shas = () =>
        Promise.all([server, other].map((one) => metric(/clients_file_info\{sha="([0-9a-f]+)"\} 1/, one)));
      const [before, same] = await shas();
      expect([before, same]).toEqual([expect.stringMatching(/^[0-9a-f]+$/), before]);
      await reload([...CLIENTS, RADIO]);
      const [changed, former] = await shas();
      expect([former, changed === before]).toEqual([before, false]);
      process.kill(other.pid, 'SIGHUP');
      await eventually('the other one', async () => new Set(await shas()).size === 1);
      await reload(CLIENTS);
    } finally {
      await other.stop();
    }
  });

  it('answers what is asked meanwhile; of several signals at once none is lost', async () => {
    let asking = true;
    const statuses = new Set<number>();
    const flood = async () => {
      while (asking) statuses.add(await ask('speaker'));
    };
    const asked = Promise.all([flood(), flood(), flood()]);
    for (let turn = 0; turn < 6; turn += 1) await reload(turn % 2 === 0 ? [...CLIENTS, RADIO] : CLIENTS);
    await reload('{}');
    asking = false;
    await asked;
    expect([...statuses]).toEqual([200]);
    // The last file is the one that counts.
    write([...CLIENTS, RADIO]);
    for (let sent = 0; sent < 3; sent += 1) process.kill(server.pid, 'SIGHUP');
    await eventually('the new client', async () => ((await ask('new-radio')) === 200 ? true : undefined));
  });

  it('goes on after SIGUSR2, which is for servers with workers', async () => {
    process.kill(server.pid, 'SIGUSR2');
    await eventually('the line', () => server.output().includes('SIGUSR2 restarts workers: there are none'));
    expect(await ask('speaker')).toBe(200);
  });
});

describe('a clients file that is looked at by itself', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
  });

  it('is read when its text has changed, and a faulty one is told of once', async () => {
    write(CLIENTS);
    const files = await readProtocolFiles({ clientsFile: file, resourcesFile: undefined });
    const log = createLog('info', { write: (line) => void lines.push(line) });
    const clients = new ClientsFile({ ...files, metrics: new Metrics(), log });
    const used: number[] = [];
    const task = clients.watch(async (all) => void used.push(all.length), 5);
    write([...CLIENTS, RADIO]);
    await eventually('the new one', () => used.length === 1);
    expect(clients.clients).toHaveLength(CLIENTS.length + 1);
    write('nothing');
    await eventually('the line', () => lines.some((line) => line.includes('refused')));
    write(CLIENTS);
    await eventually('the old ones', () => used.length === 2);
    await task.stop();
    expect(used).toEqual([CLIENTS.length + 1, CLIENTS.length]);
    expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1);
  });
});

describe('SIGHUP', () => {
  const streams = (isTTY: boolean) => ({ stdin: {}, stdout: { isTTY }, stderr: {} });

  it('stops a server of development whose terminal is closed; elsewhere it has the file read', () => {
    const production = { NODE_ENV: 'production' };
    expect(hangUpReloads({ env: {}, ...streams(true) })).toBe(false);
    expect(hangUpReloads({ env: {}, ...streams(false) })).toBe(true);
    expect(hangUpReloads({ env: production, ...streams(true) })).toBe(true);
  });

  it.each([
    [true, ['SIGHUP', 'SIGINT', 'SIGTERM']],
    [false, ['SIGINT', 'SIGTERM']],
  ])('stops: %s', (hangUpStops, signals) => {
    const heard: string[] = [];
    const own = { env: {}, ppid: 1, on: (signal: string) => heard.push(signal), exit: () => undefined };
    stopSignal(own, { hangUpStops });
    expect(heard.sort()).toEqual(signals);
  });
});
