/** The one composition root: everything is made here, once, from Config and Secrets. */
import { join } from 'node:path';
import { ReaderChoice } from '../account-changes/reader-choice.ts';
import { Metrics } from '../audit/metrics.ts';
import type { Config } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import { TwoStepDemand } from '../mfa/two-step-demand.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { connectRedis, type RedisConnection } from '../redis/connection.ts';
import { Keyring } from '../redis/keyring.ts';
import type { IntervalTask } from '../runtime/interval-task.ts';
import { createLog } from '../runtime/log.ts';
import { stopInTime } from '../runtime/stop-in-time.ts';
import { createApp } from '../web/app.ts';
import { answersInFront } from '../web/middleware/answers-in-front.ts';
import { Connections } from '../web/middleware/connections.ts';
import { type DrainTimes, HttpServer } from '../web/middleware/http-server.ts';
import { rememberReader } from '../web/middleware/remember-reader.ts';
import { requestLine } from '../web/middleware/request-line.ts';
import { safeRequest } from '../web/middleware/safe-request.ts';
import { twoStepGate } from '../web/middleware/two-step-gate.ts';
import { createViews } from '../web/views.ts';
import { startBackground } from './background.ts';
import { figuresOf } from './figures.ts';
import { tryMailServer } from './mail-check.ts';
import { partsOf, storesOf } from './make-parts.ts';
import { endpoints, routers } from './pages.ts';
import type { Overrides, Parts } from './parts.ts';
import { protocolOf } from './protocol.ts';
import { knownAccountOf, requestSafetyOf } from './request-safety.ts';
import { watchSigningKeys } from './signing-keys.ts';
import { readStartFiles } from './start-files.ts';
import { logStart } from './start-line.ts';
import { openStore } from './store.ts';
import { watchClients } from './stored-clients.ts';

interface Secrets {
  /** The first writes, all read. */
  readonly master: Secret<readonly string[]>;
}

type StoredConfig = Config & { readonly redisUrl: string };

interface LatchkeyServer {
  /** @returns the port */
  start(): Promise<number>;
  /** Reads the clients file and the upstream file anew; a faulty one changes nothing and is told of in the log. */
  reloadClients(): Promise<void>;
  /** Another process has come in the place of this one: see `HttpServer.retire`. `close` lets go of the rest. */
  retire(): Promise<void>;
  /**
   * Readiness goes first, requests in flight finish, then the rest is let go: done 5 s after the times given at the latest,
   * whatever hangs or is gone.
   */
  close(times?: DrainTimes): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const VIEWS = join(ROOT, 'views');
const DRAIN: DrainTimes = { notice: 0, timeout: 10_000 };
/** Milliseconds for everything but requests: alerts and mails that are being sent, the store. */
const RELEASE = 5000;
/** How long a lost connection to the store may take to come back before a request is given up. */
const TIMEOUT = 1000;

/**
 * @param config with `redisUrl` set
 * @param stopping ends the wait for the store
 * @throws ClientsError, ResourcesError, UnsafeStoreError, StoreAbsent, SealedWithAnotherSecret, StoreUnavailable, or the reason of the signal
 */
export async function createServer(
  config: StoredConfig,
  secrets: Secrets,
  overrides: Overrides = {},
  stopping?: AbortSignal,
): Promise<LatchkeyServer> {
  const log = overrides.log ?? createLog(config.logLevel);
  const files = await readStartFiles(config, log);
  let opened = false;
  const connection = connectRedis({
    url: config.redisUrl,
    access: config.redisAccess,
    commandTimeout: config.redisTimeout,
    replicas: config.redisReplicas,
    timeout: TIMEOUT,
    onError: ({ name, message }) => opened && log.error({ name, message }, 'store connection'),
  });
  try {
    const keyring = new Keyring(secrets.master.reveal());
    const metrics = new Metrics();
    const stores = storesOf(config, connection, keyring, metrics);
    const keys = await openStore({ connection, stores }, config, log, stopping);
    opened = true;
    const parts = partsOf({ config, log, overrides, files, connection, keyring, metrics, stores, keys });
    overrides.seeParts?.(parts, connection);
    return await started({ ...parts, config }, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** What serves, and what works beside it. */
async function started(
  parts: Parts & { readonly config: StoredConfig },
  connection: RedisConnection,
): Promise<LatchkeyServer> {
  const { config, log, build, delivery, hourly, jobs } = parts;
  const { http, keyWatch, protocol } = await compose(parts);
  const background = await startBackground({ ...parts, ...protocol });
  const watch = watchClients({ ...parts, protocol });
  hourly.start();
  const works = [
    ...background,
    { name: 'jobs', stop: () => jobs.stop() },
    { name: 'hourly figures', stop: () => hourly.stop() },
    { name: 'clients', stop: () => watch.stop() },
    { name: 'signing keys', stop: () => keyWatch.stop() },
    { name: 'store', stop: () => connection.close() },
  ];
  return {
    start: async () => {
      const port = await http.listen(config.port, config.host);
      tryMailServer(delivery, log);
      void logStart({ log, build, clientsSha: parts.clientsFile.sha }, config, connection);
      return port;
    },
    reloadClients: async () => {
      await Promise.all([watch.reload(), parts.upstreams.reload()]);
    },
    retire: () => {
      answerHeld(parts);
      return http.retire();
    },
    close: async (times = DRAIN) => {
      answerHeld(parts);
      await http.drain(times);
      const unfinished = await stopInTime(works, RELEASE);
      if (unfinished.length > 0) log.warn({ unfinished }, 'stopped before everything was finished');
    },
  };
}

/** Requests that wait for something would hold a stop up. */
function answerHeld({ linkWatch, stopping: held }: Parts): void {
  linkWatch.close();
  held.abort();
}

async function compose(
  parts: Parts,
): Promise<{ http: HttpServer; keyWatch: IntervalTask; protocol: Protocol }> {
  const { config, log, keyring, stores, durability, metrics, security } = parts;
  const { freshViews = false } = parts.overrides;
  const protocol = await protocolOf(parts);
  const onAnswer = (route: string, status: number, seconds: number) =>
    metrics.countRequest(route, status, seconds);
  const atTerminal = config.mode === 'development';
  const demand = new TwoStepDemand(stores.factors, config.requireTwoStep);
  const { moreRouters = [] } = parts.overrides;
  const ourRouters = [...(await routers(parts, protocol)), ...moreRouters];
  parts.overrides.seeRouters?.(ourRouters);
  const app = createApp({
    issuer: config.issuer,
    log,
    views: createViews({ ...parts, viewsDir: VIEWS, cache: !freshViews, documents: config.documents }),
    viewsDir: VIEWS,
    brand: parts.brand,
    freshViews,
    security,
    atTerminal,
    operations: {
      readiness: async () => {
        if (http.draining) return 'draining';
        return durability.state();
      },
      metrics: figuresOf(parts),
      onAnswer,
    },
    browsers: stores.browsers,
    macs: keyring,
    endpoints: endpoints(parts, protocol),
    gates: [rememberReader(new ReaderChoice(stores.accounts)), twoStepGate(demand)],
    routers: ourRouters,
    protocol: protocol.middleware,
  });
  const { worked, aroundFront = (answers) => answers } = parts.overrides;
  const front = { issuer: config.issuer, log, atTerminal, onAnswer, ask: aroundFront(protocol.inFront) };
  const refused = () => metrics.countRequest('(line)', 503, 0);
  const held = new Connections(config.maxConnections);
  const options = { connections: config.maxConnections, held, ...(worked && { worked }) };
  const answers = answersInFront(front, app.callback());
  const inTurn = requestLine(answers, refused, knownAccountOf(parts), options);
  const http = new HttpServer(safeRequest(requestSafetyOf(parts), inTurn), held);
  const { rotation, signingKeys } = parts.keys;
  return { http, protocol, keyWatch: watchSigningKeys({ ...parts, rotation, protocol }, signingKeys) };
}
