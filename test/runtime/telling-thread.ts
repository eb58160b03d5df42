/** A thread that tells how it runs, for the test of `BackgroundThread`. */
import { getPriority } from 'node:os';
import { answerQuestions } from '../../src/runtime/answer-questions.ts';

answerQuestions((question: 'priority' | 'fail' | 'end'): number => {
  if (question === 'end') process.exit();
  if (question === 'fail') throw new RangeError('asked to fail');
  return getPriority();
});
