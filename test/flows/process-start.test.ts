/** An operator who starts everything at once, or whose Redis is far away, gets a server and not a crash. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { operator } from '../cli/operator-process.ts';
import { startDelayingProxy } from '../support/delaying-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { startRedisSentinels } from '../support/redis-sentinel.ts';
import { startStandaloneRedis, type TestRedisProcess } from '../support/redis-standalone.ts';
import { launchServer, SERVER_SECRET, startServer, untilReady } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

const EXIT_STORE_ABSENT = 6;
/** Milliseconds, long enough that no node is taken for dead while it stands still. */
const NEVER = 600_000;

async function launch(environment: Record<string, string>) {
  const server = await launchServer(environment);
  cleanUp.push(() => server.stop('SIGKILL'));
  return server;
}

async function redisBehindALongLine(delay: number) {
  const redis = await startStandaloneRedis();
  cleanUp.push(() => redis.stop());
  const proxy = await startDelayingProxy(redis);
  cleanUp.push(() => proxy.close());
  proxy.delay = delay;
  return proxy;
}

async function untilSaid(server: { output(): string; closed: Promise<unknown> }, words: string) {
  let over = false;
  void server.closed.then(() => {
    over = true;
  });
  while (!server.output().includes(words)) {
    if (over) throw new Error(`it has ended: ${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a store at the end of a long line', () => {
  // So that a busy machine is no store that is down.
  const patient = { REDIS_TIMEOUT_MS: '5000' };

  it.each([200, 700])('of %i ms: the server becomes ready', async (delay) => {
    const { url } = await redisBehindALongLine(delay);
    const server = await launch({ REDIS_URL: url, ...patient });
    await untilReady(server);
    expect(await server.stop()).toBe(0);
  });

  it('is asked four times after the greeting before the server listens: state, settings, format, keys', async () => {
    const proxy = await redisBehindALongLine(0);
    const environment = { REDIS_URL: proxy.url, REDIS_PREFIX: `t${randomId()}:` };
    // The first start makes the keys.
    await (await startServer(environment)).stop();
    const before = proxy.exchanges.length;
    await untilReady(await launch(environment));
    const [turns = []] = proxy.exchanges.slice(before).filter((one) => one.join('').includes('signing-keys'));
    // What the client library sends to greet may arrive in pieces.
    const greeted = turns.findLastIndex((sent) => sent.includes('SETINFO'));
    const asked = turns.slice(greeted + 1, greeted + 5);
    expect(
      asked.map((sent) =>
        ['signing-keys', 'store-format', 'CONFIG', 'INFO'].find((word) => RegExp(word, 'i').test(sent)),
      ),
    ).toEqual(['INFO', 'CONFIG', 'store-format', 'signing-keys']);
    expect(asked[3]).toContain('pepper');
  });

  it('serves the operator’s tool', async () => {
    const proxy = await redisBehindALongLine(0);
    const REDIS_PREFIX = `t${randomId()}:`;
    await (await startServer({ REDIS_URL: proxy.url, REDIS_PREFIX })).stop();
    proxy.delay = 700;
    const tool = { REDIS_URL: proxy.url, REDIS_PREFIX, LATCHKEY_SECRET: SERVER_SECRET, ...patient };
    expect((await operator(tool, 'accounts', 'find', 'ada@example.org')).code).toBe(3);
  });
});

describe('a store that comes late', () => {
  it('as one server: it is waited for, and the log says for what', async () => {
    const redis = await startStandaloneRedis();
    cleanUp.push(() => redis.stop());
    await redis.kill();
    const server = await launch({ REDIS_URL: redis.applicationUrl.replace('any', 'hunter2') });
    await untilSaid(server, 'waiting for Redis');
    const [line = ''] = server
      .output()
      .split('\n')
      .filter((text) => text.includes('waiting for Redis'));
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      store: `redis://127.0.0.1:${redis.port}`,
      reason: expect.stringContaining('ECONNREFUSED'),
      seconds: 60,
    });
    await redis.restart();
    await untilReady(server);
    expect(server.output()).not.toContain('hunter2');
  });

  it.each<
    [
      string,
      () => Promise<{ applicationUrl: string; nodes: readonly TestRedisProcess[]; stop(): Promise<void> }>,
    ]
  >([
    ['a Redis Cluster', () => startRedisCluster({ nodeTimeout: NEVER })],
    ['what Sentinel watches', () => startRedisSentinels(NEVER)],
  ])('as %s: it is waited for', async (_store, open) => {
    const store = await open();
    cleanUp.push(() => store.stop());
    for (const node of store.nodes) node.pause();
    const server = await launch({ REDIS_URL: store.applicationUrl, REDIS_WAIT_SECONDS: '3600' });
    await untilSaid(server, 'waiting for Redis');
    for (const node of store.nodes) node.resume();
    await untilReady(server);
  });
});

describe('a store that does not come', () => {
  const absent = async () => ({
    REDIS_URL: `redis://:hunter2@127.0.0.1:${await freePort()}`,
    REDIS_WAIT_SECONDS: '1',
  });

  it('ends the server, which says so, with an exit code of its own', async () => {
    const server = await launch(await absent());
    expect(await server.closed).toBe(EXIT_STORE_ABSENT);
    expect(server.output()).toMatch(/Redis has not served for 1 s: .*ECONNREFUSED.*Check REDIS_URL/);
    expect(server.output()).not.toContain('hunter2');
    expect(server.output()).not.toMatch(/^\s+at /m);
  });

  it('also where it answers that it cannot serve', async () => {
    const redis = await startStandaloneRedis(['--requirepass', 'another']);
    cleanUp.push(() => redis.stop());
    const server = await launch({
      REDIS_URL: redis.url.replace('//', '//:hunter2@'),
      REDIS_WAIT_SECONDS: '1',
    });
    expect(await server.closed).toBe(EXIT_STORE_ABSENT);
    expect(server.output()).toContain('WRONGPASS');
    expect(server.output()).not.toContain('hunter2');
  });

  it('does not hold up who stops the server meanwhile', async () => {
    const server = await launch({ ...(await absent()), REDIS_WAIT_SECONDS: '3600' });
    await untilSaid(server, 'waiting for Redis');
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(server.output()).toContain('Stopped.');
  });

  it('ends the operator’s tool, which says that nothing was changed', async () => {
    const { code, stderr } = await operator(
      { ...(await absent()), LATCHKEY_SECRET: SERVER_SECRET },
      'accounts',
      'find',
      'ada@example.org',
    );
    expect(code).toBe(6);
    expect(stderr).toContain('Nothing was changed');
    expect(stderr).not.toContain('hunter2');
  });
});
