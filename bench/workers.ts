/**
 * What more workers bring: the same refreshes (RS256) with WORKERS=1 and with more, in turn, on one Redis. Each server may
 * use as many cores as it has workers; Redis and the load generator use all, beside it. Each worker hears as many requests;
 * as many are under way at both servers.
 *
 *   npm run bench:workers -- [--workers 2] [--rounds 5] [--requests 2000] [--at-once 32] [--key-bits 3072]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { readConfig } from '../src/config/config.ts';
import { keyRotationOf } from '../src/server/signing-keys.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';
import { testSigningKeys } from '../test/support/signing-keys.ts';
import { endsWithUs } from '../test/support/started-processes.ts';
import { testStores } from '../test/support/test-stores.ts';
import { latchkeyOwners } from './approval.ts';
import { spentOn, type Usage } from './cpu.ts';
import { run, Target } from './load.ts';
import { atOnce, keyBits, requests, rounds, workers } from './options.ts';
import { median } from './report.ts';
import { REFRESH } from './scenarios.ts';
import { FLAGS, freePort, NO_CAPS, SECRET, type Side, stopSide } from './side.ts';

/** Of each worker. */
const WARM_UP = 5000;
/** Microseconds of a tick in which the kernel tells processor time. */
const TICK = 10_000;
const PAGE = 4096;
const CORES = availableParallelism();

const redis = await startStandaloneRedis();
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const sides: Side[] = [];
try {
  for (const count of [1, workers]) {
    const side = await start(count);
    sides.push(side);
    say(`${called(count)}: ${WARM_UP} refreshes of each to warm up`);
    await run(side.target, await REFRESH.prepare(side, 0), WARM_UP * count, atOnce);
  }
  const took: [one: Took, more: Took][] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}, load of the machine ${loadavg()[0]?.toFixed(1)}`);
    took.push([await measure(1, sides[0]), await measure(workers, sides[1])]);
  }
  const ratios = took.map(([one, more]) => more.rate / one.rate);
  const carried = took.map(([one, more]) => carriedBy(workers, more) / carriedBy(1, one));
  const range = `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`;
  say(`\n${workers} workers on ${workers} cores: ${median(ratios).toFixed(2)} × 1 on one (${range});`);
  say(
    `${median(carried).toFixed(2)} by the processor time of each refresh, were no core ever idle or another's`,
  );
} finally {
  for (const side of sides) await side.stop();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** Refreshes in a second, and microseconds of processor time of each. */
interface Took {
  rate: number;
  server: number;
  redis: number;
  load: number;
}

async function measure(count: number, side?: Side): Promise<Took> {
  if (!side) throw new Error('there are two');
  const asked = requests * count;
  const load = await REFRESH.prepare(side, asked);
  const used = { server: side.usage, redis: async () => usageOf(`${redis.pid}`).cpu };
  const ask = () => run(side.target, load, asked, atOnce);
  const { milliseconds, memory, spent } = await spentOn(asked, used, ask);
  const took = { rate: (asked / milliseconds) * 1000, ...spent };
  const each = [took.server, took.redis, took.load].map((microseconds) => microseconds.toFixed(0));
  const all = (took.rate * (took.server + took.redis + took.load)) / (CORES * 1e6);
  say(
    `  ${called(count)}: ${took.rate.toFixed(0)}/s; server ${each[0]} µs of each, Redis ${each[1]}, load ${each[2]};`,
  );
  say(`  ${(all * 100).toFixed(0)} % of all cores, ${(memory / 1e6).toFixed(0)} MB`);
  return took;
}

function called(count: number): string {
  return `${count} ${count === 1 ? 'worker' : 'workers'}`;
}

/** Refreshes in a second that so many workers have the processor time for, Redis and the load generator beside them. */
function carriedBy(count: number, { server, redis: store, load }: Took): number {
  return Math.min((count * 1e6) / server, (CORES * 1e6) / (server + store + load));
}

async function start(count: number): Promise<Side> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const prefix = `workers-${count}:`;
  await giveKeys(prefix);
  const ours = `${Math.max(0, CORES - count)}-${CORES - 1}`;
  const child = spawn('taskset', ['-c', ours, process.execPath, ...FLAGS, 'src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...{ PATH: process.env['PATH'], PORT: `${port}`, HOST: '127.0.0.1', ISSUER: issuer },
      ...{ REDIS_URL: redis.applicationUrl, REDIS_PREFIX: prefix, LATCHKEY_SECRET: SECRET },
      ...{ WORKERS: `${count}`, DATA_DIR: dataDir, ACCESS_TOKEN_MINUTES: '60', LOG_LEVEL: 'silent' },
      ...{ ...NO_CAPS, CODES_PER_MINUTE: '10000000' },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endsWithUs(child, `server with ${count} workers`);
  await untilServing(child, issuer, count);
  const settings = { directUrl: redis.applicationUrl, prefix, keys: await testSigningKeys(), dataDir };
  const owners = await latchkeyOwners(
    { ...settings, kind: 'latchkey', redisUrl: redis.applicationUrl, core: undefined },
    issuer,
  );
  const target = new Target(port, atOnce);
  return {
    ...{ kind: 'latchkey', target, devices: new Map(), codes: [] },
    ...{ approve: owners.approve, settle: owners.settle },
    ...{ usage: async () => usageOf(`${child.pid}`), profile: unknown, profiled: unknown, hold: unknown },
    stop: () => stopSide(child, target, owners),
  };
}

/** The installation has these keys when its server starts. */
async function giveKeys(prefix: string): Promise<void> {
  const stores = await testStores({ url: redis.applicationUrl, prefix, secrets: [SECRET] });
  await keyRotationOf(stores, readConfig({}).config, async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: keyBits });
    const jwk = await exportJWK(privateKey);
    return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  }).open();
  stores.connection.close();
}

async function untilServing(child: ChildProcess, issuer: string, count: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('the server has ended');
    const answer = await fetch(`${issuer}/metrics`).catch(() => undefined);
    if ((await answer?.text())?.includes(`latchkey_workers ${count}\n`)) return;
    await sleep(100);
  }
}

/** Of a process and those that it has started, see proc(5). */
function usageOf(pid: string): Usage {
  const sum = { cpu: 0, memory: 0 };
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = statOf(name);
    if (name !== pid && fields[1] !== pid) continue;
    sum.cpu += (Number(fields[11]) + Number(fields[12])) * TICK;
    sum.memory += Number(fields[21]) * PAGE;
  }
  return sum;
}

/** From its state on; nothing where it has ended. */
function statOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

async function unknown(): Promise<void> {
  throw new Error('these servers are neither profiled nor held');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
