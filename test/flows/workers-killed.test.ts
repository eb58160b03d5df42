/** All workers are killed at one moment, as where the system runs out of memory, while devices and owners are at it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { Journey } from '../../checks/faults/journey.ts';
import { BusyDevice } from '../support/busy-device.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { linesOf } from '../support/log-lines.ts';
import { OwnerBrowser } from '../support/owner-browser.ts';
import { StoredState } from '../support/stored-state.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const JOURNEYS = 8;
/** Of these changes some are under way, and some are made. */
const ACKNOWLEDGED = 14;

let server: TestServer;
let stores: TestStores;
beforeAll(async () => {
  const prefix = `t${randomId()}:`;
  stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
  const environment = { REDIS_PREFIX: prefix, CLIENTS_FILE: TEST_CLIENTS_FILE, TRUSTED_PROXIES: '127.0.0.1' };
  server = await startServer({ ...environment, WORKERS: '2' });
  await workersThatServe(2);
});
afterAll(async () => {
  await server?.stop('SIGKILL');
  await stores?.connection.close();
});

/** Processes of so many workers since the server began, in this order. */
const workersThatServe = (count: number) =>
  eventually(`${count} workers`, () => {
    const serving = linesOf(server).filter(({ msg }) => msg === 'a worker serves');
    return serving.length >= count ? serving.map(({ pid = 0 }) => pid) : undefined;
  });

async function travellers(): Promise<Journey[]> {
  const make = async () => {
    const { browser } = await signedInOwner(stores);
    return new Journey(new DeviceClient(server.issuer), new OwnerBrowser(server.issuer, browser));
  };
  return Promise.all(Array.from({ length: JOURNEYS }, make));
}

describe('kill -9 of all workers at once', () => {
  it('loses nothing that was acknowledged: codes, decisions and tokens are as devices and owners were told', async () => {
    const random = new SeededRandom(8);
    const busy = Array.from({ length: 4 }, () => new BusyDevice(server.issuer));
    for (const device of busy) await device.link(stores);
    for (const device of busy) device.begin();
    const journeys = await travellers();
    const travels = Promise.all(journeys.map((journey) => journey.travel(random)));
    const made = () => journeys.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    await eventually('some changes', () => made() >= ACKNOWLEDGED, 1);
    for (const pid of await workersThatServe(2)) process.kill(pid, 'SIGKILL');
    await travels;
    await workersThatServe(4);
    await new StoredState(stores).forgetGuesses();
    for (const journey of journeys) expect(await journey.verify()).toEqual([]);
    const before = busy.map(({ refreshes }) => refreshes);
    await eventually('all go on', () =>
      busy.every(({ refreshes }, index) => refreshes > (before[index] ?? 0) + 1),
    );
    await Promise.all(busy.map((device) => device.end()));
    // No device was told that its token is none, and what was cut off is all that failed.
    const failures = busy.flatMap((device) => device.failures.map(String));
    expect(failures.filter((failure) => !/ECONNRE|socket hang up|ETIMEDOUT/.test(failure))).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
  });
});
