/** More connections at once than are served, over real sockets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Connections } from '../../src/web/middleware/connections.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';
import { requestLine } from '../../src/web/middleware/request-line.ts';
import { eventually } from '../support/eventually.ts';

/** Milliseconds of the thread for one request. */
const WORK = 3;
/** And of its store. */
const STORE = 5;
const DEVICES = 300;

let http: HttpServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await http?.drain({ notice: 0, timeout: 0 });
});

async function listen(
  max: number,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const held = new Connections(max);
  const line = requestLine(
    handler,
    () => undefined,
    () => undefined,
    { connections: max, held },
  );
  http = new HttpServer(line, held);
  return http.listen(0, '127.0.0.1');
}

/** One request over a connection of its own. @returns all that was heard until the connection ended */
function ask(port: number, home: number, path = '/token'): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const address = `10.${home >> 8}.${home & 255}.1`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('devices that come at once, each by a connection of its own', () => {
  it('are all heard: those that find no place are told when to come again, and do not wait to be taken', async () => {
    let served = 0;
    const port = await listen(2 * DEVICES, (_request, response) => {
      served += 1;
      setTimeout(() => {
        burn(WORK);
        response.end('tokens');
      }, STORE);
    });
    const answers = await Promise.all(Array.from({ length: 3 * DEVICES }, (_, home) => ask(port, home)));
    const refused = answers.filter((text) => /^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n/s.test(text));
    expect(answers.filter((text) => text === '')).toEqual([]);
    expect(refused.length + served).toBe(3 * DEVICES);
    // Of those beyond the line's places. Were one begun for each that is taken, none would be refused, and all would wait.
    expect(refused.length).toBeGreaterThan(DEVICES);
  });
});

describe('who comes when as many connections are held as may be', () => {
  it('is told to come again, if it is a device, and costs those in work nothing; a person is served; only beyond an eighth more none is heard', async () => {
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    let begun = 0;
    const port = await listen(8, (_request, response) => {
      begun += 1;
      void done.then(() => response.end('tokens'));
    });
    const held = Array.from({ length: 8 }, (_, home) => ask(port, home));
    await eventually('all are in work', async () => begun === 8);
    const device = await ask(port, 8);
    expect(device).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n/s);
    const owner = ask(port, 9, '/sign-in');
    await eventually('the owner is in work', async () => begun === 9);
    expect(await ask(port, 10)).toBe('');
    finish();
    for (const answer of await Promise.all([...held, owner])) expect(answer).toContain('tokens');
  });
});
