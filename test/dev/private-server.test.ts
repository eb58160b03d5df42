import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startPrivateRedis } from '../../src/dev/private-server.ts';
import { beginningOf } from '../../src/dev/process-lock.ts';
import {
  asking,
  dataDir,
  processOf,
  quiet,
  socketOf,
  start,
  startElsewhere,
  usePrivateServers,
} from '../redis/private-servers.ts';

usePrivateServers();

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
