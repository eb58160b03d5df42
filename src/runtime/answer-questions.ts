import { getPriority, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answered, Numbered, ThreadManner } from './background-thread.ts';

/** As `nice` has it: with both busy on one core, the thread of the requests gets some nine times as much of it. */
const NICENESS = 10;

/** The other side of a `BackgroundThread`: the thread's program calls it once. */
export function answerQuestions<Question, Answer>(work: (question: Question) => Answer): void {
  if ((workerData as ThreadManner).yields) yieldToOthers();
  parentPort?.on('message', ({ number, content }: Numbered<Question>) => {
    parentPort?.postMessage(answer(number, () => work(content)));
  });
}

/** Only Linux counts priority by thread: elsewhere this would slow the whole process down. */
function yieldToOthers(): void {
  if (platform() !== 'linux') return;
  try {
    setPriority(0, Math.min(19, getPriority(0) + NICENESS));
  } catch {
    // A sandbox forbids it: the thread works all the same.
  }
}

function answer<T>(number: number, work: () => T): Answered<T> {
  try {
    return { number, content: work() };
  } catch (error) {
    return { number, error: (error as Error).message };
  }
}
