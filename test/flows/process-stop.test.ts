/** A server that is stopped, or its machine, makes the operator wait for nothing that it waits for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { codesOf } from '../support/linked-device.ts';
import { OwnerBrowser } from '../support/owner-browser.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, signedInOwner, testStores } from '../support/test-stores.ts';
import { PageClient } from '../web/page-client.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

async function start(environment: Record<string, string> = {}, command?: string[]): Promise<TestServer> {
  const server = await startServer(environment, command);
  cleanUp.push(() => server.stop('SIGKILL'));
  return server;
}

async function redisOfItsOwn() {
  const redis = await startStandaloneRedis();
  cleanUp.push(() => redis.stop());
  return redis;
}

/** Takes connections, and never says a word. */
async function silentServer(): Promise<{ port: number; reached: Promise<unknown> }> {
  const server: Server = createServer();
  const reached = once(server, 'connection');
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    cleanUp.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, reached };
}

const STOPPED = { code: 0, said: true };

async function stopped(server: TestServer, signal: NodeJS.Signals = 'SIGTERM') {
  return { code: await server.stop(signal), said: server.output().includes('Stopped.') };
}

describe('a server that is asked to stop ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('on %s, with 0', async (signal) => {
    expect(await stopped(await start(), signal)).toEqual(STOPPED);
  });

  it('while Redis is gone, and stays away', async () => {
    const redis = await redisOfItsOwn();
    const server = await start({ REDIS_URL: redis.url });
    await redis.kill();
    expect(await stopped(server)).toEqual(STOPPED);
  });

  it('while Redis stands still', async () => {
    const redis = await redisOfItsOwn();
    const server = await start({ REDIS_URL: redis.url });
    redis.pause();
    expect(await stopped(server)).toEqual(STOPPED);
  });

  it('while every node of a Redis Cluster is gone', async () => {
    const cluster = await startRedisCluster();
    cleanUp.push(() => cluster.stop());
    const server = await start({ REDIS_URL: cluster.url });
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    expect(await stopped(server)).toEqual(STOPPED);
  });

  it('while the mail server takes connections and says nothing', async () => {
    const { port, reached } = await silentServer();
    const server = await start({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    const form = { name: 'Ada', email: 'ada@example.org', password: 'nine lives of a cat' };
    await new PageClient(server.issuer).submit('/sign-up', '/sign-up', form);
    await reached;
    expect(await stopped(server)).toEqual(STOPPED);
  });

  it('while clients hold connections on which they say nothing, half a request, or nothing more', async () => {
    const server = await start();
    const beginnings = ['', 'GET /healthz HT', 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'];
    for (const text of beginnings) {
      const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1').on('error', () => {});
      cleanUp.push(() => socket.destroy());
      await once(socket, 'connect');
      socket.write(text);
      if (text.endsWith('\n')) await once(socket, 'data');
    }
    expect(await stopped(server)).toEqual(STOPPED);
  });

  it('with an answer for the owner who waits for a device', async () => {
    const prefix = `t${randomId()}:`;
    const stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
    cleanUp.push(() => stores.connection.close());
    const server = await start({ REDIS_PREFIX: prefix });
    const { browser } = await signedInOwner(stores);
    const { userCode } = codesOf(await new DeviceClient(server.issuer, 'demo-device').authorize());
    const { pages } = new OwnerBrowser(server.issuer, browser);
    const entered = await pages.submit('/device', '/device', { user_code: userCode });
    const decision = { ticket: entered.field('ticket'), decision: 'approve' };
    const { location } = await pages.post('/device/confirm', { csrf: entered.field('csrf'), ...decision });
    const cookies = [...pages.cookies].map((cookie) => cookie.join('=')).join('; ');
    const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    // The request has come when the server says that it may go on; it would be held for 25 seconds.
    const head = `GET ${location.replace('?', '/state?')} HTTP/1.1\r\nHost: x\r\nCookie: ${cookies}\r\n`;
    socket.write(`${head}Connection: close\r\nExpect: 100-continue\r\n\r\n`);
    await eventually('the request', () => answer.includes('100 Continue'));
    const ended = once(socket, 'close');
    expect(await stopped(server)).toEqual(STOPPED);
    await ended;
    expect(answer).toMatch(/HTTP\/1\.1 200 OK[\s\S]*<\/html>\s*$/);
  });

  it('at once when it is asked twice', async () => {
    const server = await start();
    const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1').on('error', () => {});
    cleanUp.push(() => socket.destroy());
    await once(socket, 'connect');
    socket.write('GET /healthz HT');
    const first = server.stop('SIGINT');
    while (!server.output().includes('Finishing')) await new Promise((resolve) => setTimeout(resolve, 10));
    void server.stop('SIGINT');
    expect(await first).toBe(130);
    expect(server.output()).not.toContain('Stopped.');
  });

  it('and its private Redis with it, also when Redis has died before', async () => {
    const server = await start({ REDIS_URL: '', REDIS_PREFIX: 'lk:', LATCHKEY_SECRET: '' });
    const [, socket = ''] = /private Redis on (\S+)/.exec(server.output()) ?? [];
    const pid = await processOf(socket);
    process.kill(pid, 'SIGKILL');
    expect(await stopped(server)).toEqual(STOPPED);
  });
});

async function processOf(socket: string): Promise<number> {
  const client = connect(socket);
  client.write('INFO server\r\n');
  const [answer] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  return Number(/process_id:(\d+)/.exec(answer.toString())?.[1]);
}

describe('a supervisor that knows npm alone, and signals npm alone', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server in order', async (signal) => {
    const server = await start({}, ['npm', 'start']);
    expect(await stopped(server, signal)).toEqual(STOPPED);
    await server.closed;
  });

  // npm passes neither on: the server sees that npm is gone.
  it.each(['SIGHUP', 'SIGKILL'] as const)('%s ends the server in order', async (signal) => {
    const server = await start({}, ['npm', 'start']);
    await server.stop(signal);
    await server.closed;
    expect(server.output()).toContain('Stopped.');
  });

  it('one Ctrl-C, which the server hears from the terminal and from npm, lets requests finish', async () => {
    const port = await freePort();
    const server = await start({ PORT: `${port}` }, ['npm', 'start']);
    const child = await childOf(server.pid);
    process.kill(child, 'SIGINT');
    expect(await stopped(server, 'SIGINT')).toEqual(STOPPED);
  });
});

describe('a demonstration device that npm has started', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('ends with npm on %s', async (signal) => {
    const server = await start();
    const args = ['run', '--silent', 'device', '--', '--issuer', server.issuer, '--json'];
    const npm = endsWithUs(spawn('npm', args, { stdio: ['ignore', 'pipe', 'inherit'] }), 'npm run device');
    await once(npm.stdout, 'data');
    npm.kill(signal);
    // Of its output, which the device holds, too.
    npm.stdout.resume();
    await once(npm, 'close');
  });
});

async function childOf(pid: number): Promise<number> {
  const ps = spawn('pgrep', ['-P', `${pid}`]);
  const [output] = (await once(ps.stdout, 'data')) as [Buffer];
  return Number(output.toString().trim());
}
