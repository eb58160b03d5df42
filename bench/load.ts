/**
 * A small, bounded load generator for the server under test on this machine. It writes to sockets itself, promises nothing
 * and reads of an answer what is wanted of it: what it takes of a processor for a request is less than what any server does, which
 * else would wait for it and never be asked much at once. See docs/benchmark.md.
 */
import { connect, type Socket } from 'node:net';
import { type Answer, AnswerReader } from './answer-reader.ts';

/** Who waits for an answer. */
interface Asker {
  /** What it throws, it is told by `failed`. */
  answered(answer: Answer): void;
  failed(error: Error): void;
}

/** What is asked of a server, one request after the other. */
export interface Load {
  /** The octets of one. */
  request(index: number, worker: number): Buffer;
  /** Throws when the answer is not the expected one. */
  heard(answer: Answer, index: number, worker: number): void;
}

/** One server as its clients reach it: kept-alive connections, forms in, JSON out. */
export class Target {
  readonly #port: number;
  readonly #connections: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: { request: Buffer; asker: Asker }[] = [];
  #open = 0;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#connections = connections;
  }

  /** The octets of a form that is sent. */
  form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Buffer {
    const form = new URLSearchParams(fields).toString();
    const about = `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n`;
    return Buffer.from(`${this.#head('POST', path, headers)}${about}\r\n${form}`);
  }

  /** The octets of a request for what is there. */
  page(path: string, headers: Record<string, string> = {}): Buffer {
    return Buffer.from(`${this.#head('GET', path, headers)}\r\n`);
  }

  /** On the connection that was used last; where all are in use, on the next one that is not. */
  send(request: Buffer, asker: Asker): void {
    const idle = this.#idle.pop();
    if (idle) return this.#living(idle).ask(request, asker);
    if (this.#open >= this.#connections) return void this.#waiting.push({ request, asker });
    this.#open += 1;
    this.#connection().ask(request, asker);
  }

  answer(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => this.send(request, { answered: resolve, failed: reject }));
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.answer(this.form(path, fields, headers));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.answer(this.page(path, headers));
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }

  #head(method: string, path: string, headers: Record<string, string>): string {
    let head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\nconnection: keep-alive\r\n`;
    for (const name of Object.keys(headers)) head += `${name}: ${headers[name]}\r\n`;
    return head;
  }

  #connection(): Connection {
    return new Connection(this.#port, (used) => this.#takeBack(used));
  }

  /** One that the server has closed meanwhile is left. */
  #living(connection: Connection): Connection {
    return connection.isOpen ? connection : this.#connection();
  }

  #takeBack(used: Connection): void {
    const next = this.#waiting.shift();
    if (next) this.#living(used).ask(next.request, next.asker);
    else this.#idle.push(used);
  }
}

/** What comes is read into the same memory for all of them: it is heard before anything else comes. */
const HEARD = Buffer.allocUnsafe(64 * 1024);

/** One request at a time. */
class Connection {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  readonly #done: (used: Connection) => void;
  #asker: Asker | undefined;

  /** @param done is told when it has no request any more */
  constructor(port: number, done: (used: Connection) => void) {
    this.#done = done;
    const callback = (length: number) => this.#hear(HEARD.toString('latin1', 0, length));
    const onread = { buffer: HEARD, callback };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readyState !== 'closed';
  }

  ask(request: Buffer, asker: Asker): void {
    this.#asker = asker;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(text: string): boolean {
    const answer = this.#whole(text);
    if (!answer) return true;
    if (answer.closes) this.#socket.destroy();
    const asker = this.#free();
    try {
      asker?.answered(answer);
    } catch (error) {
      asker?.failed(error as Error);
    }
    return true;
  }

  #whole(text: string): Answer | undefined {
    try {
      return this.#reader.add(text);
    } catch (error) {
      this.#socket.destroy();
      this.#fail(error as Error);
      return undefined;
    }
  }

  #fail(error: Error): void {
    this.#free()?.failed(error);
  }

  /** It is another's before its asker hears, who may ask anew. */
  #free(): Asker | undefined {
    const asker = this.#asker;
    this.#asker = undefined;
    if (asker) this.#done(this);
    return asker;
  }
}

/**
 * Exactly `count` requests by `workers` at once, each of which waits for its answer before it goes on.
 * @param times takes the milliseconds of each request
 * @returns milliseconds from the first to the last
 */
export function run(
  target: Target,
  load: Load,
  count: number,
  workers: number,
  times: number[] = [],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    let [next, left] = [0, count];
    const failed = (error: Error) => {
      next = count;
      reject(error);
    };
    const ask = (worker: number) => {
      if (next >= count) return;
      const index = next;
      next += 1;
      const began = performance.now();
      const answered = (answer: Answer) => {
        times.push(performance.now() - began);
        load.heard(answer, index, worker);
        left -= 1;
        if (left === 0) resolve(performance.now() - begin);
        else ask(worker);
      };
      target.send(load.request(index, worker), { answered, failed });
    };
    for (let worker = 0; worker < workers; worker += 1) ask(worker);
    if (count === 0) resolve(0);
  });
}
