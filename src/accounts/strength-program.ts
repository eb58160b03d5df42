/** The thread of `StrengthEstimator`. */
import { answerQuestions } from '../runtime/answer-questions.ts';
import { PasswordStrength } from './password-strength.ts';
import type { StrengthQuestion } from './strength-estimator.ts';

const strength = new PasswordStrength();
answerQuestions(({ password, ownWords }: StrengthQuestion) => strength.of(password, ownWords));
