/**
 * How long the slowest of pending polls wait while a server is asked at four fifths of the highest rate that it holds, beside
 * plain `oidc-provider` on Redis and a server that does nothing but answer: rounds of each take turns. See docs/benchmark.md.
 *
 *   npm run bench:tail -- [--rounds 5] [--seconds 8] [--servers latchkey,plain,floor] [--warm-up 3000] [--docs] [--json FILE]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { percentile, SeededRandom } from '../checks/check.ts';
import { startStandaloneRedis } from '../test/support/redis-standalone.ts';
import { testSigningKeys } from '../test/support/signing-keys.ts';
import { fileWritten } from './append-only-file.ts';
import { cpuOfRedis, spentOn } from './cpu.ts';
import { haveCodes, REST } from './devices.ts';
import { heldInTwoTries, highestHeld } from './held-rate.ts';
import { type Kind, LABELS } from './kinds.ts';
import { type Load, run } from './load.ts';
import { pinEverythingElse, thisMachine } from './machine.ts';
import { keepFigures, TAIL } from './measured.ts';
import { arrivals, runOpen } from './open-loop.ts';
import { docs, jsonFile, rounds, seconds, servers, warmUp } from './options.ts';
import { PENDING_POLL } from './scenarios.ts';
import { inTurn, type Side, startSide } from './side.ts';
import { type Tail, tailTable, type Waits } from './tail-figures.ts';

const SHARE = 0.8;
/** A rate is held where that share of it is answered in the time in which it is asked, and the last are then waited for. */
const HELD = 0.99;
/** For so long each rate is tried. */
const STEP_SECONDS = 2;
/** For so long a server is asked at four fifths before it counts: V8 compiles what it has not met at that pace. */
const LEAD_SECONDS = 3;
/** So many polls may wait at planned times before others wait for a connection (which is counted as well). */
const CONNECTIONS = 256;
/** So many times the codes that rest at the rate that was held before. */
const SPARE = 1.5;
/** A round begins anew where the rate that was held before it is not held after it; so often at most. */
const MAX_AGAIN = 5;
const SEED = 1;

const redis = await startStandaloneRedis();
const observer = new Redis(redis.url);
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const random = new SeededRandom(SEED);
const sides: Side[] = [];
const guesses = new Map<Kind, number>();
try {
  const core = pinEverythingElse(redis);
  const common = { directUrl: redis.applicationUrl, keys: await testSigningKeys(), dataDir, core };
  for (const kind of servers.filter((one) => one !== 'memory')) {
    const reached = { redisUrl: redis.applicationUrl, prefix: `${kind}:`, connections: CONNECTIONS };
    sides.push(await startSide({ ...common, ...reached, kind }));
  }
  for (const side of inTurn(sides)) guesses.set(side.kind, await warm(side));
  const waits = await takeTurns();
  const tail: Tail = { rounds, seconds, ...(await thisMachine(observer)), waits };
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
    for (const side of inTurn(sides)) {
      const one = await waitsOf(side);
      waits.get(side.kind)?.push(one);
      said.push(
        `${LABELS[side.kind]} ${one.asked.toFixed(0)}/s p99 ${one.p99.toFixed(1)} ms (begun anew: ${one.again})`,
      );
    }
    say(`round ${round} of ${rounds}: ${said.join(', ')}`);
  }
  return Object.fromEntries(waits);
}

/**
 * The highest rate is looked for in each round: what else the machine does meets both. The codes are there before: servers
 * that make them collect garbage of it, which no device that polls brings about.
 */
async function waitsOf(side: Side): Promise<Waits> {
  let busy = 0;
  let highest = guesses.get(side.kind) ?? 1000;
  await haveCodes(side, Math.ceil((highest * SPARE * REST) / 1000));
  const isHeld = async (rate: number) => {
    const step = await askAt(side, rate, STEP_SECONDS);
    const held = step.answered >= step.asked * HELD;
    if (held) busy = (step.server * step.answered) / 1e6;
    return held;
  };
  for (let again = 0; ; again += 1) {
    highest = await highestHeld(isHeld, highest);
    guesses.set(side.kind, highest);
    const rate = highest * SHARE;
    const { times: all, ...asked } = await askAt(side, rate, LEAD_SECONDS + seconds);
    const times = all.slice(Math.ceil(rate * LEAD_SECONDS));
    // Where it is not held any more the machine has become slower, and four fifths of what it was are too many.
    if (again < MAX_AGAIN && !(await heldInTwoTries(isHeld, highest))) continue;
    return {
      ...{ highest, busy, again, ...asked },
      ...{ p50: percentile(times, 0.5), p99: percentile(times, 0.99), p999: percentile(times, 0.999) },
      longest: percentile(times, 1),
    };
  }
}

type Asked = Pick<Waits, 'asked' | 'answered' | 'server' | 'redis' | 'load'> & { times: readonly number[] };

/** Each device polls again once it has rested. */
async function askAt(side: Side, rate: number, seconds: number): Promise<Asked> {
  const count = Math.ceil(rate * seconds);
  const devices = Math.min(count, Math.ceil((rate * REST) / 1000));
  const { request, heard } = await PENDING_POLL.prepare(side, devices);
  const load: Load = {
    request: (index, worker) => request(index % devices, worker),
    heard: (answer, index, worker) => heard(answer, index % devices, worker),
  };
  await fileWritten(observer);
  const plan = arrivals(count, rate, random);
  const times: number[] = [];
  const used = { server: side.usage, redis: () => cpuOfRedis(observer) };
  const ask = () => runOpen(side.target, load, plan, times);
  const { milliseconds, spent } = await spentOn(count, used, ask);
  return {
    times,
    // Of this plan: at random it is a little more or less than what was wanted.
    asked: (count / Number(plan.at(-1))) * 1000,
    answered: (count / milliseconds) * 1000,
    ...spent,
  };
}

/** @returns polls in a second, each asking anew once it has its answer: where the search for the highest rate begins */
async function warm(side: Side): Promise<number> {
  const load = await PENDING_POLL.prepare(side, warmUp);
  return (warmUp / (await run(side.target, load, warmUp, CONNECTIONS))) * 1000;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
