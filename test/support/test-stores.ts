import { randomBytes } from 'node:crypto';
import type { AccountId } from '../../src/accounts/account.ts';
import type { NewSession, Session } from '../../src/accounts/session.ts';
import type { LiveCodeCaps } from '../../src/devices/device-code-store.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import type { ClientCaps } from '../../src/redis/registered-clients.ts';
import { createStores, type Stores } from '../../src/redis/stores.ts';

export interface TestStores extends Stores {
  connection: RedisConnection;
  keyring: Keyring;
  prefix: string;
}

export const TEST_SECRET = 'a secret for tests, long enough to be taken';
const WIDE: LiveCodeCaps = { all: 1e6, client: 1e6, network: 1e6, burst: 1e6 };

/** The real stores on the Redis of this test run, with a key prefix of their own. */
export async function testStores(
  options: {
    cluster?: boolean;
    /** Another Redis than that of the test run. */
    url?: string;
    prefix?: string;
    secrets?: string[];
    liveCodes?: LiveCodeCaps;
    registeredClients?: ClientCaps;
    maxDevices?: number;
    maxBrowsers?: number;
    /** Milliseconds for a command; more where it is not the server's own that is tried. */
    timeout?: number;
    /** Whether there are receivers of webhooks. */
    isHeard?: boolean;
    /** Replicas that must have a change. */
    replicas?: number;
  } = {},
): Promise<TestStores> {
  const connection = connectRedis({
    url: options.url ?? testRedisUrl(options.cluster),
    commandTimeout: options.timeout ?? 5000,
    timeout: 5000,
    replicas: options.replicas ?? 0,
  });
  await connection.whenReady();
  const prefix = options.prefix ?? `t${randomBytes(6).toString('hex')}:`;
  const keyring = new Keyring(options.secrets ?? [TEST_SECRET]);
  const { liveCodes = WIDE, registeredClients, maxDevices, maxBrowsers, isHeard = false } = options;
  const caps = {
    ...{ liveCodes, isHeard },
    ...(registeredClients !== undefined && { registeredClients }),
    ...(maxDevices !== undefined && { maxDevices }),
    ...(maxBrowsers !== undefined && { maxBrowsers }),
  };
  const stores = createStores(connection, keyring, { prefix, ...caps });
  return { ...stores, connection, keyring, prefix };
}

export function testRedisUrl(cluster = false): string {
  const name = cluster ? 'TEST_REDIS_CLUSTER' : 'TEST_REDIS_URL';
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run through jest, whose global setup starts Redis`);
  return cluster ? `redis+cluster://${value.replaceAll('redis://', '')}` : value;
}

export const randomId = () => randomBytes(16).toString('base64url');

/** An account with a signed-in browser, made straight in the store. */
export async function signedInOwner(
  stores: Stores,
  name = 'Ada',
): Promise<{ accountId: AccountId; browser: Session }> {
  const accountId = randomId() as AccountId;
  const email = `${accountId.toLowerCase()}@example.org`;
  await stores.accounts.create(
    accountId,
    { name, email, emailVerified: true, createdAt: Date.now() },
    { passwordHash: 'none' },
  );
  const browser = newBrowser(accountId, 1);
  await stores.browsers.insert(browser, { idle: 3_600_000, absolute: 86_400_000 });
  const found = await stores.browsers.resume(browser.sessionId);
  if (!found) throw new Error('the browser is not signed in');
  return { accountId, browser: found };
}

export function newBrowser(accountId: AccountId, epoch: number): NewSession {
  const seconds = Math.floor(Date.now() / 1000);
  return {
    sessionId: randomId(),
    uid: `${accountId}.${randomId()}`,
    accountId,
    epoch,
    authTime: seconds,
    amr: ['pwd'],
    address: '127.0.0.1',
    userAgent: 'test',
    expiresAt: seconds + 86_400,
    state: {},
  };
}
