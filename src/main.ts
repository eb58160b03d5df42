/** The process: environment → server → drain when it is asked to stop. The private Redis, where there is one, stops last. */

import { type Config, readConfig } from './config/config.ts';
import { readMasterSecret } from './config/master-secret.ts';
import type { Secret } from './config/secret.ts';
import { firstSteps } from './dev/first-steps.ts';
import { type PrivateRedis, startPrivateRedis } from './dev/private-server.ts';
import { ensureSystemPackage, REDIS_SERVER } from './dev/system-packages.ts';
import { surviveErrors } from './errors/error-handler.ts';
import { OperatorError } from './errors/operator-error.ts';
import { StoreUnavailable } from './errors/store-unavailable.ts';
import { StoreAbsent } from './redis/store-wait.ts';
import { createLog } from './runtime/log.ts';
import { releaseMemory } from './runtime/release-memory.ts';
import { stopInTime } from './runtime/stop-in-time.ts';
import { createServer } from './server/server.ts';
import { hangUpReloads, stopSignal, whenAborted } from './server/stop-signal.ts';

/** `failed`: an operator has to mend something. `storeAbsent`: starting again later may do. */
const EXIT_CODES = { stopped: 0, failed: 1, storeAbsent: 6 } as const;
/** Milliseconds for requests under way, and for a load balancer to see first that readiness has gone. */
const DRAIN = {
  production: { notice: 3000, timeout: 10_000 },
  development: { notice: 0, timeout: 10_000 },
};
/** Milliseconds until the private Redis has ended. */
const REDIS_END = 10_000;

/** While it serves. */
let running: Pick<Awaited<ReturnType<typeof createServer>>, 'reloadClients'> | undefined;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function run(stopping: AbortSignal): Promise<void> {
  const { config, secretSource } = readConfig(process.env);
  for (const warning of config.warnings) say(`Warning: ${warning}`);
  const master = await readMasterSecret(secretSource, config.dataDir);
  const privateRedis = config.redisUrl === undefined ? await ownRedis(config.dataDir) : undefined;
  try {
    await serve({ ...config, redisUrl: config.redisUrl ?? privateRedis?.url ?? '' }, master, stopping);
  } finally {
    await endRedis(privateRedis);
  }
}

/** Resolves when it was asked to stop, and has. */
async function serve(
  config: Config & { readonly redisUrl: string },
  master: Secret<readonly string[]>,
  stopping: AbortSignal,
): Promise<void> {
  const log = createLog(config.logLevel);
  const overrides = { log, worked, freshViews: process.argv.includes('--fresh-views') };
  const server = await createServer(config, { master }, overrides, stopping);
  try {
    // No request waits yet.
    releaseMemory();
    const port = await server.start();
    surviveErrors(process, log);
    running = server;
    if (config.mode === 'development')
      say(await firstSteps({ ...config, port }, process.stdout.isTTY === true));
  } catch (error) {
    await server.close();
    throw error;
  }
  await whenAborted(stopping);
  running = undefined;
  say('Finishing what has begun …');
  await server.close(DRAIN[config.mode]);
}

/** Milliseconds of a processor that this thread has used so far. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function ownRedis(dataDir: string): Promise<PrivateRedis> {
  const binary = ensureSystemPackage({ ...REDIS_SERVER, say });
  return startPrivateRedis({ dataDir, binary, log: { info: say, warn: say } });
}

async function endRedis(redis: PrivateRedis | undefined): Promise<void> {
  if (!redis) return;
  const left = await stopInTime([{ name: 'private Redis', stop: () => redis.stop() }], REDIS_END);
  if (left.length > 0)
    throw new OperatorError('The private Redis has not ended; the next start goes on with it.');
}

/** Errors that the operator can mend say what to do; anything else shows where it came from. */
function explain(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (error instanceof StoreUnavailable) {
    return 'Redis cannot be reached. Check REDIS_URL, and that Redis is running and lets this machine in.';
  }
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Another program uses the port: stop it, or set PORT.`;
  return code === undefined ? (stack ?? String(error)) : message;
}

/** @returns the exit code */
async function main(stopping: AbortSignal): Promise<number> {
  try {
    await run(stopping);
  } catch (error) {
    // Asked to stop while it started: it has done so.
    if (!(stopping.aborted && error === stopping.reason)) {
      process.stderr.write(`${explain(error)}\n`);
      const absent = error instanceof StoreAbsent || error instanceof StoreUnavailable;
      return absent ? EXIT_CODES.storeAbsent : EXIT_CODES.failed;
    }
  }
  say('Stopped.');
  return EXIT_CODES.stopped;
}

const reloads = hangUpReloads(process);
if (reloads) process.on('SIGHUP', () => void running?.reloadClients());
// Said outright: what hangs, such as a connection to a store that is gone, would keep the process alive.
process.exit(await main(stopSignal(process, { hangUpStops: !reloads })));
