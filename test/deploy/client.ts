/** A client of its own address that asks `id.example.com`, whichever proxy stands for it. */
import { type Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

export const HOST = 'id.example.com';

export interface Question {
  readonly port: number;
  readonly path: string;
  readonly ca?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: OutgoingHttpHeaders;
  readonly from?: string;
  readonly agent?: Agent;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** By which the log of the server that has answered knows the request; a proxy gives none. */
  readonly requestId: string | undefined;
  readonly body: string;
}

/** Over https where there is an authority to trust. */
export function ask({ port, path, ca, form, headers, from, agent }: Question): Promise<Answer> {
  const body = form && new URLSearchParams(form).toString();
  const options = {
    host: '127.0.0.1',
    port,
    path,
    agent,
    localAddress: from,
    method: form ? 'POST' : 'GET',
    headers: {
      host: HOST,
      ...(body !== undefined && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
      }),
      ...headers,
    },
  };
  return new Promise((resolve, reject) => {
    const asked =
      ca === undefined ? httpRequest(options) : httpsRequest({ ...options, ca, servername: HOST });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          requestId: response.headers['x-request-id'] as string | undefined,
          body: text,
        }),
      );
    });
    asked.end(body);
  });
}
