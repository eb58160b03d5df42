import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { arrivals, runOpen } from '../../bench/open-loop.ts';
import { percentile, SeededRandom } from '../../checks/check.ts';

const [COUNT, PER_SECOND, PAUSE] = [400, 1000, 200];

describe('who reads how long the slowest hundredth waits', () => {
  it('sees a pause of the server in every request that was to come in it', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(1));
    const times: number[] = [];
    let isPaused = false;
    const step = async (index: number) => {
      if (index === 100) {
        isPaused = true;
        await sleep(PAUSE);
        isPaused = false;
      }
      while (isPaused) await sleep(1);
    };
    await runOpen(step, plan, times);
    expect(times).toHaveLength(COUNT);
    // One after the other, a single one of them would have waited.
    const met = plan.filter((at) => at > Number(plan[100]) && at < Number(plan[100]) + PAUSE / 2).length;
    expect(met).toBeGreaterThan(50);
    expect(times.filter((time) => time > PAUSE / 2 - 10).length).toBeGreaterThanOrEqual(met);
    expect(percentile(times, 1)).toBeGreaterThanOrEqual(PAUSE - 5);
  });

  it('sees the time that a request could not be sent, too', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(2));
    const times: number[] = [];
    await runOpen(
      async (index) => {
        const until = performance.now() + (index === 100 ? PAUSE : 0);
        while (performance.now() < until);
      },
      plan,
      times,
    );
    expect(times.filter((time) => time > PAUSE / 2).length).toBeGreaterThan(50);
  });

  it('sees no request before its time, and as many in a second as were planned', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(3));
    expect(plan).toEqual(plan.toSorted((one, other) => one - other));
    expect(Number(plan.at(-1))).toBeGreaterThan(300);
    expect(Number(plan.at(-1))).toBeLessThan(500);
    const times: number[] = [];
    expect(await runOpen(async () => {}, plan, times)).toBeGreaterThanOrEqual(Number(plan.at(-1)));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
  });

  it('is told of an unexpected answer, and nothing more is asked', async () => {
    let asked = 0;
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(4));
    const refuse = async () => {
      asked += 1;
      throw new Error('unexpected answer 503');
    };
    await expect(runOpen(refuse, plan, [])).rejects.toThrow('unexpected answer 503');
    expect(asked).toBeLessThan(COUNT);
  });
});
