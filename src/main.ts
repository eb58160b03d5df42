/**
 * The process: environment → server → drain when it is asked to stop. The private Redis, where there is one, stops last.
 * With WORKERS it starts itself again as each of them, and serves nothing itself.
 */

import cluster from 'node:cluster';
import { type Config, readConfig } from './config/config.ts';
import { readMasterSecret } from './config/master-secret.ts';
import type { Secret } from './config/secret.ts';
import { unreadableFiles } from './config/unreadable-files.ts';
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
import { hangUpReloads, stopSignal, whenAborted } from './server/stop-signal.ts';
import { WorkerLink } from './server/worker-link.ts';
import { WorkersFailed } from './server/workers-failed.ts';

/** `failed`: an operator has to mend something. `storeAbsent`: starting again later may do. */
const EXIT_CODES = { stopped: 0, failed: 1, storeAbsent: 6 } as const;
/** Milliseconds for requests under way, and for a load balancer to see first that readiness has gone. */
const DRAIN = {
  production: { notice: 3000, timeout: 10_000 },
  development: { notice: 0, timeout: 10_000 },
};
/** Milliseconds until the private Redis has ended. */
const REDIS_END = 10_000;
/** Milliseconds for workers beside those for their requests: what else they let go of has 5 s. */
const WORKERS_END = 6000;
/** What tells a process that it is a worker of this program. */
const WORKER = 'LATCHKEY_WORKER';

/** While it serves. */
let running: { reloadClients(): unknown; restart?(): unknown } | undefined;

const own = process.env[WORKER] === undefined ? undefined : cluster.worker;
const link = own && new WorkerLink(own);

/** For people. What all workers would say, the process that has them says. */
function say(line: string): void {
  if (!link) process.stdout.write(`${line}\n`);
}

async function run(stopping: AbortSignal): Promise<void> {
  const { config, secretSource } = readConfig(process.env, unreadableFiles);
  if (link) {
    const master = await readMasterSecret(secretSource, config.dataDir);
    return serve({ ...config, redisUrl: config.redisUrl ?? '' }, master, stopping);
  }
  for (const { text } of config.warnings) say(`Warning: ${text}`);
  const master = await readMasterSecret(secretSource, config.dataDir);
  const privateRedis = config.redisUrl === undefined ? await ownRedis(config.dataDir) : undefined;
  try {
    if (config.workers > 1) await serveByWorkers(config, privateRedis?.url, stopping);
    else await serve({ ...config, redisUrl: config.redisUrl ?? privateRedis?.url ?? '' }, master, stopping);
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
  const log = createLog(config.logLevel, undefined, link && { worker: link.id, pid: process.pid });
  const fresh = process.argv.includes('--fresh-views');
  const overrides = {
    log,
    worked,
    node: process.version,
    freshViews: fresh,
    ...(link && { siblings: link }),
  };
  // Not loaded by a process that has workers, and needs none of it.
  const { createServer } = await import('./server/server.ts');
  const server = await createServer(config, { master }, overrides, stopping);
  try {
    // No request waits yet.
    releaseMemory();
    const port = await server.start();
    surviveErrors(process, log);
    running = server;
    link?.onReload(() => server.reloadClients());
    if (config.mode === 'development' && !link)
      say(await firstSteps({ ...config, port }, process.stdout.isTTY === true));
  } catch (error) {
    await server.close();
    throw error;
  }
  const retired = link?.retired.then(() => server.retire());
  await Promise.race([whenAborted(stopping), ...(retired ? [retired] : [])]);
  running = undefined;
  say('Finishing what has begun …');
  await server.close(stopping.aborted ? DRAIN[config.mode] : DRAIN.development);
  await link?.tellFigures();
}

/**
 * Resolves when it was asked to stop, and every worker has.
 * @param redisUrl of the private Redis
 * @throws WorkersFailed
 */
async function serveByWorkers(
  config: Config,
  redisUrl: string | undefined,
  stopping: AbortSignal,
): Promise<void> {
  if (!cluster.isPrimary) throw new OperatorError('WORKERS: this process is itself a worker; set WORKERS=1.');
  const log = createLog(config.logLevel);
  surviveErrors(process, log);
  const { workersOf } = await import('./server/primary.ts');
  const workers = workersOf(config, { [WORKER]: 'true', ...(redisUrl && { REDIS_URL: redisUrl }) }, log);
  const stopped = whenAborted(stopping);
  running = { reloadClients: () => workers.reload(), restart: () => workers.restart() };
  try {
    await Promise.race([workers.start(), stopped, workers.failure]);
    if (config.mode === 'development' && !stopping.aborted)
      say(await firstSteps(config, process.stdout.isTTY === true));
    await Promise.race([stopped, workers.failure]);
  } finally {
    running = undefined;
    say('Finishing what has begun …');
    const { notice, timeout } = DRAIN[config.mode];
    const killed = await workers.stop(notice + timeout + WORKERS_END);
    if (killed > 0) log.warn({ killed }, 'workers that had not ended in time');
  }
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
      if (error instanceof WorkersFailed) return error.exitCode;
      const absent = error instanceof StoreAbsent || error instanceof StoreUnavailable;
      return absent ? EXIT_CODES.storeAbsent : EXIT_CODES.failed;
    }
  }
  say('Stopped.');
  return EXIT_CODES.stopped;
}

/** In a worker nothing: it is for the process that has workers, and may be sent to all. */
function restart(): void {
  if (running?.restart) running.restart();
  else if (running) say('SIGUSR2 restarts workers: there are none, see WORKERS. Nothing was done.');
}

const reloads = hangUpReloads(process);
if (reloads) process.on('SIGHUP', () => void running?.reloadClients());
process.on('SIGUSR2', restart);
const asked = stopSignal(process, { hangUpStops: !reloads });
const stopping = link ? AbortSignal.any([asked, link.stopping]) : asked;
// Said outright: what hangs, such as a connection to a store that is gone, would keep the process alive.
process.exit(await main(stopping));
