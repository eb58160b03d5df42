/** Private Redis servers for the tests of them, in this process and in others. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach } from '@jest/globals';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../../src/dev/private-server.ts';
import { ask } from '../../src/dev/server-process.ts';
import { eventually } from '../support/eventually.ts';
import { endsWithUs } from '../support/started-processes.ts';

export const quiet = { info: () => {}, warn: () => {} };
const MODULE = new URL('../../src/dev/private-server.ts', import.meta.url).href;

/** Seconds: longer than any test here, so that what a killed process left is there for the next. */
const GRACE = 600;

/** Of the test that runs. */
export let dataDir: string;
let started: { stop(): Promise<void> }[];

/** Each test of the file that calls this has a folder of its own; what was started there ends with it. */
export function usePrivateServers(): void {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
    started = [];
  });
  afterEach(async () => {
    for (const server of started) await server.stop();
    // What watches over the server of a killed process may write into it until it has ended.
    const isGone = () =>
      rm(dataDir, { recursive: true, force: true }).then(
        () => true,
        () => false,
      );
    await eventually('the folder to be left', isGone);
  });
}

export async function start(folder = dataDir) {
  const server = await startPrivateRedis({ dataDir: folder, log: quiet, grace: GRACE });
  started.push(server);
  return server;
}

export function socketOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

export async function asking<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path: socketOf(url), retryStrategy: null as never });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

export async function processOf(url: string): Promise<number> {
  const info = await asking(url, (redis) => redis.info('server'));
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

export async function untilGone(url: string): Promise<void> {
  while ((await ask({ path: socketOf(url) })) !== 'absent') await sleep(5);
}

/** Another process that starts the private Redis and stays until it is killed. */
export async function startElsewhere(folder: string, grace = GRACE) {
  const script = `
    import { startPrivateRedis } from ${JSON.stringify(MODULE)};
    const log = { info() {}, warn() {} };
    const { url, adopted, stop } = await startPrivateRedis({ dataDir: process.argv[1], log, grace: ${grace} });
    console.log(JSON.stringify({ url, adopted }));
    process.on('SIGTERM', () => stop().then(() => process.exit(0)));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  endsWithUs(child, 'process with a private Redis');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { ...(JSON.parse(line) as { url: string; adopted: boolean }), pid: child.pid as number, end };
}
