/** A client that sends exactly what it is told, and hears exactly what is answered. */
import { type ClientRequest, request } from 'node:http';

export interface RawAnswer {
  status: number;
  /** As they came: names in their case, in their order. */
  headers: [name: string, value: string][];
  body: string;
}

export class RawClient {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** A form, unless the headers say otherwise. */
  post(path: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.send('POST', path, body, headers);
  }

  /** Without a body, and without a word of one. */
  get(path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.#exchange('GET', path, headers, (sent) => sent.end());
  }

  /** Says that a body will come, which never does; @returns what is answered all the same */
  begin(path: string, headers: Record<string, string>): Promise<RawAnswer> {
    return this.#exchange('POST', path, headers, (sent) => sent.flushHeaders());
  }

  send(method: string, path: string, body: string, headers: Record<string, string>): Promise<RawAnswer> {
    const all = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': `${Buffer.byteLength(body)}`,
      ...headers,
    };
    return this.#exchange(method, path, all, (sent) => sent.end(body));
  }

  #exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    send: (sent: ClientRequest) => void,
  ): Promise<RawAnswer> {
    const { hostname, port } = new URL(this.#address);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: pairs(response.rawHeaders),
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on('error', reject);
      send(sent);
    });
  }
}

function pairs(list: readonly string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, index) => [
    list[index * 2] ?? '',
    list[index * 2 + 1] ?? '',
  ]);
}
