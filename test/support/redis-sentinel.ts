/** A master, its replica, and three Sentinels that watch over them, on loopback ports of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { startTestProcess, type TestRedisProcess } from './redis-standalone.ts';
import { endsWithUs } from './started-processes.ts';

interface TestSentinels {
  /** `redis+sentinel://…`, as the default user */
  url: string;
  /** The same as the application's user. */
  applicationUrl: string;
  nodes: readonly TestRedisProcess[];
  /** Tells a Sentinel that the replica is the master from now on, instead of waiting until they agree that it is gone. */
  replaceMaster(): Promise<void>;
  stop(): Promise<void>;
}

const NAME = 'mymaster';
const SENTINELS = 3;
const QUORUM = 2;

/** @param downAfter milliseconds after which a master that does not answer counts as gone */
export async function startRedisSentinels(downAfter: number): Promise<TestSentinels> {
  const master = await startTestProcess(() => []);
  const replica = await startTestProcess(() => ['--replicaof', master.host, `${master.port}`]);
  const home = await mkdtemp(join(tmpdir(), 'latchkey-sentinel-'));
  const sentinels: { port: number; child: ChildProcess }[] = [];
  for (let index = 0; index < SENTINELS; index += 1) {
    sentinels.push(await startSentinel(join(home, `${index}.conf`), master, downAfter));
  }
  for (const { port } of sentinels) await untilComplete(port);
  const addresses = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `redis+sentinel://${addresses}/${NAME}`,
    applicationUrl: `redis+sentinel://latchkey:any@${addresses}/${NAME}`,
    nodes: [master, replica],
    replaceMaster: async () => {
      const sentinel = new Redis({ host: '127.0.0.1', port: sentinels[0]?.port ?? 0 });
      await sentinel.call('SENTINEL', 'FAILOVER', NAME);
      sentinel.disconnect();
    },
    stop: async () => {
      for (const { child } of sentinels) child.kill('SIGKILL');
      await Promise.all([master.stop(), replica.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A Sentinel is a redis-server that keeps what it learns in its configuration file. */
async function startSentinel(file: string, master: TestRedisProcess, downAfter: number) {
  const port = await freePort();
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    'sentinel resolve-hostnames no',
    `sentinel monitor ${NAME} ${master.host} ${master.port} ${QUORUM}`,
    `sentinel down-after-milliseconds ${NAME} ${downAfter}`,
    `sentinel failover-timeout ${NAME} ${5 * downAfter}`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = endsWithUs(
    spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }),
    `Sentinel on port ${port}`,
  );
  await once(child, 'spawn');
  return { port, child };
}

/** It knows the replica and the other Sentinels: before that it could not replace a master. */
async function untilComplete(port: number): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50 });
  redis.on('error', () => {});
  try {
    const complete = `slaves=1,sentinels=${SENTINELS}`;
    while (!(await redis.info('sentinel')).includes(complete)) await sleep(50);
  } finally {
    redis.disconnect();
  }
}
