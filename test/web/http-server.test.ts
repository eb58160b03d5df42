import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Connections } from '../../src/web/middleware/connections.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';
import { eventually } from '../support/eventually.ts';

/** A server whose answers wait for `finish`. */
async function startSlow(): Promise<{
  http: HttpServer;
  port: number;
  begun: Promise<void>;
  finish: () => void;
}> {
  const begun = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  const http = new HttpServer((_request, response) => {
    begun.resolve();
    void finished.promise.then(() => response.end('whole'));
  });
  const port = await http.listen(0, '127.0.0.1');
  return { http, port, begun: begun.promise, finish: () => finished.resolve() };
}

function fetchFrom(port: number, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, ...(agent ? { agent } : {}) }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
}

describe('draining', () => {
  it('lets requests in flight finish, takes no new ones, and ends', async () => {
    const { http, port, begun, finish } = await startSlow();
    const agent = new Agent({ keepAlive: true });
    const inFlight = fetchFrom(port, agent);
    await begun;
    const drained = http.drain({ notice: 0, timeout: 120_000 });
    expect(http.draining).toBe(true);
    await sleep(20);
    await expect(fetchFrom(port)).rejects.toThrow('ECONNREFUSED');
    finish();
    expect(await inFlight).toBe('whole');
    await drained;
    agent.destroy();
  });

  it('is known to readiness before new connections are refused', async () => {
    const { http, port, finish } = await startSlow();
    finish();
    const drained = http.drain({ notice: 2000, timeout: 120_000 });
    expect(http.draining).toBe(true);
    expect(await fetchFrom(port)).toBe('whole');
    await drained;
    await expect(fetchFrom(port)).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait for idle connections, nor longer than its timeout for busy ones', async () => {
    const { http, port, begun } = await startSlow();
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const cut = fetchFrom(port).catch((error: NodeJS.ErrnoException) => error.code);
    await begun;
    await Promise.all([http.drain({ notice: 0, timeout: 300 }), http.drain({ notice: 0, timeout: 300 })]);
    expect(await cut).toBe('ECONNRESET');
    idle.destroy();
  });
});

/** A client that keeps its connection. */
function kept(port: number, path = '/') {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent }, (response) => {
        response.resume().once('end', () => resolve(String(response.headers.connection)));
      }).on('error', reject);
    });
  return { agent, ask };
}

describe('retiring', () => {
  it('takes no new connections, and ends each with its next answer: no client’s request meets a closed one', async () => {
    const { http, port, finish } = await startSlow();
    finish();
    const clients = [kept(port), kept(port)] as const;
    for (const { ask } of clients) expect(await ask()).toBe('keep-alive');
    const retired = http.retire();
    expect(http.draining).toBe(false);
    await expect(fetchFrom(port)).rejects.toThrow('ECONNREFUSED');
    for (const { ask } of clients) expect(await ask()).toBe('close');
    await retired;
    await http.drain({ notice: 0, timeout: 120_000 });
  });

  it('does not keep a drain from closing what is unused', async () => {
    const { http, port, finish } = await startSlow();
    finish();
    const { ask, agent } = kept(port);
    await ask();
    const retired = http.retire();
    await http.drain({ notice: 0, timeout: 120_000 });
    await retired;
    agent.destroy();
  });
});

describe('when more than half of the connections that may be held are', () => {
  it('a device’s ends with its answer, so that devices that wait with theirs leave room for owners; below that it stays', async () => {
    const http = new HttpServer((_request, response) => response.end(), new Connections(4));
    const port = await http.listen(0, '127.0.0.1');
    const [first, second, third] = [kept(port, '/token'), kept(port, '/token'), kept(port, '/token')];
    expect(await first.ask()).toBe('keep-alive');
    expect(await second.ask()).toBe('keep-alive');
    expect(await third.ask()).toBe('close');
    await eventually('room for it', async () => (await first.ask()) === 'keep-alive');
    for (const { agent } of [first, second, third]) agent.destroy();
    await http.drain({ notice: 0, timeout: 0 });
  });

  it('an owner’s stays, who might find no place for another; of more than three quarters it ends, too', async () => {
    const http = new HttpServer((_request, response) => response.end(), new Connections(4));
    const port = await http.listen(0, '127.0.0.1');
    const [first, second, third, fourth] = [
      kept(port),
      kept(port),
      kept(port, '/sign-in?again=yes'),
      kept(port),
    ];
    expect([await first.ask(), await second.ask()]).toEqual(['keep-alive', 'keep-alive']);
    expect(await third.ask()).toBe('keep-alive');
    expect(await fourth.ask()).toBe('close');
    for (const { agent } of [first, second, third, fourth]) agent.destroy();
    await http.drain({ notice: 0, timeout: 0 });
  });
});

describe('listening', () => {
  it('says why it cannot', async () => {
    const { http, port } = await startSlow();
    const other = new HttpServer((_request, response) => response.end());
    await expect(other.listen(port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
    await http.drain({ notice: 0, timeout: 0 });
  });

  it('holds no more connections than it is to, and lets those go on', async () => {
    const { begun, finished } = {
      begun: Promise.withResolvers<void>(),
      finished: Promise.withResolvers<void>(),
    };
    const http = new HttpServer((_request, response) => {
      begun.resolve();
      void finished.promise.then(() => response.end('whole'));
    }, new Connections(1));
    const port = await http.listen(0, '127.0.0.1');
    const held = fetchFrom(port);
    await begun.promise;
    // One more is taken, for a line before the handler to tell it to come again.
    const more = fetchFrom(port);
    await expect(fetchFrom(port)).rejects.toThrow();
    finished.resolve();
    expect(await held).toBe('whole');
    expect(await more).toBe('whole');
    await http.drain({ notice: 0, timeout: 200 });
  });

  it('lets go of headers that are too large', async () => {
    const { http, port } = await startSlow();
    const socket = connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await answer).toContain('431');
    socket.destroy();
    await http.drain({ notice: 0, timeout: 0 });
  });
});
