/**
 * A small, bounded load generator for the server under test on this machine. It writes to sockets itself: a client for HTTP
 * takes more of a processor than the servers that are measured, which then wait for it and are never asked much at once.
 */
import { connect, type Socket } from 'node:net';
import { AnswerReader, type RawAnswer } from './answer-reader.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** As they are set. */
  cookies: readonly string[];
}

/** One server as its clients reach it: kept-alive connections, forms in, JSON out. */
export class Target {
  readonly #port: number;
  readonly #connections: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #open = 0;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#connections = connections;
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = new URLSearchParams(fields).toString();
    const about = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': `${Buffer.byteLength(form)}`,
    };
    return this.#send('POST', path, { ...about, ...headers }, form);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('GET', path, headers, '');
  }

  async #send(method: string, path: string, headers: Record<string, string>, form: string): Promise<Answer> {
    const all = { host: `127.0.0.1:${this.#port}`, connection: 'keep-alive', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const connection = await this.#connection();
    try {
      const { status, body, cookies } = await connection.ask(
        `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${form}`,
      );
      return { status, body: json(body), cookies };
    } finally {
      this.#takeBack(connection);
    }
  }

  /** The one that was used last; one that the server has closed meanwhile is left. */
  async #connection(): Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle) return idle.isOpen ? idle : new Connection(this.#port);
    if (this.#open >= this.#connections) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#open += 1;
    return new Connection(this.#port);
  }

  #takeBack(used: Connection): void {
    const next = this.#waiting.shift();
    const connection = used.isOpen ? used : new Connection(this.#port);
    if (next) next(connection);
    else this.#idle.push(connection);
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }
}

/** One request at a time. */
class Connection {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #settle: { resolve(answer: RawAnswer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#hear(text));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readyState !== 'closed';
  }

  ask(request: string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(text: string): void {
    try {
      const answer = this.#reader.add(text);
      if (!answer) return;
      if (answer.closes) this.#socket.destroy();
      this.#settle?.resolve(answer);
      this.#settle = undefined;
    } catch (error) {
      this.#fail(error as Error);
      this.#socket.destroy();
    }
  }

  #fail(error: Error): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
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
