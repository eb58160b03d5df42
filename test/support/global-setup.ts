/**
 * One Redis and one Redis Cluster for the whole run. Suites find them in the environment and keep out of each
 * other's way by a key prefix of their own; one that stops, fills or breaks a server starts its own.
 *
 *   TEST_REDIS_URL          redis://…, as the default user
 *   TEST_REDIS_CLUSTER      redis://… of each master, separated by commas
 *   TEST_REDIS_CLUSTER_URL  the same as one redis+cluster:// address
 *
 * What is set already is not started: so a developer can leave servers running between runs. Where test files are
 * named, only what they need is started.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSystemPackage, REDIS_SERVER } from '../../src/dev/system-packages.ts';
import { OperatorError } from '../../src/errors/operator-error.ts';
import { installClients } from '../clients/installed.ts';
import { neededServers } from './needed-servers.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { startStandaloneRedis, type TestRedisProcess } from './redis-standalone.ts';

/** As much of jest's configuration as matters here. */
interface Run {
  readonly rootDir: string;
  readonly watch: boolean;
  readonly watchAll: boolean;
  readonly onlyChanged: boolean;
  readonly findRelatedTests: boolean;
  readonly testPathPatterns: {
    readonly patterns: readonly string[];
    toExecutor(options: { cwd: string }): { isMatch(path: string): boolean };
  };
}

interface RunServers {
  /** Ends what was started; while files are watched it stays for the next run, until jest itself ends. */
  stop(): Promise<void>;
}

declare global {
  var testRunServers: RunServers | undefined;
}

const started: TestRedisProcess[] = [];

export default async function startRunServers(run: Run): Promise<void> {
  // Servers and tools that tests start read their modules as compiled before: half the time that a start takes.
  process.env['NODE_COMPILE_CACHE'] ??= join(run.rootDir, 'node_modules/.cache/compiled');
  const files = filesOf(run);
  // Here, before there are workers: two that install at once would take it from each other.
  if (files.some((file) => /\/test\/(clients|examples)\//.test(file))) installClients();
  const needed = neededServers(files);
  const { TEST_REDIS_URL, TEST_REDIS_CLUSTER } = process.env;
  const missing = {
    standalone: needed.standalone && !TEST_REDIS_URL,
    cluster: needed.cluster && !TEST_REDIS_CLUSTER,
  };
  if (!missing.standalone && !missing.cluster) return;
  ensureRedis();
  await Promise.all([missing.standalone && startStandalone(), missing.cluster && startCluster()]);
  const watching = run.watch || run.watchAll;
  if (watching) process.once('exit', endAtOnce);
  globalThis.testRunServers = {
    stop: async () => {
      if (!watching) await Promise.all(started.map((server) => server.stop()));
    },
  };
}

/** The test files of this run, as far as that is known before it. */
function filesOf({ rootDir, onlyChanged, findRelatedTests, testPathPatterns }: Run): string[] {
  const files = readdirSync(join(rootDir, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(rootDir, 'test', file));
  if (onlyChanged || findRelatedTests || testPathPatterns.patterns.length === 0) return files;
  const named = testPathPatterns.toExecutor({ cwd: rootDir });
  return files.filter((file) => named.isMatch(file));
}

/** Without it no test can run: one line says so, where jest would add a stack trace of its own. */
function ensureRedis(): void {
  try {
    ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function startStandalone(): Promise<void> {
  const server = await startStandaloneRedis();
  started.push(server);
  process.env['TEST_REDIS_URL'] = server.url;
}

async function startCluster(): Promise<void> {
  const cluster = await startRedisCluster();
  started.push(...cluster.nodes);
  process.env['TEST_REDIS_CLUSTER'] = cluster.nodes
    .map(({ host, port }) => `redis://${host}:${port}`)
    .join(',');
  process.env['TEST_REDIS_CLUSTER_URL'] = cluster.url;
}

/** Nothing can be waited for any more. */
function endAtOnce(): void {
  for (const { pid, dataDir } of started) {
    process.kill(pid, 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}
