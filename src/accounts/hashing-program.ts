/** The thread of `HashingThreads`. */
import { hashRawSync, hashSync, verifySync } from '@node-rs/argon2';
import { answerQuestions } from '../runtime/answer-questions.ts';
import type { HashingAnswer, HashingQuestion } from './hashing-threads.ts';

answerQuestions((question: HashingQuestion): HashingAnswer => {
  const { secret, options } = question;
  switch (question.ask) {
    case 'hash':
      return hashSync(secret, options);
    case 'hashRaw':
      return hashRawSync(secret, options);
    case 'verify':
      return verifySync(question.hash, secret, options);
  }
});
