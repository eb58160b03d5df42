import type { IncomingMessage } from 'node:http';

/** An answer in JSON that is complete before any framework has seen the request. */
export interface PlainAnswer {
  /** The pattern of its route, for the log and the figures. */
  readonly route: string;
  readonly status: number;
  /** Names and values in turn, ahead of those that every answer has. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * Answers a request that is plain, and leaves every other as it came, its body unread or put back.
 *
 * @param request one that has come through `safeRequest`
 * @param requestId as the log will say it
 * @returns `undefined`, at once or later: the request is for the framework
 */
export type PlainAnswers = (
  request: IncomingMessage,
  requestId: string,
) => Promise<PlainAnswer | undefined> | undefined;
