/** A real Redis of a test's own: the project's redis.conf on a loopback port, data in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFor, end, launch, SERVER_BINARIES, untilReady } from '../../src/dev/server-process.ts';
import { holdPort } from './free-port.ts';
import { endsWithUs } from './started-processes.ts';

export interface TestRedisProcess {
  host: string;
  port: number;
  pid: number;
  /** Where its files are. */
  dataDir: string;
  /** SIGSTOP: it accepts connections and answers nothing. */
  pause(): void;
  /** SIGCONT */
  resume(): void;
  /** SIGKILL, as by a crash; data stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it, in whatever state it is, and removes its data. */
  stop(): Promise<void>;
}

export interface TestRedis extends TestRedisProcess {
  /** As the default user, who may do everything. */
  url: string;
  /** As the application's user, with the rights it has in production. */
  applicationUrl: string;
}

/** @param args further command-line arguments of redis-server; later ones win */
export async function startStandaloneRedis(args: readonly string[] = []): Promise<TestRedis> {
  const server = await startTestProcess(() => args);
  const address = `${server.host}:${server.port}`;
  return Object.assign(server, {
    url: `redis://${address}`,
    applicationUrl: `redis://latchkey:any@${address}`,
  });
}

const HOST = '127.0.0.1';

/** One process; `argsFor` gets a free port beside the one it will listen on. */
export async function startTestProcess(
  argsFor: (spare: number) => readonly string[],
): Promise<TestRedisProcess> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  const logFile = join(home, 'redis.log');
  const [port, spare] = await freePorts(2);
  const launchOnce = async () => {
    const launched = await launch({
      binaries: SERVER_BINARIES,
      configuration: await configurationFor('test'),
      args: [...argsAt(port, home), ...argsFor(spare)],
      logFile,
      detached: false,
    });
    endsWithUs(launched.child, `Redis on port ${port}`);
    await untilReady(launched, { host: HOST, port }, logFile);
    return launched;
  };
  let running = await launchOnce();
  return {
    host: HOST,
    port,
    dataDir: home,
    get pid() {
      return running.pid;
    },
    pause: () => void running.child.kill('SIGSTOP'),
    resume: () => void running.child.kill('SIGCONT'),
    kill: async () => {
      running.child.kill('SIGKILL');
      await end(running);
    },
    restart: async () => {
      await end(running);
      running = await launchOnce();
    },
    stop: async () => {
      running.child.kill('SIGKILL');
      await end(running);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const argsAt = (port: number, home: string) => [
  ...['--port', `${port}`, '--bind', HOST],
  ...['--dir', home, '--enable-debug-command', 'yes'],
];

/** Held all at once, so that they differ; let go before use, so that a clash is unlikely and not impossible. */
async function freePorts(count: 2): Promise<[number, number]> {
  const holders = await Promise.all(Array.from({ length: count }, holdPort));
  await Promise.all(holders.map(({ release }) => release()));
  return holders.map(({ port }) => port) as [number, number];
}
