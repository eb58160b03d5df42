import { z } from 'zod';
import type { Surroundings } from './surroundings.ts';

/** What one HTTP request came to. */
export type Reply =
  /** 2xx; `body` is the parsed JSON, undefined when the answer was empty. */
  | { readonly kind: 'answer'; readonly body: unknown }
  /** An OAuth error (RFC 6749 section 5.2), or another 4xx without one. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly error?: string;
      readonly description?: string;
    }
  /** No answer, or one that says "later": time-out, broken connection, 5xx, 429. */
  | Unavailable
  /** An answer that is not the protocol: a redirect, a web page. */
  | { readonly kind: 'garbled'; readonly status: number };

export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
  /** What Retry-After asks for; 0 without it. */
  readonly retryAfterMs: number;
}

export interface Call {
  readonly url: string;
  /** Sent as a form by POST; absent: GET. */
  readonly form?: Readonly<Record<string, string>>;
  readonly bearer?: string;
}

type Net = Pick<Surroundings, 'fetch' | 'now' | 'signal' | 'requestTimeoutMs'>;

const oauthError = z.object({ error: z.string(), error_description: z.string().optional() });

/** A Retry-After of days must not put the device to sleep for days. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Sends one request and says what came of it. Redirects are not followed: the form may carry a key.
 * @throws the abort reason when the run was stopped, and nothing else.
 */
export async function exchange(net: Net, call: Call): Promise<Reply> {
  net.signal.throwIfAborted();
  try {
    const response = await net.fetch(call.url, requestInit(net, call));
    return readReply(net.now(), response, await response.text(), secretsOf(call));
  } catch (error) {
    net.signal.throwIfAborted();
    return { kind: 'unavailable', reason: reasonOf(error), retryAfterMs: 0 };
  }
}

function requestInit(net: Net, call: Call): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.bearer !== undefined) headers['authorization'] = `Bearer ${call.bearer}`;
  const timeout = AbortSignal.timeout(net.requestTimeoutMs);
  return {
    method: call.form === undefined ? 'GET' : 'POST',
    headers,
    redirect: 'manual',
    signal: AbortSignal.any([net.signal, timeout]),
    ...(call.form === undefined ? {} : { body: new URLSearchParams(call.form) }),
  };
}

function readReply(now: number, response: Response, text: string, secrets: readonly string[]): Reply {
  const { status } = response;
  const body = parseJson(text);
  const fault = oauthError.safeParse(body.value);
  const error = fault.success ? fault.data.error : undefined;
  // A 429 may carry slow_down, which has a meaning of its own to a polling device.
  if (status >= 500 || status === 408 || (status === 429 && error !== 'slow_down')) {
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now);
    return { kind: 'unavailable', reason: `the server answered ${status}`, retryAfterMs };
  }
  if (response.ok) return body.ok ? { kind: 'answer', body: body.value } : { kind: 'garbled', status };
  if (status < 400 || (!body.ok && status !== 401 && status !== 404)) return { kind: 'garbled', status };
  const description = fault.success ? fault.data.error_description : undefined;
  return {
    kind: 'refused',
    status,
    ...(error === undefined ? {} : { error: withoutSecrets(error, secrets) }),
    ...(description === undefined ? {} : { description: withoutSecrets(description, secrets) }),
  };
}

function parseJson(text: string): { ok: boolean; value?: unknown } {
  if (text === '') return { ok: true };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** Milliseconds to wait, from either form of the header (RFC 9110 section 10.2.3); 0 when absent or nonsense. */
export function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait > 0 ? Math.min(wait, LONGEST_RETRY_AFTER_MS) : 0;
}

/** What was sent and must not come back on the screen in an error_description. */
function secretsOf(call: Call): string[] {
  const { device_code, refresh_token, token } = call.form ?? {};
  return [device_code, refresh_token, token, call.bearer].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[hidden]'), text).slice(0, 300);
}

function reasonOf(error: unknown): string {
  // By shape, not by instanceof: fetch makes its errors in a realm of its own.
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code === undefined
    ? 'the connection failed'
    : `the connection failed (${String(cause.code)})`;
}
