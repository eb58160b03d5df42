import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { describeError } from '../../errors/error-description.ts';
import type { PlainAnswer, PlainAnswers } from '../../net/plain-answer.ts';
import { RequestValue } from '../../net/request-value.ts';
import { uniqueNames } from '../../runtime/unique-ids.ts';
import { hearsJson } from './protocol-paths.ts';
import { levelOf, lineOf } from './request-log.ts';
import { strictHeaders } from './security-headers.ts';

interface FrontSettings {
  readonly issuer: string;
  readonly log: Logger;
  /** As the log of requests has it. */
  readonly atTerminal: boolean;
  /** Hears of every request that was answered here, by the pattern of its route. */
  readonly onAnswer: (route: string, status: number, seconds: number) => void;
  readonly ask: PlainAnswers;
}

/** When a request came, and its name in the log. */
interface Arrival {
  readonly requestId: string;
  /** As `performance.now()` says it. */
  readonly began: number;
}

const handedOn = new RequestValue<Arrival>();

/** Of a request that was looked at in front of the framework. */
export function arrivalOf(request: IncomingMessage): Arrival | undefined {
  return handedOn.get(request);
}

/**
 * Answers what the protocol can answer by itself, before any framework begins, with the headers, the log line and the
 * figures that every request has. Everything else is the framework's, in the same turn where nothing had to be asked.
 * @param handler the framework
 */
export function answersInFront(settings: FrontSettings, handler: RequestListener): RequestListener {
  const nextRequest = uniqueNames();
  const strict = strictHeaders(settings.issuer).flat();
  const blocks = new HeaderBlocks(strict);
  const { ask, log } = settings;
  return function answerInFront(request, response) {
    const arrival = { requestId: nextRequest(), began: performance.now() };
    if (hearsJson(request.url ?? '')) request.headers.accept = 'application/json';
    const asked = ask(request, arrival.requestId);
    if (!asked) return handler(request, response);
    void answerOrHandOn(asked, request, response, arrival);
  };
  async function answerOrHandOn(
    asked: Promise<PlainAnswer | undefined>,
    request: IncomingMessage,
    response: ServerResponse,
    arrival: Arrival,
  ): Promise<void> {
    let answer: PlainAnswer | undefined;
    try {
      answer = await asked;
    } catch (error) {
      log.error({ requestId: arrival.requestId, error: describeError(error) }, 'failed in front');
    }
    if (answer) return send(response, answer, arrival, settings, blocks);
    handedOn.set(request, arrival);
    handler(request, response);
  }
}

/** The headers of an answer: all but two values are the same for all that say as much before them. */
class HeaderBlocks {
  readonly #strict: readonly string[];
  readonly #made = new WeakMap<readonly string[], readonly string[]>();

  constructor(strict: readonly string[]) {
    this.#strict = strict;
  }

  /** Names and values in turn. */
  of(requestId: string, headers: readonly string[], length: number): string[] {
    const block = (this.#made.get(headers) ?? this.#make(headers)).slice();
    block[1] = requestId;
    block[block.length - 1] = String(length);
    return block;
  }

  #make(headers: readonly string[]): readonly string[] {
    const type = ['Content-Type', 'application/json; charset=utf-8'];
    const block = ['X-Request-Id', '', ...headers, ...type, ...this.#strict, 'Content-Length', ''];
    this.#made.set(headers, block);
    return block;
  }
}

/** Its body was taken by who answered: there is no reader who would come to its end, and then let go of it. */
function endOf(request: IncomingMessage): void {
  if (request.complete) request.read();
  else request.resume();
}

function send(
  response: ServerResponse,
  { route, status, headers, body }: PlainAnswer,
  { requestId, began }: Arrival,
  { log, onAnswer, atTerminal }: FrontSettings,
  blocks: HeaderBlocks,
): void {
  if (!response.destroyed) {
    const length = Buffer.byteLength(body);
    response.writeHead(status, blocks.of(requestId, headers, length));
    // Of ASCII alone both are the same, and this is written as it is.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
    endOf(response.req);
  }
  const milliseconds = performance.now() - began;
  onAnswer(route, status, milliseconds / 1000);
  const line = lineOf(response.req.method ?? '', route, status, milliseconds);
  log[levelOf(status, atTerminal)]({ requestId, ...line }, 'request');
}
