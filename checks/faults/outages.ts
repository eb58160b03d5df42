import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/support/installation.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';
import { type Sample, Workload } from './workload.ts';

/** What is told of a fault that begins, lasts and ends, while the load goes on. */
export interface Outage {
  /** Milliseconds of `performance.now()`. */
  from: number;
  to: number;
}

/** From then on, after its end, everything is right again. */
const RECOVERY = 2000;
const LONGEST = 2000;

/** Redis stands still (SIGSTOP): it accepts what is sent to it, and answers nothing. */
export const stopped: Check = {
  name: 'stopped',
  claim: 'Redis stopped for 10 s under load: 503 within 2 s, nothing wrong, all well 2 s after it goes on',
  run: (on) => stopUnderLoad({ standing: 10_000, size: 4 }, on),
};

export async function stopUnderLoad(
  { standing, size }: { standing: number; size: number },
  { say }: Pick<CheckRun, 'say'>,
): Promise<Findings> {
  const installation = await Installation.start();
  const load = new Workload(installation);
  try {
    await load.begin(size);
    await sleep(2000);
    installation.redis.pause();
    const from = performance.now();
    say('Redis stands still');
    await sleep(standing);
    installation.redis.resume();
    const outage = { from, to: performance.now() };
    say('Redis goes on');
    await sleep(RECOVERY + 3000);
    await load.end();
    return judge(load.samples, outage);
  } finally {
    await load.end();
    await installation.stop();
  }
}

/** Nothing wrong at any time; 503 in time while it lasts; right again soon after it has ended. */
export function judge(samples: readonly Sample[], { from, to }: Outage): Findings {
  const took = ({ began, ended }: Sample) => ended - began;
  const during = samples.filter(({ began, ended }) => began > from && ended < to);
  const after = samples.filter(({ began }) => began > to + RECOVERY);
  const violations = samples
    .filter((one) => one.outcome === 'wrong' || one.outcome === 'silent' || took(one) > LONGEST)
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
  const [began, took] = [one.began - from, one.ended - one.began].map((time) => time.toFixed(0));
  return `${one.what} at ${began} ms, after ${took} ms: ${one.outcome} (${one.said})`;
}
