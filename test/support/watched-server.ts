import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_API_ROUTES } from '../admin/admin-routes.ts';
import { freePort } from './free-port.ts';
import { nodeEnvironment } from './node-environment.ts';
import { OTHER_ROUTES, PROTOCOL_ROUTES, REGISTRATION_ROUTES, type Route, SIGNAL_ROUTES } from './routes.ts';
import { endsWithUs } from './started-processes.ts';
import { randomId, type TestStores, testRedisUrl, testStores } from './test-stores.ts';
import type { Figures, FromServer } from './watched-process.ts';

const CLIENTS = new URL('../fixtures/clients.json', import.meta.url).pathname;
const PROGRAM = new URL('./watched-process.ts', import.meta.url).pathname;

/** A server in a process of its own that tells how it is, seen from outside. */
export class WatchedServer {
  readonly origin: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly stores: TestStores;
  readonly #child: ChildProcess;
  readonly #dataDir: string;

  private constructor(
    port: number,
    routes: Route[],
    stores: TestStores,
    child: ChildProcess,
    dataDir: string,
  ) {
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    const more = [...OTHER_ROUTES, ...REGISTRATION_ROUTES, ...ADMIN_API_ROUTES, ...SIGNAL_ROUTES];
    this.routes = [...routes, ...PROTOCOL_ROUTES, ...more];
    this.stores = stores;
    this.#child = child;
    this.#dataDir = dataDir;
  }

  static async start(environment: Record<string, string> = {}): Promise<WatchedServer> {
    const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'latchkey-watched-'))];
    const prefix = `t${randomId()}:`;
    const child = fork(PROGRAM, {
      execArgv: ['--expose-gc'],
      env: {
        ...nodeEnvironment(),
        PORT: `${port}`,
        HOST: '127.0.0.1',
        ISSUER: `http://127.0.0.1:${port}`,
        REDIS_URL: testRedisUrl(),
        REDIS_PREFIX: prefix,
        // A busy machine is no store that is down.
        REDIS_TIMEOUT_MS: '10000',
        CLIENTS_FILE: CLIENTS,
        DATA_DIR: dataDir,
        TRUSTED_PROXIES: '127.0.0.1',
        ADMIN: 'api',
        SHARED_SIGNALS: 'on',
        ADMIN_NETWORKS: '0.0.0.0/0,::/0',
        REGISTRATION: 'open',
        REGISTERED_CLIENTS: '100000',
        REGISTERED_CLIENTS_PER_NETWORK: '100000',
        LIMIT_REGISTRATION_NETWORK: '1000000/10m 1s..10s',
        LIVE_CODES_PER_NETWORK: environment['LIVE_CODES'] ?? '1000000',
        CODES_PER_MINUTE: '1000000',
        ...environment,
      },
    });
    endsWithUs(child, `watched server on port ${port}`);
    const message = await new Promise<FromServer>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const routes = 'routes' in message ? message.routes : [];
    return new WatchedServer(port, routes, await testStores({ prefix }), child, dataDir);
  }

  /** Since they were last asked for. */
  async figures(): Promise<Figures> {
    const answer = once(this.#child, 'message') as Promise<[FromServer]>;
    this.#child.send('figures');
    const [message] = await answer;
    if (!('figures' in message)) throw new Error('not what was asked for');
    return message.figures;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    if (this.alive) {
      this.#child.send('stop');
      await ended;
    }
    await this.stores.connection.close();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
