import type { LimitName } from '../limits/limits.ts';
import { perRequest } from './per-request.ts';

/** Why a request is answered as it is: for the log and for headers, and nothing that decides. */
interface AnswerReasons {
  /** The client that asked, where the request was answered in front of the library. */
  client?: string;
  /** The limit that was met, and seconds until a new try makes sense. */
  limit?: LimitName;
  retryAfter?: number;
  /** A token was asked about, or taken back, by a client that may not. */
  hidden?: boolean;
  /** A loser or an older refresh token was presented. */
  replayed?: boolean;
  /** The operation that the store did not complete. */
  storeError?: string;
}

export const answerReasons = perRequest((): AnswerReasons => ({}));
