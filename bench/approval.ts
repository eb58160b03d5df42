/** Owners who approve devices, straight in the store: the pages are not what is measured. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { readConfig } from '../src/config/config.ts';
import { Limiter } from '../src/limits/limiter.ts';
import { parseClients } from '../src/oidc/clients.ts';
import { createProtocol } from '../src/oidc/protocol.ts';
import { ResourceCatalog } from '../src/oidc/resources.ts';
import { connectRedis, type RedisConnection } from '../src/redis/connection.ts';
import { Keyring } from '../src/redis/keyring.ts';
import { Keyspace } from '../src/redis/keyspace.ts';
import { createStores } from '../src/redis/stores.ts';
import { protocolCookies } from '../src/web/middleware/cookies.ts';
import { signedInOwner } from '../test/support/test-stores.ts';
import { plainProvider } from './plain-provider.ts';
import { SECRET, type SideSettings } from './side.ts';

export interface Owners {
  /** Each device gets an owner of its own. */
  approve(userCode: string): Promise<void>;
  /** Waits until owners have been told of their devices, so that mails do not run into what is measured. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const CLIENTS = new URL('../clients.example.json', import.meta.url);
/** Seconds; an account whose owner has been told is looked at for another 30. */
const MAX_SETTLING = 180;
const CAPS = { all: 1e7, client: 1e7, network: 1e7, burst: 1e7 };

export async function latchkeyOwners(settings: SideSettings, issuer: string): Promise<Owners> {
  const connection = connectRedis({ url: settings.directUrl, commandTimeout: 5000, timeout: 5000 });
  await connection.whenReady();
  const stores = createStores(connection, new Keyring([SECRET]), {
    prefix: settings.prefix,
    liveCodes: CAPS,
  });
  const { config } = readConfig({ ISSUER: issuer });
  const { linking } = await createProtocol(
    {
      config,
      clients: parseClients(await readFile(CLIENTS, 'utf8')),
      product: 'Latchkey',
      resources: new ResourceCatalog(),
      keys: settings.keys,
      accounts: stores.accounts,
      stores: {
        ...stores,
        limiter: new Limiter(stores.attempts, config.limits),
        lifetimes: config.lifetimes,
      },
      cookies: protocolCookies(config.issuer),
      renderError: () => {},
      renderHeldAnswer: () => {},
      renderFormPost: () => {},
    },
    () => {},
  );
  return {
    approve: async (userCode) => {
      const { browser } = await signedInOwner(stores);
      const outcome = await linking.approve(userCode, browser);
      if (outcome !== 'approved') throw new Error(`not approved: ${outcome}`);
    },
    settle: () => untilTold(connection.redis, settings.prefix),
    close: () => connection.close(),
  };
}

async function untilTold(redis: RedisConnection['redis'], prefix: string): Promise<void> {
  const keyspace = new Keyspace(prefix);
  const left = async (): Promise<number> => {
    const all = await Promise.all([redis.zcard(keyspace.pendingAlerts), redis.hlen(keyspace.owedMails.owed)]);
    return all.reduce((sum, count) => sum + count, 0);
  };
  for (let second = 0; (await left()) > 0; second += 1) {
    if (second > MAX_SETTLING) throw new Error('owners are still being told of their devices');
    await sleep(1000);
  }
}

export async function plainOwners(settings: SideSettings, issuer: string): Promise<Owners> {
  const redis = new Redis(settings.directUrl);
  const provider = await plainProvider(redis, { ...settings, issuer });
  return {
    approve: async (userCode) => {
      const code = await provider.DeviceCode.findByUserCode(userCode);
      if (!code?.clientId) throw new Error('not approved: no such code');
      const accountId = randomUUID();
      const scope = String(code.params?.['scope']);
      const grant = new provider.Grant({ accountId, clientId: code.clientId });
      grant.addOIDCScope(scope);
      const grantId = await grant.save();
      const authTime = Math.floor(Date.now() / 1000);
      Object.assign(code, { accountId, grantId, scope, authTime, amr: ['pwd'] });
      await code.save();
    },
    // It tells no owner.
    settle: async () => {},
    close: async () => void (await redis.quit()),
  };
}
