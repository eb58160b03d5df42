/** The process: environment → server → drain on SIGTERM or Ctrl-C. The private Redis, where there is one, stops last. */
import { ensureSystemPackage, REDIS_SERVER } from './cli/system-packages.ts';
import { readConfig } from './config.ts';
import { surviveErrors } from './last-resort.ts';
import { createLog } from './log.ts';
import { readMasterSecret } from './master-secret.ts';
import { OperatorError } from './operator-error.ts';
import { type PrivateRedis, startPrivateRedis } from './redis/private-server.ts';
import { createServer, type LatchkeyServer } from './server.ts';
import { StoreUnavailable } from './store-unavailable.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function run(): Promise<void> {
  const { config, secretSource } = readConfig(process.env);
  for (const warning of config.warnings) say(`Warning: ${warning}`);
  const log = createLog(config.logLevel);
  const master = await readMasterSecret(secretSource, config.dataDir);
  const privateRedis = config.redisUrl === undefined ? await ownRedis(config.dataDir) : undefined;
  let server: LatchkeyServer | undefined;
  try {
    server = await createServer(
      { ...config, redisUrl: config.redisUrl ?? privateRedis?.url ?? '' },
      { master },
      { log, freshViews: process.argv.includes('--fresh-views') },
    );
    const port = await server.start();
    surviveErrors(process, log);
    drainOnSignal(server, privateRedis, config.mode === 'production' ? 3000 : 0);
    if (config.mode === 'development') sayHowToTry(config.issuer, port);
  } catch (error) {
    await server?.close();
    await privateRedis?.stop();
    throw error;
  }
}

async function ownRedis(dataDir: string): Promise<PrivateRedis> {
  const binary = ensureSystemPackage({ ...REDIS_SERVER, say });
  return startPrivateRedis({ dataDir, binary, log: { info: say, warn: say } });
}

/** @param notice milliseconds for a load balancer to see that readiness has gone */
function drainOnSignal(server: LatchkeyServer, redis: PrivateRedis | undefined, notice: number): void {
  let draining = false;
  const drain = async () => {
    if (draining) return;
    draining = true;
    say('Finishing what has begun …');
    await server.close({ notice, patience: 10_000 });
    await redis?.stop();
    say('Stopped.');
  };
  const onSignal = () => {
    drain().catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // The terminal was closed.
  process.on('SIGHUP', onSignal);
}

function sayHowToTry(issuer: string, port: number): void {
  say(`
Latchkey serves on ${issuer}${issuer.endsWith(`:${port}`) ? '' : ` (port ${port})`}

To try it:
  1. Open ${issuer}/sign-up and create an account. The mail with your code is at ${issuer}/dev/outbox
  2. In another terminal: npm run device${port === 3000 ? '' : ` -- --issuer ${issuer}`}
  3. Open ${issuer}/device and type the code that the device shows.

Ctrl-C stops it; what you did is kept.
`);
}

/** Faults that the operator can mend say what to do; anything else shows where it came from. */
function explain(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (error instanceof StoreUnavailable) {
    return 'Redis cannot be reached. Check REDIS_URL, and that Redis is running and lets this machine in.';
  }
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Another program uses the port: stop it, or set PORT.`;
  return code === undefined ? (stack ?? String(error)) : message;
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
