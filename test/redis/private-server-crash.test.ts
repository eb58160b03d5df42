import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { endUnused } from '../../src/dev/private-server.ts';
import { beginningOf } from '../../src/dev/process-lock.ts';
import {
  asking,
  dataDir,
  processOf,
  socketOf,
  start,
  startElsewhere,
  untilGone,
  usePrivateServers,
} from './private-servers.ts';

usePrivateServers();

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

  it('ends what a killed process left running, where no process comes to use it, and keeps the data', async () => {
    const killed = await startElsewhere(dataDir, 0);
    await asking(killed.url, (redis) => redis.set('kept', 'yes'));
    const pid = await processOf(killed.url);
    await killed.end('SIGKILL');
    while ((await beginningOf(pid)) !== null) await sleep(20);
    const next = await start();
    expect(next.adopted).toBe(false);
    expect(await asking(next.url, (redis) => redis.get('kept'))).toBe('yes');
  });

  it('leaves it to a process that still uses it when another one was killed', async () => {
    const killed = await startElsewhere(dataDir, 0);
    const user = await start();
    await killed.end('SIGKILL');
    await endUnused(join(dataDir, 'redis'));
    expect(await asking(user.url, (redis) => redis.ping())).toBe('PONG');
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
    // A process that has ended, and an active one under an id that was another's before.
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
