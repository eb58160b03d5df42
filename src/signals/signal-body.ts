import type { TakenNotice } from '../notices/notice-queue.ts';

/** Whom an event is about (RFC 9493, and complex subjects of the Shared Signals Framework 1.0 section 3.1). */
type SignalSubject = Readonly<Record<string, unknown>>;

/** What is kept of an event until its receiver has taken it; it is signed when it goes out. */
export interface SignalBody {
  /** URI of what has happened. */
  readonly event: string;
  readonly subject: SignalSubject;
  /** What this kind of event has to say. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** When this was made of it, seconds since 1970. */
  readonly issued: number;
  /** What several events have in common that came of one change (RFC 8417 section 2.2). */
  readonly txn?: string | undefined;
}

/** Signs the claims of a security event token, with the key that signs now. */
export interface EventTokens {
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
}

interface SignalAudience {
  readonly issuer: string;
  readonly clientId: string;
  readonly streamId: string;
}

/** Names an event towards its receiver, the same at each try (RFC 8417 section 2.2). */
export const jtiOf = (streamId: string, id: string): string => `${streamId}.${id}`;

/** @returns the notice that a receiver of this stream means; `undefined`: none of its own */
export function noticeOf(streamId: string, jti: string): string | undefined {
  const start = jtiOf(streamId, '');
  return jti.startsWith(start) ? jti.slice(start.length) : undefined;
}

/** The same each time that it is asked for, but for the key. */
export function claimsOf(
  { id, body }: Pick<TakenNotice<SignalBody>, 'id' | 'body'>,
  { issuer, clientId, streamId }: SignalAudience,
): Readonly<Record<string, unknown>> {
  const { event, subject, fields, issued, txn } = body;
  return {
    iss: issuer,
    aud: clientId,
    iat: issued,
    jti: jtiOf(streamId, id),
    ...(txn !== undefined && { txn }),
    sub_id: subject,
    events: { [event]: fields },
  };
}
