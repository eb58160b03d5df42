import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from '@jest/globals';
import { Connections } from '../../src/web/middleware/connections.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';

/** Beyond it, and the pause between looks, a slow sender is let go. */
const TIMES = { headersTimeout: 500, requestTimeout: 20_000 };
/** Longer than the pause between looks for slow senders. */
const PAUSE = 3000;
const [STANDING, SENT] = [0, 1];

it('a device that sent everything while the server stood still is answered, and not told that it was slow', async () => {
  const flags = new SharedArrayBuffer(8);
  const told = new Int32Array(flags);
  const http = new HttpServer(
    (request, response) => {
      if (request.url === '/stand-still') standStill(told);
      response.end();
    },
    new Connections(),
    TIMES,
  );
  const port = await http.listen(0, '127.0.0.1');
  const thread = new Worker(join(import.meta.dirname, 'sending-thread.ts'), { workerData: { port, flags } });
  const [answer] = await once(thread, 'message');
  await http.drain({ notice: 0, timeout: 0 });
  await thread.terminate();
  expect(answer).toBe('HTTP/1.1 200 OK');
});

it('a sender that sends nothing is let go, with the answer that says why', async () => {
  const http = new HttpServer((_request, response) => response.end(), new Connections(), TIMES);
  const port = await http.listen(0, '127.0.0.1');
  const sender = connect(port, '127.0.0.1');
  const [answer] = await once(sender.setEncoding('latin1'), 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
  sender.destroy();
  await http.drain({ notice: 0, timeout: 0 });
});

/** Until the device has sent its request, and slow senders are due to be looked for. */
function standStill(told: Int32Array): void {
  const until = performance.now() + PAUSE;
  Atomics.store(told, STANDING, 1);
  Atomics.notify(told, STANDING);
  Atomics.wait(told, SENT, 0);
  while (performance.now() < until);
}
