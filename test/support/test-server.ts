import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { request } from './http.ts';
import { nodeEnvironment } from './node-environment.ts';
import { giveSigningKeys } from './signing-keys.ts';
import { endsWithUs } from './started-processes.ts';
import { randomId, TEST_SECRET, testRedisUrl, testStores } from './test-stores.ts';

export interface TestServer {
  issuer: string;
  /** Where it listens. */
  address: string;
  pid: number;
  dataDir: string;
  /** Resolves with its exit code when it has ended, and nothing that it started holds its output any more. */
  closed: Promise<number | null>;
  /** Everything it has written so far. */
  output(): string;
  /** Resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The master secret of servers that were given none; a list of secrets is separated by white space. */
export const SERVER_SECRET = TEST_SECRET.replaceAll(/[\s,]/g, '-');

const ROOT = join(import.meta.dirname, '../..');

/**
 * The real server in a process of its own, as `npm start` runs it. Without `REDIS_URL` in the environment it
 * uses the Redis of the test run; give it as empty text for a private one.
 */
export async function startServer(
  environment: Record<string, string> = {},
  command: readonly string[] = [process.execPath, 'src/main.ts'],
): Promise<TestServer> {
  const server = await launchServer(environment, command);
  await untilReady(server);
  return server;
}

/** The same, without waiting until it is ready. */
export async function launchServer(
  environment: Record<string, string> = {},
  [program = '', ...args]: readonly string[] = [process.execPath, 'src/main.ts'],
): Promise<TestServer> {
  const port = environment['PORT'] ?? String(await freePort());
  const dataDir = environment['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'latchkey-data-')));
  const prefix = environment['REDIS_PREFIX'] ?? `t${randomId()}:`;
  const { REDIS_URL, LATCHKEY_SECRET } = environment;
  if (REDIS_URL === undefined && LATCHKEY_SECRET === undefined) await giveKeysTo(prefix);
  const child = spawn(program, args, {
    cwd: ROOT,
    env: {
      ...nodeEnvironment(),
      REDIS_URL: environment['REDIS_URL'] ?? testRedisUrl(),
      LATCHKEY_SECRET: SERVER_SECRET,
      ISSUER: `http://127.0.0.1:${port}`,
      LIVE_CODES_PER_NETWORK: environment['LIVE_CODES'] ?? '1000000',
      CODES_PER_MINUTE: '1000000',
      // A busy machine is no store that is down; who has a store of their own to stop has the server's own time for it.
      ...(REDIS_URL === undefined && { REDIS_TIMEOUT_MS: '10000' }),
      ALLOW_UNSAFE_REDIS: 'config-unreadable',
      ...environment,
      REDIS_PREFIX: prefix,
      PORT: port,
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endsWithUs(child, `server on port ${port}`);
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const issuer = environment['ISSUER'] ?? `http://127.0.0.1:${port}`;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    const code = await ended;
    if (environment['DATA_DIR'] === undefined) await rm(dataDir, { recursive: true, force: true });
    return code;
  };
  const address = `http://127.0.0.1:${port}`;
  return { issuer, address, pid: child.pid ?? 0, dataDir, closed, output: () => output, stop };
}

async function giveKeysTo(prefix: string): Promise<void> {
  const stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
  await giveSigningKeys(stores);
  await stores.connection.close();
}

/** However long that takes: a server that hangs is ended by the time-out of the test, with what it has said. */
export async function untilReady({ address, closed, output }: TestServer): Promise<void> {
  let over = false;
  void closed.then(() => {
    over = true;
  });
  for (;;) {
    if (over) throw new Error(`the server ended: ${output()}`);
    const response = await request(`${address}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(50);
  }
}
