/**
 * Latchkey and plain `oidc-provider` side by side, on one Redis, in one run: rounds of the one and of the other
 * take turns, so that whatever else the machine does meets both. See docs/benchmark.md.
 *
 *   npm run bench -- [--rounds 5] [--requests 2000] [--only <part of a name>] [--at-once 16] [--json FILE]
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { percentile } from '../checks/check.ts';
import { startStandaloneRedis, type TestRedis } from '../test/support/redis-standalone.ts';
import { testSigningKeys } from '../test/support/signing-keys.ts';
import { cpuOfRedis } from './cpu.ts';
import { run } from './load.ts';
import { atOnce, jsonFile, only, requests, rounds } from './options.ts';
import { type Cost, type Pair, type Result, report } from './report.ts';
import { CountingProxy, type Counts } from './round-trips.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Kind, type Side, type SideSettings, startSide } from './side.ts';

const KINDS: readonly Kind[] = ['latchkey', 'plain'];
const WARM_UP = 500;
const COUNTED = 20;

const scenarios = SCENARIOS.filter(({ name }) => name.includes(only));

const redis = await startStandaloneRedis();
const observer = new Redis(redis.url);
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  const common = {
    directUrl: redis.applicationUrl,
    keys: await testSigningKeys(),
    dataDir,
    core: pinEverythingElse(redis),
  };
  const counts = { latchkey: await count('latchkey', common), plain: await count('plain', common) };
  const pairs = await measure(common);
  const results = scenarios.map(
    ({ name }, index): Result => ({
      name,
      pairs: pairs[index] ?? [],
      counts: { latchkey: counts.latchkey[index] as Counts, plain: counts.plain[index] as Counts },
    }),
  );
  if (jsonFile)
    await writeFile(
      jsonFile,
      JSON.stringify({ rounds, requests, atOnce, load: loadavg(), results }, null, 2),
    );
  say(
    `\n${rounds} rounds of ${requests} requests each, ${atOnce} at once, load of the machine ${loadavg()[0]?.toFixed(1)}\n\n${report(results)}`,
  );
} finally {
  observer.disconnect();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
}

type Common = Omit<SideSettings, 'kind' | 'redisUrl' | 'prefix'>;

/** Both servers get the last core, in turn; Redis and the load generator get the others. */
function pinEverythingElse({ pid }: TestRedis): number | undefined {
  const last = availableParallelism() - 1;
  if (last < 1) return undefined;
  const others = last === 1 ? '0' : `0-${last - 1}`;
  const pinned = [pid, process.pid].map((id) => spawnSync('taskset', ['-a', '-c', '-p', others, `${id}`]));
  return pinned.every(({ status }) => status === 0) ? last : undefined;
}

/** Per request, one at a time, on a server of its own behind the proxy. */
async function count(kind: Kind, common: Common): Promise<Counts[]> {
  const proxy = await CountingProxy.start(redis.port);
  const redisUrl = common.directUrl.replace(`:${redis.port}`, `:${proxy.port}`);
  const side = await startSide({ ...common, kind, redisUrl, prefix: `count-${kind}:` });
  const counts: Counts[] = [];
  try {
    for (const scenario of scenarios) {
      // What the first requests of a process do once is left out.
      await run(await scenario.prepare(side, atOnce), atOnce, 1);
      const step = await scenario.prepare(side, COUNTED);
      proxy.reset();
      await run(step, COUNTED, 1);
      const { commands, trips } = proxy.counts;
      counts.push({ commands: commands / COUNTED, trips: trips / COUNTED });
    }
  } finally {
    await side.stop();
    proxy.close();
  }
  return counts;
}

/** For each scenario, a pair for each round. */
async function measure(common: Common): Promise<Pair[][]> {
  const sides: Side[] = [];
  try {
    for (const kind of KINDS) {
      const settings = { ...common, kind, redisUrl: common.directUrl, prefix: `${kind}:` };
      sides.push(await startSide(settings));
    }
    const measured: Pair[][] = [];
    for (const scenario of scenarios) measured.push(await takeTurns(scenario, sides));
    return measured;
  } finally {
    for (const side of sides) await side.stop();
  }
}

async function takeTurns(scenario: Scenario, sides: readonly Side[]): Promise<Pair[]> {
  for (const side of sides) await run(await scenario.prepare(side, WARM_UP), WARM_UP, atOnce);
  const pairs: Pair[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const costs: Cost[] = [];
    for (const side of sides) costs.push(await costOf(scenario, side));
    const [latchkey, plain] = costs as [Cost, Cost];
    pairs.push({ latchkey, plain });
    say(
      `${scenario.name}, round ${round}: Latchkey ${latchkey.rate.toFixed(0)}/s, plain ${plain.rate.toFixed(0)}/s`,
    );
  }
  return pairs;
}

async function costOf(scenario: Scenario, side: Side): Promise<Cost> {
  const step = await scenario.prepare(side, requests);
  const before = { server: (await side.usage()).cpu, redis: await cpuOfRedis(observer) };
  const times: number[] = [];
  const milliseconds = await run(step, requests, atOnce, times);
  const after = await side.usage();
  return {
    rate: (requests / milliseconds) * 1000,
    server: (after.cpu - before.server) / requests,
    redis: ((await cpuOfRedis(observer)) - before.redis) / requests,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    memory: after.memory,
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
