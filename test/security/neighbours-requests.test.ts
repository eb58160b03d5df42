/** An owner beside a flood of requests at the real server, held by what is answered before what and not by the clock. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../support/test-server.ts';

const CONNECTIONS = 20;
/** Requests that each connection sends one behind the other. */
const AT_ONCE = 40;
const TRIES = 7;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1', LOG_LEVEL: 'error' });
});
afterAll(() => server.stop('SIGKILL'));

/** A connection that asks for the page of signing in, from a network of its own, and counts the answers. */
class Visitor {
  answers = 0;
  readonly #address: string;
  readonly #socket: Socket;

  constructor(address: string) {
    this.#address = address;
    this.#socket = connect(Number(new URL(server.address).port), '127.0.0.1');
    this.#socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.answers += chunk.split('HTTP/1.1 200').length - 1;
    });
  }

  ask(times: number): void {
    const one = `GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${this.#address}\r\nAccept: text/html\r\n\r\n`;
    this.#socket.write(one.repeat(times));
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('an owner who opens a page just behind eight hundred requests of an attacker with twenty networks', () => {
  it('has it before most of them are answered', async () => {
    const flood = Array.from({ length: CONNECTIONS }, (_, number) => new Visitor(`198.51.${number}.7`));
    const owner = new Visitor('203.0.113.7');
    const before: number[] = [];
    for (let number = 1; number <= TRIES; number += 1) {
      for (const visitor of flood) visitor.ask(AT_ONCE);
      owner.ask(1);
      const count = () => flood.reduce((sum, { answers }) => sum + answers, 0);
      await until(() => owner.answers === number);
      before.push(count() - (number - 1) * CONNECTIONS * AT_ONCE);
      await until(() => count() === number * CONNECTIONS * AT_ONCE);
    }
    for (const visitor of [...flood, owner]) visitor.close();
    const median = before.sort((one, other) => one - other)[TRIES >> 1];
    expect(median).toBeLessThan((CONNECTIONS * AT_ONCE) / 3);
  });
});
