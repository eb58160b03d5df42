/** The thread of `StrengthEstimator`: one question, one answer. */
import { parentPort } from 'node:worker_threads';
import { PasswordStrength } from './password-strength.ts';
import type { StrengthAnswer, StrengthQuestion } from './strength-estimator.ts';

const strength = new PasswordStrength();
parentPort?.on('message', ({ number, password, ownWords }: StrengthQuestion) => {
  const answer: StrengthAnswer = { number, strength: strength.of(password, ownWords) };
  parentPort?.postMessage(answer);
});
