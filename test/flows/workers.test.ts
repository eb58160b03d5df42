/** WORKERS: several processes on one port, which devices, owners and operators take for one server. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BusyDevice } from '../support/busy-device.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { KeptConnection } from '../support/kept-connection.ts';
import { linesOf } from '../support/log-lines.ts';
import { launchServer, SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-workers-'));
const clientsFile = join(folder, 'clients.json');
const CLIENTS = readFileSync(TEST_CLIENTS_FILE, 'utf8');
function writeClients(content: string): void {
  writeFileSync(`${clientsFile}.new`, content);
  renameSync(`${clientsFile}.new`, clientsFile);
}
const CODES_PER_MINUTE = 20;
const UNKNOWN_POLLS = 'latchkey_polls_total{answer="unknown"}';

let server: TestServer;
let stores: TestStores;
beforeAll(async () => {
  writeClients(CLIENTS);
  stores = await testStores({ secrets: [SERVER_SECRET] });
  server = await startServer({
    REDIS_PREFIX: stores.prefix,
    WORKERS: '2',
    LOG_LEVEL: 'debug',
    CLIENTS_FILE: clientsFile,
    TRUSTED_PROXIES: '127.0.0.1',
    CODES_PER_MINUTE: `${CODES_PER_MINUTE}`,
  });
  await workersThatServe(2);
});
afterAll(async () => {
  await server?.stop('SIGKILL');
  await stores?.connection.close();
  rmSync(folder, { recursive: true, force: true });
});

const linesThat = (say: string, of = server) => linesOf(of).filter(({ msg }) => msg === say);
/** So many since the server began, in this order. */
const workersThatServe = (count: number, of = server) =>
  eventually(`${count} workers`, () => {
    const serving = linesThat('a worker serves', of).map(({ worker = 0, pid = 0 }) => ({ worker, pid }));
    return serving.length >= count ? serving : undefined;
  });
/** Which worker answered: each names its requests in its own way. */
const workerOf = (requestId: string) =>
  eventually('the line', () => linesOf(server).find((line) => line.requestId === requestId)?.worker);

/** On a connection of its own, which ends with it. */
const get = (path: string) => request(`${server.issuer}${path}`, { headers: { connection: 'close' } });

async function figure(start: string): Promise<number> {
  const figures = await (await get('/metrics')).text();
  const found = figures.split('\n').filter((line) => line.startsWith(start));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const kept: KeptConnection[] = [];
afterEach(() => {
  for (const one of kept.splice(0)) one.close();
});

/** Two connections, of which each is with another worker. */
async function oneWithEach(network?: string): Promise<[KeptConnection, KeptConnection]> {
  const byWorker = new Map<number, KeptConnection>();
  while (byWorker.size < 2) {
    const one = new KeptConnection(server.issuer, network);
    kept.push(one);
    byWorker.set(await workerOf((await one.poll('none')).requestId), one);
  }
  const [first, second] = [...byWorker.values()];
  if (!first || !second) throw new Error('two were made');
  return [first, second];
}

async function busyDevices(count: number): Promise<BusyDevice[]> {
  const devices = Array.from({ length: count }, () => new BusyDevice(server.issuer));
  for (const device of devices) await device.link(stores);
  for (const device of devices) device.begin();
  await eventually('the load', () => devices.every(({ refreshes }) => refreshes > 1));
  return devices;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('two workers', () => {
  it('share connections; a line of the log says whose it is, and figures are of both, whichever is asked', async () => {
    const pair = await oneWithEach();
    const before = await figure(UNKNOWN_POLLS);
    for (let poll = 0; poll < 3; poll += 1) await Promise.all(pair.map((one) => one.poll('none')));
    for (let scrape = 0; scrape < 2; scrape += 1) {
      expect(await figure('latchkey_workers ')).toBe(2);
      expect(await figure(UNKNOWN_POLLS)).toBe(before + 6);
    }
    const [first, second] = await workersThatServe(2);
    const pids = new Set(linesThat('request').map(({ pid }) => pid));
    expect([...pids].sort()).toEqual([first?.pid, second?.pid].sort());
  });

  it('keep a limit to the number: of a network’s codes exactly as many are given out as by one', async () => {
    const pair = await oneWithEach('203.0.113.9');
    const answers = await Promise.all(
      Array.from({ length: 2 * CODES_PER_MINUTE }, (_, index) => pair[index % 2 === 0 ? 0 : 1].authorize()),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given).toHaveLength(CODES_PER_MINUTE);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(CODES_PER_MINUTE);
    const workers = await Promise.all(given.map(({ requestId }) => workerOf(requestId)));
    expect(new Set(workers).size).toBe(2);
  });

  it('keep the pace of a device that polls now the one, now the other', async () => {
    const [one, other] = await oneWithEach();
    const code = String((await one.authorize()).body['device_code']);
    const errors: unknown[] = [];
    for (const connection of [one, other, one, other])
      errors.push((await connection.poll(code)).body['error']);
    expect(errors).toEqual(['authorization_pending', 'slow_down', 'slow_down', 'slow_down']);
    const second = String((await other.authorize()).body['device_code']);
    const atOnce = await Promise.all([one, other, one, other].map((each) => each.poll(second)));
    expect(atOnce.map(({ body }) => body['error']).sort()).toEqual(errors);
  });

  it('read the clients file both on SIGHUP', async () => {
    process.kill(server.pid, 'SIGHUP');
    const lines = await eventually('two lines', () => {
      const reloaded = linesThat('clients file reloaded');
      return reloaded.length === 2 && reloaded;
    });
    expect(new Set(lines.map(({ worker }) => worker)).size).toBe(2);
  });
});

describe('under load', () => {
  let devices: BusyDevice[];
  beforeAll(async () => {
    devices = await busyDevices(6);
  });
  afterAll(() => Promise.all(devices.map((device) => device.end())));

  it('kill -9 of a worker costs what it had under way, and no device its sign-in; another comes in its place', async () => {
    const [victim] = await workersThatServe(2);
    const refreshed = await figure('latchkey_http_request_seconds_count{route="/token"');
    process.kill(victim?.pid ?? 0, 'SIGSTOP');
    // One of them is on its way to it when it is killed.
    const newcomers = Array.from({ length: 4 }, () => get('/healthz').catch(() => undefined));
    const helped = await Promise.any(newcomers);
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    expect(helped?.status).toBe(200);
    await Promise.all(newcomers);
    await workersThatServe(3);
    const before = devices.map(({ refreshes }) => refreshes);
    await eventually('all go on', () =>
      devices.every(({ refreshes }, index) => refreshes > (before[index] ?? 0) + 1),
    );
    const failures = devices.map((device) => device.failures.splice(0));
    expect(failures.filter(({ length }) => length === 0).length).toBeGreaterThanOrEqual(3);
    for (const failed of failures.flat()) expect(String(failed)).toMatch(/ECONNRESET|socket hang up/);
    expect(await figure('latchkey_http_request_seconds_count{route="/token"')).toBeGreaterThanOrEqual(
      refreshed,
    );
    expect(await figure('latchkey_worker_ends_total')).toBe(1);
  });

  it('SIGUSR2 puts new workers in the place of the old ones, and no request fails', async () => {
    const old = (await workersThatServe(3)).slice(1);
    const statuses = new Set<number>();
    let isOver = false;
    const newcomers = (async () => {
      while (!isOver) statuses.add((await get('/readyz')).status);
    })();
    process.kill(server.pid, 'SIGUSR2');
    await eventually('the line', () => linesThat('workers restarted').length === 1);
    isOver = true;
    await newcomers;
    expect([...statuses]).toEqual([200]);
    expect(devices.flatMap(({ failures }) => failures)).toEqual([]);
    // Each was told by the old one that its connection ends.
    expect(devices.filter(({ lasts }) => lasts === 0)).toEqual([]);
    expect(old.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(await figure('latchkey_workers ')).toBe(2);
  });

  it('a restart with files that are wrong leaves the old workers, and says so', async () => {
    writeClients('[{"client_id":');
    process.kill(server.pid, 'SIGUSR2');
    await eventually(
      'the line',
      () => linesThat('a new worker did not become ready: the old ones stay').length === 1,
    );
    writeClients(CLIENTS);
    expect(devices.flatMap(({ failures }) => failures)).toEqual([]);
    expect(server.output().includes('not JSON')).toBe(true);
    expect(await figure('latchkey_workers ')).toBe(2);
  });
});

describe('the process that has workers', () => {
  it('on SIGTERM lets each finish what is under way, and ends with 0', async () => {
    const body = 'client_id=tv&scope=openid';
    const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(
      `POST /device/auth HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await eventually('the request', () => answer.includes('100 Continue'));
    const stopped = server.stop('SIGTERM');
    await eventually('the line', () => server.output().includes('Finishing'));
    socket.write(body.slice(5));
    expect(await stopped).toBe(0);
    expect(answer).toContain('device_code');
    expect(server.output().match(/^Stopped\.$/gm)).toHaveLength(1);
    await server.closed;
  });

  it('is killed: no worker stays', async () => {
    const other = await startServer({ WORKERS: '2' });
    await workersThatServe(2, other);
    await other.stop('SIGKILL');
    // They hold its output while they live.
    await other.closed;
  });

  it('ends when no worker can start, with its exit code, and what is wrong is said once', async () => {
    const [REDIS_PREFIX, LATCHKEY_SECRET] = [`t${randomId()}:`, 'another-secret-'.repeat(3)];
    await (await startServer({ REDIS_PREFIX })).stop();
    const failing = await launchServer({ WORKERS: '2', REDIS_PREFIX, LATCHKEY_SECRET });
    expect(await failing.closed).toBe(1);
    expect(failing.output().match(/LATCHKEY_SECRET/g)).toHaveLength(1);
    expect(failing.output()).toContain('A worker ended with 1 before it served');
  });
});
