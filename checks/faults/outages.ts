import { setTimeout as sleep } from 'node:timers/promises';
import { type DelayingProxy, startDelayingProxy } from '../../test/support/delaying-proxy.ts';
import { Installation } from '../../test/support/installation.ts';
import { startStandaloneRedis } from '../../test/support/redis-standalone.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';
import { type Sample, Workload } from './workload.ts';

/** What is told of a fault that begins, lasts and ends, while the load goes on. */
interface Outage {
  /** Milliseconds of `performance.now()`. */
  from: number;
  to: number;
}

/** From then on, after its end, everything is right again. */
const RECOVERY = 2000;
/** No answer takes longer. */
const MAX_MS = 2000;

/** How long there is load before, during and after an outage, in milliseconds, and of what size. */
interface Span {
  before: number;
  lasting: number;
  after: number;
  size: number;
  /** In place of `LONGEST`. */
  longest?: number;
}

/** A way in which Redis is not there for a while. */
interface Absence {
  name: string;
  claim: string;
  begin(installation: Installation, proxy: DelayingProxy): Promise<void>;
  end(installation: Installation, proxy: DelayingProxy): Promise<void>;
}

export const ABSENCES: readonly Absence[] = [
  {
    name: 'stopped',
    claim: 'Redis stands still (SIGSTOP)',
    begin: async ({ redis }) => redis.pause(),
    end: async ({ redis }) => redis.resume(),
  },
  {
    name: 'restarted',
    claim: 'Redis is killed and started again',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.restart(),
  },
  {
    name: 'slow',
    claim: 'Redis answers after 1.5 s only',
    begin: async (_installation, proxy) => {
      proxy.delay = 1500;
    },
    end: async (_installation, proxy) => {
      proxy.delay = 0;
    },
  },
];

export const outages: readonly Check[] = ABSENCES.map((absence) => ({
  name: absence.name,
  claim: `${absence.claim} for 10 s under load: 503 within 2 s, nothing wrong, all well 2 s after it ends`,
  run: (on) => outageUnderLoad(absence, { before: 2000, lasting: 10_000, after: 3000, size: 4 }, on),
}));

export async function outageUnderLoad(
  { begin, end }: Absence,
  { before, lasting, after, size, longest = MAX_MS }: Span,
  { say }: Pick<CheckRun, 'say'>,
): Promise<Findings> {
  const redis = await startStandaloneRedis();
  const proxy = await startDelayingProxy(redis);
  const installation = await Installation.start({ redis, serverRedisUrl: proxy.url });
  const load = new Workload(installation);
  try {
    await load.begin(size);
    await sleep(before);
    await begin(installation, proxy);
    const from = performance.now();
    say('it begins');
    await sleep(lasting);
    await end(installation, proxy);
    const outage = { from, to: performance.now() };
    say('it is over');
    await sleep(RECOVERY + after);
    await load.end();
    return judge(load.samples, outage, longest);
  } finally {
    await load.end();
    await installation.stop();
    await proxy.close();
  }
}

/** Nothing wrong at any time; 503 in time while it lasts; right again soon after it has ended. */
export function judge(samples: readonly Sample[], { from, to }: Outage, longest: number): Findings {
  const took = ({ slowest }: Sample) => slowest;
  const during = samples.filter(({ began, ended }) => began > from && ended < to);
  const after = samples.filter(({ began }) => began > to + RECOVERY);
  const violations = samples
    .filter((one) => one.outcome === 'wrong' || one.outcome === 'silent' || took(one) > longest)
    .map((one) => describe(one, from));
  const confident = during.filter(({ outcome }) => outcome === 'right');
  violations.push(...confident.map((one) => `answered while nothing could be known: ${describe(one, from)}`));
  const late = after.filter(({ outcome }) => outcome !== 'right');
  violations.push(...late.map((one) => `not well again: ${describe(one, from)}`));
  const failed = samples.filter(({ outcome }) => outcome === 'unavailable');
  const lastFailure = Math.max(0, ...failed.map(({ ended }) => ended - to));
  return {
    figures: {
      'answers before, during, after': [
        samples.filter(({ ended }) => ended < from).length,
        during.length,
        after.length,
      ].join(', '),
      '503 in all': failed.length,
      'slowest answer during it (ms)': Math.max(0, ...during.map(took)).toFixed(0),
      'last 503 after its end (ms)': lastFailure.toFixed(0),
      'p99 before and after (ms)': [
        percentile(samples.filter(({ ended }) => ended < from).map(took), 0.99).toFixed(0),
        percentile(after.map(took), 0.99).toFixed(0),
      ].join(', '),
    },
    violations,
  };
}

function describe(one: Sample, from: number): string {
  const [began, took] = [one.began - from, one.slowest].map((time) => time.toFixed(0));
  return `${one.what} at ${began} ms, after ${took} ms: ${one.outcome} (${one.said})`;
}
