import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { beginningOf } from '../../src/redis/presence.ts';
import { startPrivateRedis } from '../../src/redis/private-server.ts';
import { ask } from '../../src/redis/server-process.ts';

const quiet = { info: () => {}, warn: () => {} };
const MODULE = new URL('../../src/redis/private-server.ts', import.meta.url).href;

let dataDir: string;
let started: { stop(): Promise<void> }[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  started = [];
});

afterEach(async () => {
  for (const server of started) await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(folder = dataDir) {
  const server = await startPrivateRedis({ dataDir: folder, log: quiet });
  started.push(server);
  return server;
}

function socketOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

async function asking<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path: socketOf(url), retryStrategy: null as never });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

async function processOf(url: string): Promise<number> {
  const info = await asking(url, (redis) => redis.info('server'));
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

async function untilGone(url: string): Promise<void> {
  while ((await ask({ path: socketOf(url) })) !== 'absent') await sleep(5);
}

/** Another process that starts the private Redis and stays until it is killed. */
async function startElsewhere(folder: string) {
  const script = `
    import { startPrivateRedis } from ${JSON.stringify(MODULE)};
    const log = { info() {}, warn() {} };
    const { url, adopted, stop } = await startPrivateRedis({ dataDir: process.argv[1], log });
    console.log(JSON.stringify({ url, adopted }));
    process.on('SIGTERM', () => stop().then(() => process.exit(0)));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { ...(JSON.parse(line) as { url: string; adopted: boolean }), pid: child.pid as number, end };
}

describe('starting and stopping', () => {
  it('serves on a socket that only this user can reach, and on no port', async () => {
    const { url, adopted } = await start();
    expect(url).toMatch(/^unix:\/\/\//);
    expect(adopted).toBe(false);
    expect((await stat(dirname(socketOf(url)))).mode & 0o777).toBe(0o700);
    expect(await asking(url, (redis) => redis.config('GET', 'port'))).toEqual(['port', '0']);
  });

  it('keeps the data over a stop and a start', async () => {
    const first = await start();
    await asking(first.url, (redis) => redis.set('kept', 'yes'));
    await first.stop();
    expect(existsSync(socketOf(first.url))).toBe(false);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await asking(second.url, (redis) => redis.get('kept'))).toBe('yes');
  });

  it('has ended when stop resolves, and may be stopped twice', async () => {
    const { url, stop } = await start();
    const pid = await processOf(url);
    await stop();
    expect(await beginningOf(pid)).toBeNull();
    await stop();
  });

  it('works for a DATA_DIR whose path is longer than a socket can have, and holds odd characters', async () => {
    const long = join(dataDir, 'a folder with spaces, 100% # and ?', 'x'.repeat(200));
    const { url } = await start(long);
    expect(await asking(url, (redis) => redis.ping())).toBe('PONG');
    expect(existsSync(join(long, 'redis', 'appendonlydir'))).toBe(true);
  });

  it('lets its user neither wipe nor change nor end it', async () => {
    const { url } = await start();
    const forbidden =
      'FLUSHALL|FLUSHDB|KEYS *|DEBUG SLEEP 0|SHUTDOWN|CONFIG SET appendonly no|ACL SETUSER other on|' +
      'REPLICAOF NO ONE|FUNCTION FLUSH|SCRIPT FLUSH|CLIENT KILL TYPE normal';
    for (const line of forbidden.split('|')) {
      const [command = '', ...args] = line.split(' ');
      await expect(asking(url, (redis) => redis.call(command, ...args))).rejects.toThrow(
        /NOPERM|command not allowed/,
      );
    }
  });

  it('lets its user run scripts that write and take the time', async () => {
    const { url } = await start();
    const script =
      "redis.call('HSET', KEYS[1], 'at', redis.call('TIME')[1]) return redis.call('HLEN', KEYS[1])";
    expect(await asking(url, (redis) => redis.eval(script, 1, '{a}:record'))).toBe(1);
  });
});

describe('several processes on one DATA_DIR', () => {
  it('adopts the running one, which the last to leave stops', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ url: first.url, adopted: true });
    await first.stop();
    expect(await asking(second.url, (redis) => redis.ping())).toBe('PONG');
    await second.stop();
    expect(existsSync(socketOf(first.url))).toBe(false);
  });

  it('starts one server for many starts at once', async () => {
    const servers = await Promise.all([
      ...Array.from({ length: 6 }, () => start()),
      ...Array.from({ length: 3 }, () => startElsewhere(dataDir)),
    ]);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
    expect(new Set(await Promise.all(servers.map(({ url }) => processOf(url)))).size).toBe(1);
    await Promise.all(servers.map((server) => ('end' in server ? server.end('SIGTERM') : server.stop())));
    expect(existsSync(socketOf(servers[0]?.url ?? ''))).toBe(false);
  });

  it('is the same server by whatever way the folder is named', async () => {
    const alias = `${dataDir}-alias`;
    await symlink(dataDir, alias);
    try {
      const first = await start();
      expect(await start(alias)).toMatchObject({ url: first.url, adopted: true });
    } finally {
      await rm(alias);
    }
  });
});

describe('Ctrl-C', () => {
  it('reaches the process that started it and not Redis, which is stopped last', async () => {
    const other = await startElsewhere(dataDir);
    process.kill(-other.pid, 'SIGINT');
    await other.end('SIGKILL');
    expect(await asking(other.url, (redis) => redis.ping())).toBe('PONG');
    await (await start()).stop();
  });
});

describe('after a crash', () => {
  it('adopts what a killed process left running, and stops it in the end', async () => {
    const killed = await startElsewhere(dataDir);
    await asking(killed.url, (redis) => redis.set('kept', 'yes'));
    await killed.end('SIGKILL');
    const next = await start();
    expect(next).toMatchObject({ url: killed.url, adopted: true });
    expect(await asking(next.url, (redis) => redis.get('kept'))).toBe('yes');
    await next.stop();
    expect(existsSync(socketOf(next.url))).toBe(false);
  });

  it('starts anew when Redis itself was killed, with all that it had acknowledged', async () => {
    const first = await start();
    await asking(first.url, (redis) => redis.set('kept', 'yes'));
    process.kill(await processOf(first.url), 'SIGKILL');
    await untilGone(first.url);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await asking(second.url, (redis) => redis.get('kept'))).toBe('yes');
  });

  it('stops the server that is running now, also when the one it started was killed', async () => {
    const first = await start();
    process.kill(await processOf(first.url), 'SIGKILL');
    await untilGone(first.url);
    const second = await start();
    const pid = await processOf(second.url);
    await second.stop();
    await first.stop();
    expect(await beginningOf(pid)).toBeNull();
  });

  it('is not held up by the lock of a process that was killed', async () => {
    const lock = join(dataDir, 'redis', 'lock');
    await mkdir(lock, { recursive: true });
    // A process that has ended, and a living one under an id that was another's before.
    await writeFile(join(lock, '4194304.0123456789abcdef.aaaa'), '');
    await writeFile(join(lock, `${process.pid}.0123456789abcdef.bbbb`), '');
    expect(await start()).toMatchObject({ adopted: false });
  });

  it('does not take a stranger with the recorded process id for its server', async () => {
    await mkdir(join(dataDir, 'redis'), { recursive: true });
    const record = { pid: process.pid, beginning: '0123456789abcdef', socket: '/nowhere' };
    await writeFile(join(dataDir, 'redis', 'server.json'), JSON.stringify(record));
    expect(await start()).toMatchObject({ adopted: false });
  });
});

describe('what the operator is told', () => {
  it('names the remedies when there is no such program', async () => {
    const attempt = startPrivateRedis({ dataDir, binary: 'no-such-redis', log: quiet });
    await expect(attempt).rejects.toThrow(/no-such-redis.*install Redis 7 or Valkey 8, or set REDIS_URL/);
  });

  it('shows the end of the log when it does not start', async () => {
    await mkdir(join(dataDir, 'redis', 'appendonlydir'), { recursive: true });
    await writeFile(
      join(dataDir, 'redis', 'appendonlydir', 'appendonly.aof.manifest'),
      'this is no manifest\n',
    );
    await expect(start()).rejects.toThrow(/ended while starting[\s\S]*manifest/);
    expect(await readFile(join(dataDir, 'redis', 'redis.log'), 'utf8')).toContain('manifest');
  });
});
