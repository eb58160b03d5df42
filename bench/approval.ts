/** Owners who approve devices, straight in the store: the pages are not what is measured. */
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { AccountId } from '../src/accounts/account.ts';
import { Passwords } from '../src/accounts/passwords.ts';
import { readConfig } from '../src/config/config.ts';
import { Limiter } from '../src/limits/limiter.ts';
import { parseClients } from '../src/oidc/clients.ts';
import { createProtocol } from '../src/oidc/protocol.ts';
import { ResourceCatalog } from '../src/oidc/resources.ts';
import { connectRedis, type RedisConnection } from '../src/redis/connection.ts';
import { Keyring } from '../src/redis/keyring.ts';
import { Keyspace } from '../src/redis/keyspace.ts';
import { createStores, type Stores } from '../src/redis/stores.ts';
import { protocolCookies } from '../src/web/middleware/cookies.ts';
import { randomId, signedInOwner } from '../test/support/test-stores.ts';
import { askChild } from './cpu.ts';
import { plainAdapterFactory } from './plain-adapter.ts';
import { approvePlain, plainProvider } from './plain-provider.ts';
import { SECRET, type SideSettings } from './side.ts';

export interface Owners {
  /** Each device gets an owner of its own. */
  approve(userCode: string): Promise<void>;
  /** Waits until owners have been told of their devices, so that mails do not run into what is measured. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** Of Latchkey: owners who have done nothing yet. */
  people?: People;
}

export interface People {
  /** @returns what the cookie of a signed-in browser holds, of an account of its own */
  signedIn(): Promise<string>;
  /** An account that its owner signs in to with `PASSWORD`. @returns its email */
  withPassword(): Promise<string>;
}

export const PASSWORD = 'a long and quiet river in the north';

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
    people: await peopleOf(stores),
  };
}

/** One hash for all: it is made for no account, and takes as long to verify. */
async function peopleOf(stores: Stores): Promise<People> {
  const pepper = await stores.installationSecrets.readOrMake('pepper', async () => {
    throw new Error('the server has not started');
  });
  const passwords = await Passwords.create(Buffer.from(pepper, 'base64url'));
  const passwordHash = await passwords.hash(PASSWORD, { address: '127.0.0.1', account: '', known: false });
  return {
    signedIn: async () => (await signedInOwner(stores)).browser.sessionId,
    withPassword: async () => {
      const accountId = randomId() as AccountId;
      const email = `${accountId.toLowerCase()}@example.org`;
      const profile = { name: 'Ada', email, emailVerified: true, createdAt: Date.now() };
      await stores.accounts.create(accountId, profile, { passwordHash });
      return email;
    },
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
  const provider = await plainProvider(plainAdapterFactory(redis, settings.prefix), { ...settings, issuer });
  return {
    approve: (userCode) => approvePlain(provider, userCode),
    // It tells no owner.
    settle: async () => {},
    close: async () => void (await redis.quit()),
  };
}

/** Owners of a server that has all in memory: it approves itself. */
export function ownersWithin(child: ChildProcess): Owners {
  return {
    approve: async (userCode) => void (await askChild(child, { ask: 'approve', userCode })),
    settle: async () => {},
    close: async () => {},
  };
}
