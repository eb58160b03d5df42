/**
 * Latchkey beside plain `oidc-provider` on Redis and in memory, and beside a server that does nothing but answer, on one Redis,
 * in one run: rounds of each take turns, so that whatever else the machine does meets all. See docs/benchmark.md.
 *
 *   npm run bench -- [--rounds 5] [--requests 2000] [--only <part of a name>] [--servers latchkey,plain,memory,floor]
 *                    [--at-once 16] [--warm-up 3000] [--docs] [--json FILE] [--svg FILE] [--profiles FOLDER]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { percentile } from '../checks/check.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';
import { testSigningKeys } from '../test/support/signing-keys.ts';
import { fileWritten } from './append-only-file.ts';
import { cpuOfRedis, spentOn } from './cpu.ts';
import { type Kind, LABELS } from './kinds.ts';
import { run } from './load.ts';
import { pinEverythingElse, thisMachine, wordsOf } from './machine.ts';
import { FIGURES, keepFigures, type Measured, pictureOf } from './measured.ts';
import {
  atOnce,
  docs,
  jsonFile,
  only,
  profiles,
  requests,
  rounds,
  servers,
  svgFile,
  warmUp,
} from './options.ts';
import { type Cost, type Result, report } from './report.ts';
import { CountingProxy, type Counts } from './round-trips.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { inTurn, type Side, type SideSettings, startSide } from './side.ts';

const COUNTED = 20;
const NONE: Counts = { commands: 0, trips: 0 };

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
  const counts = new Map<Kind, Counts[]>();
  for (const kind of servers) counts.set(kind, await count(kind, common));
  const costs = await measure(common);
  const results = scenarios.map(
    ({ name }, index): Result => ({ name, costs: costs[index] ?? {}, counts: countsAt(counts, index) }),
  );
  await tell(results);
} finally {
  observer.disconnect();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
}

type Common = Omit<SideSettings, 'kind' | 'redisUrl' | 'prefix'>;

function countsAt(counts: ReadonlyMap<Kind, Counts[]>, index: number): Result['counts'] {
  return Object.fromEntries([...counts].map(([kind, all]) => [kind, all[index] ?? NONE]));
}

async function tell(results: readonly Result[]): Promise<void> {
  const all: Measured = { rounds, requests, atOnce, ...(await thisMachine(observer)), results };
  if (jsonFile) await writeFile(jsonFile, JSON.stringify(all, null, 2));
  if (svgFile) await writeFile(svgFile, pictureOf(all));
  if (docs) keepFigures(FIGURES, all);
  say(
    `\n${wordsOf(all)};\n${rounds} rounds of ${requests} requests each, ${atOnce} at once\n\n${report(results)}`,
  );
}

/** Per request, one at a time, on a server of its own behind the proxy. */
async function count(kind: Kind, common: Common): Promise<Counts[]> {
  const proxy = await CountingProxy.start(redis.port);
  const redisUrl = common.directUrl.replace(`:${redis.port}`, `:${proxy.port}`);
  const side = await startSide({ ...common, kind, redisUrl, prefix: `count-${kind}:` });
  const counts: Counts[] = [];
  try {
    for (const scenario of scenarios) {
      if (!scenario.kinds.includes(kind)) {
        counts.push(NONE);
        continue;
      }
      say(`${LABELS[kind]}, ${scenario.name}: round trips are counted`);
      counts.push(await countOne(scenario, side, proxy));
    }
  } finally {
    await side.stop();
    proxy.close();
  }
  return counts;
}

async function countOne(scenario: Scenario, side: Side, proxy: CountingProxy): Promise<Counts> {
  // What the first requests of a process do once is left out.
  await run(side.target, await scenario.prepare(side, atOnce), atOnce, 1);
  const load = await scenario.prepare(side, COUNTED);
  proxy.reset();
  await run(side.target, load, COUNTED, 1);
  const { commands, trips } = proxy.counts;
  return { commands: commands / COUNTED, trips: trips / COUNTED };
}

/** For each scenario, what each round of each server cost. */
async function measure(common: Common): Promise<Result['costs'][]> {
  const sides: Side[] = [];
  try {
    for (const kind of servers) {
      const settings = { ...common, kind, redisUrl: common.directUrl, prefix: `${kind}:` };
      sides.push(await startSide(settings));
    }
    const measured: Result['costs'][] = [];
    for (const scenario of scenarios) {
      const asked = sides.filter(({ kind }) => scenario.kinds.includes(kind));
      measured.push(await takeTurns(scenario, asked));
    }
    return measured;
  } finally {
    for (const side of sides) await side.stop();
  }
}

async function takeTurns(scenario: Scenario, sides: readonly Side[]): Promise<Result['costs']> {
  const { name, oneOf = 1 } = scenario;
  const [ahead, each] = [Math.ceil(warmUp / oneOf), Math.ceil(requests / oneOf)];
  for (const side of inTurn(sides))
    await run(side.target, await scenario.prepare(side, ahead), ahead, atOnce);
  const costs = new Map<Kind, Cost[]>(sides.map(({ kind }) => [kind, []]));
  for (let round = 1; round <= rounds; round += 1) {
    const said: string[] = [];
    for (const side of inTurn(sides)) {
      const cost = await costOf(scenario, side, each);
      costs.get(side.kind)?.push(cost);
      said.push(`${LABELS[side.kind]} ${cost.rate.toFixed(0)}/s ${cost.server.toFixed(0)} µs`);
    }
    say(`${name}, round ${round} of ${rounds}: ${said.join(', ')}`);
  }
  if (profiles) for (const side of inTurn(sides)) await profile(scenario, side, each);
  return Object.fromEntries(costs);
}

/** One more round, of which no figure is taken. */
async function profile(scenario: Scenario, side: Side, each: number): Promise<void> {
  const load = await scenario.prepare(side, each);
  await side.profile();
  await run(side.target, load, each, atOnce);
  await mkdir(profiles, { recursive: true });
  await side.profiled(join(profiles, `${side.kind}-${scenario.name.replace(/\W+/g, '-')}.cpuprofile`));
}

async function costOf(scenario: Scenario, side: Side, each: number): Promise<Cost> {
  const load = await scenario.prepare(side, each);
  await fileWritten(observer);
  const times: number[] = [];
  const used = { server: side.usage, redis: () => cpuOfRedis(observer) };
  const ask = () => run(side.target, load, each, atOnce, times);
  const { milliseconds, memory, spent } = await spentOn(each, used, ask);
  return {
    rate: (each / milliseconds) * 1000,
    server: spent.server,
    redis: spent.redis,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    memory,
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
