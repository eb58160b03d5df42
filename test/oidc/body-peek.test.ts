import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { putBodyBack, takeBody } from '../../src/oidc/fast-path/body-peek.ts';

/** Takes each body, puts it back and reads it as the next reader does; a body that begins with `skip` is not put back. */
let server: Server;
const peeked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await takeBody(request, Number(request.headers['content-length']));
    peeked.push(body?.toString());
    if (!body) return;
    // The library comes to it only after the store has answered.
    await sleep(2);
    const isSkipped = body.toString().startsWith('skip');
    if (isSkipped) request.read();
    else putBodyBack(request);
    response.end(isSkipped ? 'skipped' : await read(request));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function read(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request.iterator({ destroyOnReturn: false })) all += String(chunk);
  return all;
}

async function open(): Promise<Socket> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

const head = (length: number, more = '') =>
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${more}\r\n`;
const LAST = 'Connection: close\r\n';

it('leaves the body for the next reader', async () => {
  const socket = await open();
  socket.write(`${head(5, LAST)}hello`);
  expect(await text(socket)).toMatch(/\r\nhello$/);
  expect(peeked.at(-1)).toBe('hello');
});

it('waits for a body that comes in pieces', async () => {
  const socket = await open();
  for (const piece of [head(10, LAST), 'he', 'llo', 'hello']) {
    socket.write(piece);
    await sleep(5);
  }
  expect(await text(socket)).toContain('hellohello');
  expect(peeked.at(-1)).toBe('hellohello');
});

it('keeps one request of a connection from the next, read or not', async () => {
  const socket = await open();
  socket.write(`${head(5)}skip1${head(5)}hello${head(5)}skip2${head(3, LAST)}end`);
  const answers = await text(socket);
  expect(answers.match(/skipped|hello|end/g)).toEqual(['skipped', 'hello', 'skipped', 'end']);
});

it('says so when the connection breaks in the middle', async () => {
  const socket = await open();
  const before = peeked.length;
  socket.write(`${head(10)}hello`);
  await sleep(20);
  socket.destroy();
  while (peeked.length === before) await sleep(5);
  expect(peeked.at(-1)).toBeUndefined();
});
