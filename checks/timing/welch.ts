import type { Oracle, Question } from '../../test/security/oracle.ts';
import { WIDE_LIMITS } from '../../test/security/oracles.ts';
import { WatchedServer } from '../../test/support/watched-server.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';
import { withRedis } from '../redis-for-check.ts';

/** Of each of the two. */
const SAMPLES = 500;
const WARM_UP = 20;
/** The bar of the literature: beyond it, the chance that nothing is there is below 1 in 100,000. */
const MAX_T = 4.5;
/** Of both together, the slowest are left out: another process had the machine. */
const KEPT = 0.9;

export function timingCheck(oracle: Oracle): Check {
  return {
    name: oracle.name,
    claim: `2 × ${SAMPLES} samples, Welch's t below ${MAX_T}`,
    run: (on) => withRedis(() => measure(oracle, on)),
  };
}

async function measure(oracle: Oracle, { random }: CheckRun): Promise<Findings> {
  const server = await WatchedServer.start(WIDE_LIMITS);
  try {
    const questions = await oracle.prepare(server);
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < WARM_UP + SAMPLES; n += 1) {
      // In turn, so that whatever drifts drifts for both; and in either order, so that neither always comes after the other.
      const first = random.whole(0, 1);
      for (const index of [first, 1 - first] as (0 | 1)[]) {
        const time = await timed(questions[index], n);
        if (n >= WARM_UP) times[index].push(time);
      }
    }
    return judge(times);
  } finally {
    await server.stop();
  }
}

async function timed(ask: Question, n: number): Promise<number> {
  const began = performance.now();
  const { status } = await ask(n);
  const time = performance.now() - began;
  if (status === 429 || status >= 500) throw new Error(`a question was answered ${status}`);
  return time;
}

function judge([one, other]: readonly [number[], number[]]): Findings {
  const bound = percentile([...one, ...other], KEPT);
  const [a, b] = [one, other].map((times) => describe(times.filter((time) => time <= bound)));
  if (!a || !b) throw new Error('nothing was measured');
  const t = (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
  return {
    figures: {
      means: `${a.mean.toFixed(3)} and ${b.mean.toFixed(3)} ms`,
      'standard deviations': `${Math.sqrt(a.variance).toFixed(3)} and ${Math.sqrt(b.variance).toFixed(3)} ms`,
      "Welch's t": t.toFixed(2),
    },
    violations: Math.abs(t) < MAX_T ? [] : [`t is ${t.toFixed(2)}: the times differ`],
  };
}

function describe(times: readonly number[]): { count: number; mean: number; variance: number } {
  const count = times.length;
  const mean = times.reduce((sum, time) => sum + time, 0) / count;
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
}
