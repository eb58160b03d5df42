import type { PlainAnswer } from '../../net/plain-answer.ts';
import type { Answerer, PlainQuestion } from './plain-answers.ts';
import { type SimpleForm, simpleForm } from './simple-form.ts';

export const TOKEN_PATH = '/token';
/** Of the plain questions there: RFC 8628 section 3.4, and RFC 6749 section 6 for the scope that was granted. */
const PARAMETERS: ReadonlySet<string> = new Set(['grant_type', 'device_code', 'refresh_token', 'client_id']);
/** With the parameter that only it has. */
const OF_ONE_GRANT = ['device_code', 'refresh_token'] as const;

/** Answers the plain questions of one grant; `undefined`: the question is for the library. */
export type TokenAnswerer = (question: PlainQuestion, form: SimpleForm) => Promise<PlainAnswer | undefined>;

/** What clients without a secret ask plainly at the token endpoint, by the grant that they name. */
export function tokenAnswers(byGrant: ReadonlyMap<string, TokenAnswerer>): Answerer {
  return async function answerAtTokenEndpoint(question) {
    if (question.req.headers.authorization !== undefined) return undefined;
    const form = await simpleForm(question.req, PARAMETERS);
    const answerer = form && byGrant.get(form['grant_type'] ?? '');
    // With both something else is meant than what is plain.
    if (!answerer || OF_ONE_GRANT.every((name) => form[name] !== undefined)) return undefined;
    return answerer(question, form);
  };
}
