/** Two server processes on a Redis of their own, each of which is killed and comes back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';
import { TEST_CLIENTS_FILE } from '../../test/support/installation.ts';
import { startStandaloneRedis, type TestRedis } from '../../test/support/redis-standalone.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../../test/support/test-server.ts';
import { randomId, type TestStores, testStores } from '../../test/support/test-stores.ts';
import type { SeededRandom } from '../check.ts';

export const VICTIMS = ['first server', 'second server', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];

interface Server {
  readonly address: string;
  readonly environment: Record<string, string>;
  process: TestServer;
  up: boolean;
}

const WIDE = '1000000/10m 1s..1s';

export class Site {
  /** The store itself, past the servers, as a third process has it. */
  readonly stores: TestStores;
  readonly #redis: TestRedis;
  readonly #servers: Server[];
  readonly #dataDir: string;
  /** Resolves when Redis is there. */
  #store: Promise<void> = Promise.resolve();

  private constructor(redis: TestRedis, stores: TestStores, servers: Server[], dataDir: string) {
    this.#redis = redis;
    this.stores = stores;
    this.#servers = servers;
    this.#dataDir = dataDir;
  }

  static async open(): Promise<Site> {
    const redis = await startStandaloneRedis();
    const prefix = `t${randomId()}:`;
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
    const ports = [await freePort(), await freePort()];
    const shared = {
      REDIS_URL: redis.applicationUrl,
      REDIS_PREFIX: prefix,
      CLIENTS_FILE: TEST_CLIENTS_FILE,
      DATA_DIR: dataDir,
      ISSUER: `http://127.0.0.1:${ports[0]}`,
      LOG_LEVEL: 'error',
      TRUSTED_PROXIES: '127.0.0.1',
      ACCESS_TOKEN_MINUTES: '60',
      DEVICES_PER_ACCOUNT: '5000',
      // More than are ever live, and so few that the guesses which a kill leaves counted bound no device.
      LIVE_CODES: '20000',
      LIVE_CODES_PER_CLIENT: '20000',
      CODE_GUESS_ODDS: '100',
      LIMIT_CODE_ACCOUNT: '100/10m 30s..30s',
      LIMIT_CODE_BROWSER: '100/10m 30s..30s',
      LIMIT_CODE_NETWORK: WIDE,
      LIMIT_PASSWORD_RIGHT: WIDE,
      LIMIT_UNKNOWN_CODE_NETWORK: WIDE,
      LIMIT_UNKNOWN_CODE_ALL: WIDE,
    };
    const servers = ports.map(async (port): Promise<Server> => {
      const environment = { ...shared, PORT: `${port}` };
      const process = await startServer(environment);
      // The issuer of both is one; where each listens is its own.
      return { address: `http://127.0.0.1:${port}`, environment, process, up: true };
    });
    const stores = await testStores({ url: redis.url, prefix, secrets: [SERVER_SECRET] });
    return new Site(redis, stores, await Promise.all(servers), dataDir);
  }

  /** Where one of those that are up listens. */
  async address(random: SeededRandom): Promise<string> {
    await this.#store;
    const up = this.#servers.filter((server) => server.up);
    return random.pick(up.length > 0 ? up : this.#servers).address;
  }

  /** `kill -9` at once, and its return. */
  async killAndRevive(victim: Victim): Promise<void> {
    if (victim === 'redis') {
      this.#store = this.#restartRedis();
      await this.#store;
      return;
    }
    const server = this.#servers[VICTIMS.indexOf(victim)];
    if (!server) throw new TypeError(`no ${victim}`);
    server.up = false;
    await server.process.stop('SIGKILL');
    server.process = await startServer(server.environment);
    server.up = true;
  }

  async #restartRedis(): Promise<void> {
    await this.#redis.kill();
    await this.#redis.restart();
    for (;;) {
      const answers = await Promise.all(
        this.#servers.map(
          async ({ address, up }) => !up || (await fetch(`${address}/readyz`).catch(() => undefined))?.ok,
        ),
      );
      const own = await this.stores.connection.whenReady().then(
        () => true,
        () => false,
      );
      if (own && !answers.includes(false) && !answers.includes(undefined)) return;
      await sleep(25);
    }
  }

  async close(): Promise<void> {
    for (const { process } of this.#servers) await process.stop('SIGKILL');
    this.stores.connection.redis.disconnect();
    await this.#redis.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
