import type { IncomingMessage } from 'node:http';
import type { PlainAnswer, PlainAnswers } from '../../net/plain-answer.ts';
import type { Cors } from '../cors.ts';
import { putBodyBack } from './body-peek.ts';

export interface PlainQuestion {
  /** Of one of our paths, by the method of its fast path. */
  readonly req: IncomingMessage;
  readonly requestId: string;
}

/** `undefined`: the question is for the library. */
export type Answerer = (question: PlainQuestion) => Promise<PlainAnswer | undefined>;

/** Hears of each answer that was given in front of the library. */
export type OnPlainAnswer = (question: PlainQuestion, answer: PlainAnswer) => Promise<void>;

/** By method and path. */
export type FastPaths = Readonly<Record<'GET' | 'POST', ReadonlyMap<string, Answerer>>>;

/** The fast paths, as they stand in front of every framework. */
export function plainAnswers(fastPaths: FastPaths, onAnswer: OnPlainAnswer | undefined): PlainAnswers {
  return function answerPlainly(req, requestId) {
    const { method, url = '' } = req;
    const answerer = method === 'POST' || method === 'GET' ? fastPaths[method].get(url) : undefined;
    if (!answerer) return undefined;
    return answerOrPutBack(answerer, { req, requestId }, onAnswer);
  };
}

async function answerOrPutBack(
  answerer: Answerer,
  question: PlainQuestion,
  onAnswer: OnPlainAnswer | undefined,
): Promise<PlainAnswer | undefined> {
  let answer: PlainAnswer | undefined;
  try {
    answer = await answerer(question);
    if (answer && onAnswer) await onAnswer(question, answer);
    return answer;
  } finally {
    if (!answer) putBodyBack(question.req);
  }
}

export function originOf({ req }: PlainQuestion): string {
  return req.headers.origin ?? '';
}

const FOR_NO_PAGE: readonly string[] = ['Vary', 'Origin', 'cache-control', 'no-store'];

/** The headers of an answer that no page asks for, or that says nothing to pages. */
export function headersForNoPage(): readonly string[] {
  return FOR_NO_PAGE;
}

/** The headers of an answer, in the order in which the library has them. */
export function headersFor(
  question: PlainQuestion,
  cors: Cors,
  route: string,
  client: Parameters<Cors['invite']>[2],
): readonly string[] {
  const origin = originOf(question);
  if (origin === '') return FOR_NO_PAGE;
  const headers = ['Vary', 'Origin'];
  cors.invite({ get: () => origin, set: (name, value) => void headers.push(name, value) }, route, client);
  headers.push('cache-control', 'no-store');
  return headers;
}
