/**
 * Requests whose times are planned beforehand, as those of devices that know nothing of each other: they come whether the
 * server is behind or not. Where the next one waits for an answer, a pause of the server delays one request at a time;
 * here it meets all that were to come in it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { SeededRandom } from '../checks/check.ts';
import type { Answer } from './answer-reader.ts';
import type { Load, Target } from './load.ts';

/**
 * Milliseconds that this thread sleeps between two looks at what has come and what is to be sent: timers know whole ones only,
 * and looking all the time takes the core from Redis. It is in each wait.
 */
const NAP = 0.1;
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
 * One request at each time of the plan, however many are not answered yet.
 * @param times takes the milliseconds of each request, from when it was to begin, in the order of the plan
 * @returns milliseconds until the last answer
 */
export async function runOpen(
  target: Target,
  load: Load,
  plan: readonly number[],
  times: number[],
): Promise<number> {
  const begin = performance.now();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let answers = 0;
  let failure: Error | undefined;
  const failed = (error: Error) => {
    failure ??= error;
    end();
  };
  const ask = (index: number) => {
    const at = Number(plan[index]);
    const answered = (answer: Answer) => {
      times[index] = performance.now() - begin - at;
      answers += 1;
      load.heard(answer, index, 0);
      if (answers === plan.length) end();
    };
    target.send(load.request(index, 0), { answered, failed });
  };
  for (let next = 0; next < plan.length && !failure; ) {
    const due = performance.now() - begin;
    // Answers are heard as well where this thread is behind its plan.
    const most = Math.min(next + IN_A_ROW, plan.length);
    for (; next < most && Number(plan[next]) <= due; next += 1) ask(next);
    if (next < most) Atomics.wait(CELL, 0, 0, NAP);
    await turn();
  }
  await ended;
  if (failure) throw failure;
  return performance.now() - begin;
}
