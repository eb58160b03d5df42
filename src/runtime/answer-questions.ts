import { getPriority, platform, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Answered, Numbered } from './background-thread.ts';

/** As `nice` has it: with both busy on one core, the thread of the requests gets some nine times as much of it. */
const NICENESS = 10;

/** The other side of a `BackgroundThread`: the thread's program calls it once. */
export function answerQuestions<Question, Answer>(work: (question: Question) => Answer): void {
  // Only Linux counts priority by thread. Elsewhere this would slow the whole process down.
  if (platform() === 'linux') setPriority(0, Math.min(19, getPriority(0) + NICENESS));
  parentPort?.on('message', ({ number, content }: Numbered<Question>) => {
    parentPort?.postMessage(answer(number, () => work(content)));
  });
}

function answer<T>(number: number, work: () => T): Answered<T> {
  try {
    return { number, content: work() };
  } catch (error) {
    return { number, error: (error as Error).message };
  }
}
