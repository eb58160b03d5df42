/**
 * How long the slowest of pending polls wait while a server is asked at four fifths of the highest rate that it reached, beside
 * plain `oidc-provider` on Redis and a server that does nothing but answer: rounds of each take turns. See docs/benchmark.md.
 *
 *   npm run bench:tail -- [--rounds 5] [--polls 20000] [--servers latchkey,plain,floor] [--warm-up 3000] [--docs] [--json FILE]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { percentile, SeededRandom } from '../checks/check.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';
import { testSigningKeys } from '../test/support/signing-keys.ts';
import { type Kind, LABELS } from './kinds.ts';
import { run } from './load.ts';
import { pinEverythingElse, thisMachine } from './machine.ts';
import { keepFigures, TAIL } from './measured.ts';
import { arrivals, runOpen } from './open-loop.ts';
import { docs, jsonFile, polls, rounds, servers, warmUp } from './options.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Side, startSide } from './side.ts';
import { type Tail, tailTable, type Waits } from './tail-figures.ts';

const SHARE = 0.8;
/** In flight while the highest rate is looked for: more at once leave as one call, and wait longer. */
const AT_ONCE = [16, 64];
/** So many polls may wait at planned times before others wait for a connection (which is counted as well). */
const CONNECTIONS = 256;
const RATE_POLLS = Math.ceil(polls / 4);
const SEED = 1;

const poll = SCENARIOS.find(({ name }) => name === 'pending poll');
if (!poll) throw new Error('there is no such scenario');
const redis = await startStandaloneRedis();
const observer = new Redis(redis.url);
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const random = new SeededRandom(SEED);
const sides: Side[] = [];
try {
  const core = pinEverythingElse(redis);
  const common = { directUrl: redis.applicationUrl, keys: await testSigningKeys(), dataDir, core };
  for (const kind of servers.filter((one) => one !== 'memory')) {
    const reached = { redisUrl: redis.applicationUrl, prefix: `${kind}:`, connections: CONNECTIONS };
    sides.push(await startSide({ ...common, ...reached, kind }));
  }
  for (const side of sides) await ask(side, warmUp, CONNECTIONS);
  const waits = await takeTurns();
  const tail: Tail = { rounds, polls, ...(await thisMachine(observer)), waits };
  if (jsonFile) await writeFile(jsonFile, JSON.stringify(tail, null, 2));
  if (docs) keepFigures(TAIL, tail);
  say(`\n${tailTable(tail)}`);
} finally {
  for (const side of sides) await side.stop();
  observer.disconnect();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function takeTurns(): Promise<Tail['waits']> {
  const waits = new Map<Kind, Waits[]>(sides.map(({ kind }) => [kind, []]));
  for (let round = 1; round <= rounds; round += 1) {
    const said: string[] = [];
    for (const side of sides) {
      const one = await waitsOf(side);
      waits.get(side.kind)?.push(one);
      said.push(`${LABELS[side.kind]} ${one.asked.toFixed(0)}/s p99 ${one.p99.toFixed(1)} ms`);
    }
    say(`round ${round} of ${rounds}: ${said.join(', ')}`);
  }
  return Object.fromEntries(waits);
}

/** The highest rate is looked for in each round: what else the machine does meets both. */
async function waitsOf(side: Side): Promise<Waits> {
  let highest = 0;
  for (const atOnce of AT_ONCE) highest = Math.max(highest, await ask(side, RATE_POLLS, atOnce));
  const asked = highest * SHARE;
  const step = await stepFor(side, polls);
  const plan = arrivals(polls, asked, random);
  const times: number[] = [];
  const milliseconds = await runOpen(step, plan, times);
  return {
    ...{ highest, asked, answered: (polls / milliseconds) * 1000 },
    ...{ p50: percentile(times, 0.5), p99: percentile(times, 0.99), p999: percentile(times, 0.999) },
    longest: percentile(times, 1),
  };
}

/** @returns polls in a second, each of so many asking anew once it has its answer */
async function ask(side: Side, count: number, atOnce: number): Promise<number> {
  return (count / (await run(await stepFor(side, count), count, atOnce))) * 1000;
}

async function stepFor(side: Side, count: number): ReturnType<NonNullable<typeof poll>['prepare']> {
  if (!poll) throw new Error('there is no such scenario');
  return poll.prepare(side, count);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
