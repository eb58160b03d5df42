/**
 * What an owner with many devices waits for, and what a linked device costs: one device is linked for real, and what
 * is kept of it is copied, under names of its own, as often as is asked for. See docs/benchmark.md.
 *
 *   npm run bench:owners -- [--rounds 30] [--devices 100000] [--codes 10000]
 */
import { parseArgs } from 'node:util';
import { deviceRow } from '../src/admin/device-index.ts';
import { DeviceClient } from '../test/support/device-client.ts';
import { linkDevice, tokensOf } from '../test/support/linked-device.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';
import { type TestProtocol, testProtocol } from '../test/support/test-protocol.ts';
import { randomId, signedInOwner } from '../test/support/test-stores.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    devices: { type: 'string', default: '100000' },
    codes: { type: 'string', default: '10000' },
  },
});
const ROUNDS = Number(options.rounds);
const BATCH = 1000;
const COUNTED_DEVICES = Number(options.devices);
const DEVICES_EACH = 100;
const COUNTED_CODES = Number(options.codes);
const CODES_EACH_NETWORK = 4;
const DESCRIBED = {
  device_name: 'Living room television',
  device_type: 'tv',
  device_model: 'Riverside Stick 4K',
};
const CLIENT = 'tv';
const SCOPE = 'openid profile email offline_access';
/** Refreshes in a week, one every ten minutes. */
const WEEK = 1008;

const redis = await startStandaloneRedis();
process.env['TEST_REDIS_URL'] = redis.url;
const protocol = await testProtocol();
try {
  const entry = await oneDevice(protocol);
  console.log(`sign out of everything, ${ROUNDS} rounds in turn:`);
  const [few, many] = await signOuts(entry);
  console.log(
    `  10 devices: ${few.toFixed(2)} ms, 10,000: ${many.toFixed(2)} ms (medians), ratio ${(many / few).toFixed(2)}`,
  );
  console.log(`the list of 1,000 devices, opened: ${(await listing(entry)).toFixed(1)} ms (median)`);
  const { grew, access } = await week(protocol);
  console.log(
    `a week of refreshes (${WEEK}) of one device leaves ${grew} bytes more than one; each access token takes ${access} bytes until it ends`,
  );
  console.log(
    `memory for each of ${COUNTED_DEVICES} linked devices: ${Math.round(await memory(entry))} bytes, its access token and its row in the list of its client included`,
  );
  console.log(
    `memory for each of ${COUNTED_CODES} pending codes: ${Math.round(await pendingCodes())} bytes, its user code and its places in all four counts included`,
  );
} finally {
  await protocol.close();
  await redis.stop();
}

/** What is kept of a device that has just been linked: its grant, and its tokens. */
interface Kept {
  grant: string;
  /** Kind of the key → its fields. */
  tokens: [kind: string, fields: Record<string, string>][];
}

async function oneDevice({ stores }: TestProtocol): Promise<Kept> {
  const { browser } = await signedInOwner(stores);
  await linkDevice(protocol, browser, undefined, DESCRIBED);
  const { connection, prefix } = stores;
  const [grant = ''] = await connection.redis.hvals(grantsOf(browser.accountId));
  const tokens: Kept['tokens'] = [];
  for (const key of await connection.redis.keys(`${prefix}{*}:access-token:*`))
    tokens.push(['access-token', await connection.redis.hgetall(key)]);
  return { grant, tokens };
}

/** Bytes of all that is kept, by whether it is gone when an access token has ended. */
async function kept({ stores }: TestProtocol): Promise<{ lasting: number; passing: number; count: number }> {
  const { redis: client } = stores.connection;
  const sums = { lasting: 0, passing: 0, count: 0 };
  for (const key of await client.keys(`${stores.prefix}*`)) {
    const bytes = Number(await client.memory('USAGE', key, 'SAMPLES', 0));
    if (!key.includes(':access-token:')) sums.lasting += bytes;
    else [sums.passing, sums.count] = [sums.passing + bytes, sums.count + 1];
  }
  return sums;
}

/** One device that refreshes every ten minutes, for a week. */
async function week(on: TestProtocol): Promise<{ grew: number; access: number }> {
  const { browser } = await signedInOwner(on.stores);
  const { client, tokens } = await linkDevice(on, browser);
  let token = tokens.refresh_token;
  const refresh = async () => {
    token = tokensOf(await client.refresh(token)).refresh_token;
  };
  await refresh();
  const before = await kept(on);
  for (let count = 1; count < WEEK; count += 1) await refresh();
  const after = await kept(on);
  return { grew: after.lasting - before.lasting, access: Math.round(after.passing / after.count) };
}

function grantsOf(accountId: string): string {
  return `${protocol.stores.prefix}{${accountId}}:grants`;
}

async function give(accountId: string, { grant }: Kept, count: number): Promise<void> {
  for (let given = 0; given < count; given += BATCH) {
    const fields = Array.from({ length: Math.min(BATCH, count - given) }, () => [randomId(), grant] as const);
    await protocol.stores.connection.redis.hset(grantsOf(accountId), Object.fromEntries(fields));
  }
}

async function signOuts(entry: Kept): Promise<[few: number, many: number]> {
  const { accounts } = protocol.stores;
  const times: [number[], number[]] = [[], []];
  const owners = await Promise.all([signedInOwner(protocol.stores), signedInOwner(protocol.stores)]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, count] of [10, 10_000].entries()) {
      const { accountId } = owners[index] ?? owners[0];
      await give(accountId, entry, count);
      const begun = performance.now();
      await accounts.signOutEverything(accountId, { kind: 'signed-out-everything', by: 'owner' });
      times[index]?.push(performance.now() - begun);
    }
  }
  return [median(times[0]), median(times[1])];
}

/** Read and opened, as the page does before it shows 25 of them. */
async function listing(entry: Kept): Promise<number> {
  const { accountId, browser } = await signedInOwner(protocol.stores);
  await give(accountId, entry, 1000);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    const devices = await protocol.stores.linkedDevices.list(browser);
    times.push(performance.now() - begun);
    if (devices.length !== 1000) throw new Error(`${devices.length} devices are listed`);
  }
  return median(times);
}

/** Bytes of the store. */
async function used(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await protocol.stores.connection.redis.info('memory'))?.[1]);
}

async function pendingCodes(): Promise<number> {
  const device = new DeviceClient(protocol.issuer, CLIENT);
  const before = await used();
  for (let network = 0; network < COUNTED_CODES / CODES_EACH_NETWORK; network += 1) {
    const from = { 'x-forwarded-for': `${11 + (network >> 16)}.${(network >> 8) & 255}.${network & 255}.7` };
    const ask = () => device.post('/device/auth', { client_id: CLIENT, scope: SCOPE, ...DESCRIBED }, from);
    for (const { status } of await Promise.all(Array.from({ length: CODES_EACH_NETWORK }, ask)))
      if (status !== 200) throw new Error(`no code: ${status}`);
  }
  return ((await used()) - before) / COUNTED_CODES;
}

async function memory(entry: Kept): Promise<number> {
  const { redis: client } = protocol.stores.connection;
  const { prefix, deviceIndex } = protocol.stores;
  const before = await used();
  for (let account = 0; account < COUNTED_DEVICES / DEVICES_EACH; account += 1) {
    const accountId = randomId();
    await give(accountId, entry, DEVICES_EACH);
    const rows = Array.from({ length: DEVICES_EACH }, () => ({
      id: deviceRow(accountId, randomId()),
      at: Date.now(),
    }));
    await deviceIndex.add(CLIENT, rows);
    const writes = Array.from({ length: DEVICES_EACH }, () =>
      entry.tokens.map(([kind, fields]) =>
        client.hset(`${prefix}${kind}:{${randomId()}}:abcdef.${randomId()}0123456789`, fields),
      ),
    );
    await Promise.all(writes.flat());
  }
  return ((await used()) - before) / COUNTED_DEVICES;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
