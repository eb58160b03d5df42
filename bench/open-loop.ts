/**
 * Requests whose times are planned beforehand, as those of devices that know nothing of each other: they come whether the
 * server is behind or not. Where the next one waits for an answer, a pause of the server delays one request at a time;
 * here it meets all that were to come in it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { SeededRandom } from '../checks/check.ts';
import type { Step } from './load.ts';

/** Milliseconds that this thread sleeps at most between two looks at what has come: timers know whole ones only. */
const NAP = 0.05;
const IN_A_ROW = 16;
const CELL = new Int32Array(new SharedArrayBuffer(4));

/** @returns milliseconds from the begin, in order: at random, so many in a second on average */
export function arrivals(count: number, perSecond: number, random: SeededRandom): number[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    at -= (Math.log(1 - random.next()) / perSecond) * 1000;
    return at;
  });
}

/**
 * One step at each time of the plan, however many are not answered yet.
 * @param times takes the milliseconds of each step, from when it was to begin
 * @returns milliseconds until the last answer
 */
export async function runOpen(step: Step, plan: readonly number[], times: number[]): Promise<number> {
  const begin = performance.now();
  const asked: Promise<void>[] = [];
  let failed: Error | undefined;
  const ask = async (index: number, at: number) => {
    try {
      await step(index, 0);
      times.push(performance.now() - begin - at);
    } catch (error) {
      failed ??= error as Error;
    }
  };
  for (const [index, at] of plan.entries()) {
    // Answers are heard as well where this thread is behind its plan.
    if (index % IN_A_ROW === 0) await turn();
    for (let left = begin + at - performance.now(); left > 0; left = begin + at - performance.now()) {
      Atomics.wait(CELL, 0, 0, Math.min(left, NAP));
      await turn();
    }
    asked.push(ask(index, at));
    if (failed) break;
  }
  await Promise.all(asked);
  if (failed) throw failed;
  return performance.now() - begin;
}
