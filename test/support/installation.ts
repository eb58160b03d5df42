/** One server process on a Redis of its own, for those who stop, kill and starve either of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceClient } from './device-client.ts';
import { freePort } from './free-port.ts';
import { request } from './http.ts';
import { OwnerBrowser } from './owner-browser.ts';
import { startStandaloneRedis, type TestRedis } from './redis-standalone.ts';
import { SERVER_SECRET, startServer, type TestServer } from './test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from './test-stores.ts';

interface InstallationOptions {
  /** Settings of the server. */
  environment?: Record<string, string>;
  redis?: TestRedis;
  /** What the server connects to instead of the store itself, such as a proxy in front of it. */
  serverRedisUrl?: string;
  /** By which the server is started, where it is not `node src/main.ts`. */
  command?: readonly string[];
}

export const TEST_CLIENTS_FILE = new URL('../fixtures/clients.json', import.meta.url).pathname;

export class Installation {
  readonly redis: TestRedis;
  /** The store itself, past the server; its connection comes back by itself. */
  readonly stores: TestStores;
  readonly #environment: Record<string, string>;
  readonly #dataDir: string;
  readonly #command: InstallationOptions['command'];
  #server: TestServer;

  private constructor(
    redis: TestRedis,
    stores: TestStores,
    environment: Record<string, string>,
    command: InstallationOptions['command'],
    server: TestServer,
  ) {
    this.redis = redis;
    this.stores = stores;
    this.#environment = environment;
    this.#command = command;
    this.#dataDir = environment['DATA_DIR'] ?? '';
    this.#server = server;
  }

  static async start(options: InstallationOptions = {}): Promise<Installation> {
    const redis = options.redis ?? (await startStandaloneRedis());
    const prefix = `t${randomId()}:`;
    const environment = {
      REDIS_URL: options.serverRedisUrl ?? redis.applicationUrl,
      REDIS_PREFIX: prefix,
      CLIENTS_FILE: TEST_CLIENTS_FILE,
      DATA_DIR: await mkdtemp(join(tmpdir(), 'latchkey-data-')),
      PORT: `${await freePort()}`,
      LOG_LEVEL: 'error',
      ...options.environment,
    };
    const server = await startServer(environment, options.command);
    const stores = await testStores({ url: redis.url, prefix, secrets: [SERVER_SECRET] });
    return new Installation(redis, stores, environment, options.command, server);
  }

  get server(): TestServer {
    return this.#server;
  }

  device(clientId = 'tv'): DeviceClient {
    return new DeviceClient(this.#server.issuer, clientId);
  }

  /** A browser in which an owner of an account of its own is signed in. */
  async owner(): Promise<OwnerBrowser> {
    const { browser } = await signedInOwner(this.stores);
    return new OwnerBrowser(this.#server.issuer, browser);
  }

  /** As by a crash. */
  async killServer(): Promise<void> {
    await this.#server.stop('SIGKILL');
  }

  /** On the same port, with the same settings. */
  async restartServer(): Promise<void> {
    this.#server = await startServer(this.#environment, this.#command);
  }

  /** 200 says that it serves. */
  async readiness(): Promise<number> {
    return (await request(`${this.#server.issuer}/readyz`)).status;
  }

  async stop(): Promise<void> {
    this.redis.resume();
    await this.#server.stop('SIGKILL');
    this.stores.connection.redis.disconnect();
    await this.redis.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
