/** How tests ask a server over HTTP without a browser: supertest, which follows nothing by itself here and throws at no status. */
import type { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Test } from 'supertest';

export interface HttpQuestion {
  method: string;
  path: string;
  body?: string | undefined;
  headers: Record<string, string>;
  /** Absent: a connection of its own. */
  agent?: Agent | undefined;
  /** Milliseconds until nothing is waited for any longer; absent: as long as it takes. */
  timeout?: number | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** @throws the system's error where there is no answer */
export async function ask(
  origin: string,
  { method, path, body, headers, agent, timeout }: HttpQuestion,
): Promise<HttpAnswer> {
  const sent = new Test(origin, method, path)
    .set({ 'accept-encoding': 'identity', ...headers })
    .redirects(0)
    .ok(() => true)
    .buffer(true)
    .parse((response, done) => readText(response, done));
  if (agent) sent.agent(agent);
  if (timeout !== undefined) sent.timeout({ response: timeout });
  const response = await (body === undefined ? sent : sent.send(body));
  const answer = {
    status: response.status,
    headers: response.headers,
    text: typeof response.body === 'string' ? response.body : '',
  };
  // Read where it is needed: most files ask nothing of the Admin API.
  if (path.startsWith('/admin/v1/'))
    (await import('../admin/described-answers.ts')).requireDescribed(method, path, answer);
  return answer;
}

/** Of every type: pages, JSON, styles. */
function readText(response: unknown, done: (error: Error | null, text: string) => void): void {
  text(response as Readable).then(
    (whole) => done(null, whole),
    (error: Error) => done(error, ''),
  );
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

type RequestOptions = Pick<RequestInit, 'method' | 'headers' | 'body' | 'redirect'>;

/**
 * Asks as `fetch` does. Nothing is followed: where the answer leads elsewhere, `redirect: 'manual'` says that this was expected.
 * @throws the system's error where there is no answer
 */
export async function request(
  url: string | URL,
  { method = 'GET', headers, body, redirect }: RequestOptions = {},
): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  // Says the type of the body, where the caller does not.
  const sent = new Request(url, { method, ...(headers && { headers }), ...(body && { body }) });
  const answer = await ask(origin, {
    method,
    path: pathname + search,
    body: body ? await sent.text() : undefined,
    headers: Object.fromEntries(sent.headers),
  });
  if (answer.status >= 300 && answer.status < 400 && redirect !== 'manual')
    throw new Error(`${method} ${url} leads to ${answer.headers['location']}`);
  return new Response(answer.text === '' ? null : answer.text, {
    status: answer.status,
    headers: Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  });
}
