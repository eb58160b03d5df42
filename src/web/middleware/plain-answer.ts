import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers in front of every framework, as strictly as any page. What the client still sends is thrown away. */
export function answerPlainly(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(text);
  response.req.resume();
}

/** The same for programs: the standard's code, and a sentence. */
export function answerInJson(
  response: ServerResponse,
  status: number,
  error: { readonly error: string; readonly error_description: string },
  headers: OutgoingHttpHeaders = {},
): void {
  const type = { 'Content-Type': 'application/json; charset=utf-8' };
  answerPlainly(response, status, JSON.stringify(error), { ...headers, ...type });
}
