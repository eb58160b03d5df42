import * as client from 'openid-client';
import type { Environment } from './environment.ts';

/** What one request came to. */
export type Reply<T> = { readonly kind: 'answer'; readonly value: T } | Failure;

export type Failure =
  /** An OAuth error (RFC 6749 section 5.2, RFC 6750 section 3). */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly error: string;
      readonly description: string;
      readonly why: string;
    }
  | Unavailable
  /** An answer that is not the protocol: a redirect, a web page, parts that are missing or wrong. */
  | { readonly kind: 'garbled'; readonly why: string; readonly status?: number };

/** No answer, or one that says "later": time-out, broken connection, 5xx, 429. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
  /** What Retry-After asks for; 0 without it. */
  readonly retryAfterMs: number;
}

type Net = Pick<Environment, 'fetch' | 'now' | 'signal'>;

/** A Retry-After of days must not put the device to sleep for days. */
const MAX_RETRY_AFTER_MS = 3_600_000;
const MAX_DESCRIPTION = 300;

/** Carries `Unavailable` through the library, which knows nothing of it. */
class NoAnswer extends Error {
  readonly reply: Unavailable;

  constructor(reason: string, retryAfterMs = 0) {
    super(reason);
    this.reply = { kind: 'unavailable', reason, retryAfterMs };
  }
}

/**
 * How the library sends its requests: read to their end, so that a connection which breaks in the middle is no answer, and
 * with what was sent taken out of refusals, which are shown. The library itself follows no redirect.
 */
export function customFetch(net: Net): client.CustomFetch {
  return async function send(url, { signal, ...init }) {
    net.signal.throwIfAborted();
    const signals = signal ? [net.signal, signal] : [net.signal];
    let response: Response;
    let text: string;
    try {
      response = await net.fetch(url, { ...(init as RequestInit), signal: AbortSignal.any(signals) });
      text = await response.text();
    } catch (error) {
      net.signal.throwIfAborted();
      throw new NoAnswer(reasonOf(error));
    }
    const { status, headers } = response;
    // A 429 may carry slow_down, which has a meaning of its own to a polling device.
    if (status >= 500 || status === 408 || (status === 429 && !/"slow_down"/.test(text))) {
      throw new NoAnswer(
        `the server answered ${status}`,
        readRetryAfter(headers.get('retry-after'), net.now()),
      );
    }
    const body = response.ok ? text : withoutSecrets(text, init);
    return new Response(body === '' ? null : body, { status, headers });
  };
}

/**
 * Makes one request by the library, and says what came of it.
 * @throws the abort reason when the run was stopped
 */
export async function exchange<T>(net: Pick<Net, 'signal'>, call: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { kind: 'answer', value: await call() };
  } catch (error) {
    net.signal.throwIfAborted();
    return failureOf(error as Error);
  }
}

function failureOf(error: Error): Failure {
  const { cause } = error;
  const noAnswer = [error, cause].find((one) => one instanceof NoAnswer);
  if (noAnswer) return noAnswer.reply;
  if (error instanceof client.ResponseBodyError) return refused(error.status, error.cause);
  if (error instanceof client.WWWAuthenticateChallengeError) {
    return refused(error.status, error.cause[0]?.parameters ?? {});
  }
  if (!(error instanceof client.ClientError)) throw error;
  const { status, message = error.message } = (cause ?? {}) as { status?: unknown; message?: string };
  if (typeof status !== 'number') return { kind: 'garbled', why: message };
  return { kind: 'garbled', status, why: `the answer (status ${status}) is not the protocol's` };
}

function refused(status: number, said: { error?: unknown; error_description?: unknown }): Failure {
  const description = String(said.error_description ?? '').slice(0, MAX_DESCRIPTION);
  const error = String(said.error ?? `status ${status}`);
  return { kind: 'refused', status, error, description, why: `the server answered ${status}` };
}

/** Milliseconds to wait, from either form of the header (RFC 9110 section 10.2.3); 0 when absent or nonsense. */
function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait > 0 ? Math.min(wait, MAX_RETRY_AFTER_MS) : 0;
}

/** What was sent must not come back on the screen in an error_description. */
function withoutSecrets(text: string, { body, headers }: Partial<client.CustomFetchOptions>): string {
  const form = body instanceof URLSearchParams ? body : new URLSearchParams();
  const sent = ['device_code', 'code', 'code_verifier', 'latchkey_key', 'refresh_token', 'token'].map(
    (name) => form.get(name),
  );
  const bearer = /^Bearer (.*)$/i.exec(headers?.['authorization'] ?? '')?.[1];
  return [...sent, bearer].reduce<string>(
    (clean, secret) => (secret ? clean.replaceAll(secret, '[hidden]') : clean),
    text,
  );
}

function reasonOf(error: unknown): string {
  // By shape, not by instanceof: fetch makes its errors in a realm of its own.
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code === undefined
    ? 'the connection failed'
    : `the connection failed (${String(cause.code)})`;
}
