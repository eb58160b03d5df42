import type { Egress } from './egress.ts';

export type GuardedFetch = typeof fetch;

/** Statuses of which a `Response` takes no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * What a library calls by itself, such as a client's `jwks_uri`, goes through the guard of every other call.
 * @param timeout milliseconds, in place of the guard's own
 */
export function guardedFetch(egress: Pick<Egress, 'request'>, timeout?: number): GuardedFetch {
  return async (url, { method = 'GET', headers, body, signal } = {}) => {
    const answer = await egress.request(String(url), {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ...(body != null && { body: String(body) }),
      ...(signal && { signal }),
      ...(timeout !== undefined && { timeout }),
    });
    const told = Object.entries(answer.headers).filter(([, value]) => value !== undefined);
    return new Response(WITHOUT_BODY.includes(answer.status) ? null : answer.body, {
      status: answer.status,
      headers: Object.fromEntries(told) as Record<string, string>,
    });
  };
}
