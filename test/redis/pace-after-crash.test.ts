import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRedis } from '../../src/redis/connection.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createStores, type Stores } from '../../src/redis/stores.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { randomId, TEST_SECRET } from '../support/test-stores.ts';

const CAPS = { all: 100, client: 100, network: 100, burst: 100 };
const MINUTES = 60_000;

let redis: TestRedis;
let stores: Stores;
let connection: ReturnType<typeof connectRedis>;

beforeAll(async () => {
  redis = await startStandaloneRedis();
  connection = connectRedis({ url: redis.applicationUrl, commandTimeout: 5000, timeout: 5000 });
  await connection.whenReady();
  stores = createStores(connection, new Keyring([TEST_SECRET]), { prefix: 'pace:', liveCodes: CAPS });
});
afterAll(async () => {
  await connection.close();
  await redis.stop();
});

async function pendingCode(): Promise<string> {
  const deviceCode = randomId();
  await stores.deviceCodes.create({
    deviceCode,
    userCode: randomId(),
    clientId: 'tv',
    lifetime: 10 * MINUTES,
    network: 'private',
    payload: {},
  });
  return deviceCode;
}

/** SIGKILL: what was not yet on disk is gone. */
async function crash(): Promise<void> {
  await redis.kill();
  await redis.restart();
  await connection.whenReady();
}

/** Octets written to the append-only file so far. */
async function written(): Promise<number> {
  const info = await (connection.redis as { info(section: string): Promise<string> }).info('persistence');
  return Number(/aof_current_size:(\d+)/.exec(info)?.[1]);
}

describe('the pace of polls', () => {
  it('waits for no disk while a device is on time', async () => {
    const code = await pendingCode();
    const before = await written();
    expect((await stores.deviceCodes.poll(code, 'tv'))?.pace).toBe('wait');
    expect(await written()).toBe(before);
    expect((await stores.deviceCodes.poll(code, 'tv'))?.pace).toBe('slow_down');
    expect(await written()).toBeGreaterThan(before);
  });

  it('waits for no disk either where a device that polls too early is already at the longest interval', async () => {
    const code = await pendingCode();
    const poll = () => stores.deviceCodes.poll(code, 'tv');
    for (let early = 0; early < 12; early += 1) await poll();
    const before = await written();
    for (let early = 0; early < 20; early += 1)
      expect(await poll()).toMatchObject({ pace: 'slow_down', interval: 60_000 });
    expect(await written()).toBe(before);
  });

  it('survives a crash of the store as far as a device was told of it', async () => {
    const code = await pendingCode();
    const paces = [];
    for (let poll = 0; poll < 3; poll += 1) paces.push(await stores.deviceCodes.poll(code, 'tv'));
    expect(paces.map((polled) => polled?.interval)).toEqual([5000, 10_000, 15_000]);
    await crash();
    expect(await stores.deviceCodes.poll(code, 'tv')).toMatchObject({ pace: 'slow_down', interval: 20_000 });
  });

  it('survives it, too, where polls that are on time leave for the store with it', async () => {
    const codes = await Promise.all(Array.from({ length: 3 }, pendingCode));
    const [one = '', , other = ''] = codes;
    await stores.deviceCodes.poll(one, 'tv');
    await stores.deviceCodes.poll(other, 'tv');
    const told = await Promise.all(codes.map((code) => stores.deviceCodes.poll(code, 'tv')));
    expect(told.map((polled) => polled?.pace)).toEqual(['slow_down', 'wait', 'slow_down']);
    await crash();
    const paces = await Promise.all(codes.map((code) => stores.deviceCodes.poll(code, 'tv')));
    expect(paces.map((polled) => [polled?.pace, polled?.interval])).toEqual([
      ['slow_down', 15_000],
      ['wait', 5000],
      ['slow_down', 15_000],
    ]);
  });

  it('forgives one early poll after a crash, and the code still waits for its owner', async () => {
    const code = await pendingCode();
    expect((await stores.deviceCodes.poll(code, 'tv'))?.pace).toBe('wait');
    await crash();
    expect(await stores.deviceCodes.poll(code, 'tv')).toMatchObject({ state: 'pending', pace: 'wait' });
    expect(await stores.deviceCodes.poll(code, 'tv')).toMatchObject({ pace: 'slow_down', interval: 10_000 });
  });
});
