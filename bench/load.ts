/** A small, bounded load generator for the server under test on this machine. */
import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** As they are set. */
  cookies: readonly string[];
}

/** One server as its clients reach it: kept-alive connections, forms in, JSON out. */
export class Target {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = new URLSearchParams(fields).toString();
    const type = 'application/x-www-form-urlencoded';
    return this.#send('POST', path, form, { 'content-type': type, ...headers });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('GET', path, '', headers);
  }

  #send(method: string, path: string, form: string, headers: Record<string, string>): Promise<Answer> {
    const options = {
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.#port,
      path,
      method,
      headers: method === 'GET' ? headers : { 'content-length': Buffer.byteLength(form), ...headers },
    };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const { statusCode: status = 0, headers: heard } = response;
          resolve({ status, body: json(text), cookies: heard['set-cookie'] ?? [] });
        });
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(form);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function json(text: string): Record<string, unknown> {
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
}

/** Sends one request; throws when the answer is not the expected one. */
export type Step = (index: number, worker: number) => Promise<void>;

/**
 * Exactly `count` steps by `workers` at once, each of which waits for its answer before it goes on.
 * @param times takes the milliseconds of each step
 * @returns milliseconds from the first to the last
 */
export async function run(step: Step, count: number, workers: number, times: number[] = []): Promise<number> {
  let next = 0;
  const work = async (worker: number) => {
    while (next < count) {
      const index = next;
      next += 1;
      const began = performance.now();
      await step(index, worker);
      times.push(performance.now() - began);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return performance.now() - begin;
}
