/**
 * One `redis-server` (or `valkey-server`) process on this machine: starting it with the project's redis.conf,
 * asking whether it answers, ending it. Used for the private Redis of `npm start` and by the tests.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createConnection, type NetConnectOpts } from 'node:net';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../errors/operator-error.ts';
import { beginningOf } from './process-lock.ts';

/** A process as it was when it was started; `beginning` is as in lock.ts. */
export interface ProcessIdentity {
  pid: number;
  beginning: string;
}

interface ServerLaunch {
  /** Commands, or paths of them; the first that there is gets started. */
  binaries: readonly string[];
  /** What it reads as its configuration file; see `configurationFor`. */
  configuration: string;
  /** Command-line arguments that come after the configuration and win over it. */
  args: readonly string[];
  /** File that its output is appended to. */
  logFile: string;
  /** In a process group of its own, so that Ctrl-C in the terminal does not reach it. */
  detached: boolean;
}

export interface LaunchedServer extends ProcessIdentity {
  child: ChildProcess;
}

/**
 * Who may use an instance. `socket-only`: a process that can open its socket is the application, without a password.
 * `test`: the application user takes any password, and the default user may do everything.
 */
type Access = 'socket-only' | 'test';

const TEMPLATE = new URL('../../redis.conf', import.meta.url);
const DEFAULT_USER = 'user default off\n';
const APPLICATION_USER = 'user latchkey on resetpass ';

/** The project's redis.conf with its users filled in. */
export async function configurationFor(access: Access): Promise<string> {
  const text = await readFile(TEMPLATE, 'utf8');
  if (!text.includes(`\n${DEFAULT_USER}`) || !text.includes(`\n${APPLICATION_USER}`)) {
    throw new Error(`${TEMPLATE.pathname} has lost the lines of its users`);
  }
  const user = access === 'test' ? 'user latchkey on nopass ' : 'user default on nopass ';
  return text.replace(`\n${DEFAULT_USER}`, '\n').replace(`\n${APPLICATION_USER}`, `\n${user}`);
}

export const SERVER_BINARIES = ['redis-server', 'valkey-server'] as const;

/**
 * Starts the server and returns as soon as it runs, before it answers.
 *
 * @throws OperatorError that names the remedy when there is none of the commands
 */
export async function launch({ binaries, configuration, args, logFile, detached }: ServerLaunch) {
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = await spawnFirst(binaries, ['-', ...args], { detached, stdio: ['pipe', log.fd, log.fd] });
    // A server that refuses its arguments has gone before it has read: its log says so, not this pipe.
    const input = child.stdin?.on('error', () => {});
    // Closed from this side, too: Redis keeps its end open, which would keep this process alive.
    input?.end(configuration, () => input.destroy());
    const pid = child.pid as number;
    return { pid, beginning: (await beginningOf(pid)) ?? '', child } satisfies LaunchedServer;
  } finally {
    await log.close();
  }
}

async function spawnFirst(binaries: readonly string[], args: readonly string[], options: SpawnOptions) {
  for (const binary of binaries) {
    const child = spawn(binary, args, options);
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) =>
      child.once('spawn', () => resolve(null)).once('error', resolve),
    );
    if (error === null) return child;
    if (error.code !== 'ENOENT') throw error;
  }
  const remedy = 'install Redis 7 or Valkey 8, or set REDIS_URL to one that runs elsewhere';
  throw new OperatorError(`There is no ${binaries.join(' and no ')} on this machine: ${remedy}.`);
}

export async function isRunning({ pid, beginning }: ProcessIdentity): Promise<boolean> {
  return (await beginningOf(pid)) === beginning;
}

type Answer = 'ready' | 'loading' | 'silent' | 'absent';

/** Says PING. `absent`: no server listens there; `silent`: one does, and has not answered within a second. */
export function ask(address: NetConnectOpts): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = createConnection(address, () => socket.write('PING\r\n'));
    const settle = (answer: Answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => settle('silent'));
    socket.once('error', () => settle('absent'));
    socket.once('close', () => settle('absent'));
    // An error is an answer, too (-NOAUTH, -NOPERM); only while it reads its log is it not yet of use.
    socket.once('data', (reply) => settle(reply.toString().startsWith('-LOADING') ? 'loading' : 'ready'));
  });
}

/**
 * Waits until the server answers. Reading a long log may take as long as it takes; silence is given `timeout`.
 *
 * @param timeout milliseconds
 * @throws OperatorError with the end of its log, when it has ended, or has been silent for so long
 */
export async function untilReady(
  server: ProcessIdentity,
  address: NetConnectOpts,
  logFile: string,
  timeout = 15_000,
) {
  let giveUpAt = performance.now() + timeout;
  for (;;) {
    const answer = await ask(address);
    if (answer === 'ready') return;
    if (answer === 'loading') giveUpAt = performance.now() + timeout;
    const ended = !(await isRunning(server));
    if (ended || performance.now() > giveUpAt) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      const what = ended
        ? 'ended while starting'
        : `has not answered for ${timeout / 1000} s (process ${server.pid})`;
      throw new OperatorError(
        `Redis ${what}. The end of ${logFile}:\n${log.trim().split('\n').slice(-8).join('\n')}`,
      );
    }
    await sleep(20);
  }
}

/**
 * Asks the process to end and waits until it has; one that has ended already is fine.
 *
 * @param timeout milliseconds
 * @throws OperatorError when it still runs by then
 */
export async function end(server: ProcessIdentity, timeout = 30_000): Promise<void> {
  const giveUpAt = performance.now() + timeout;
  if (await isRunning(server)) askToEnd(server);
  while (await isRunning(server)) {
    if (performance.now() > giveUpAt)
      throw new OperatorError(`Redis (process ${server.pid}) does not end when asked to.`);
    await sleep(10);
  }
}

function askToEnd({ pid }: ProcessIdentity): void {
  try {
    kill(pid, 'SIGTERM');
  } catch (error) {
    // ESRCH: it ended since we looked.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
