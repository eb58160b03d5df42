/**
 * The private Redis of `npm start`: kept in DATA_DIR, reached through a Unix socket that only this user can open.
 *
 * It is in a process group of its own, so that Ctrl-C drains the server first and Redis is stopped last. Starting
 * and stopping happen under a lock in DATA_DIR, where the running server is recorded, so that a second start adopts
 * it and two never write one append-only file. Every process that uses it is listed beside the record; the last to
 * leave stops it, whichever process started it. Where the last was killed, private-watch.ts does.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { OperatorError } from '../errors/operator-error.ts';
import { watchPrivateRedis } from './private-watch.ts';
import { enter, exclusively, type ProcessLock } from './process-lock.ts';
import * as serverProcess from './server-process.ts';

export interface PrivateRedis {
  /** `unix:///path/of/the/socket`; no user and no password are needed. */
  url: string;
  /** Whether it was running already. */
  adopted: boolean;
  /** Stops it, unless another process still uses it; resolves when it has ended. */
  stop(): Promise<void>;
}

interface PrivateRedisSettings {
  /** DATA_DIR; made if need be. Redis gets the folder `redis` in it. */
  dataDir: string;
  /** Where the socket's folder is made; the system's folder for temporary files by default. */
  socketDir?: string;
  /** The command to start; otherwise the first of redis-server and valkey-server that there is. */
  binary?: string;
  /** Seconds that it stays after the last process that used it was killed, so that the next start finds it; 5. */
  grace?: number;
  log: { info(message: string): void; warn(message: string): void };
}

interface RunningServer extends serverProcess.ProcessIdentity {
  socket: string;
}

/** Bytes that fit into sun_path, less the closing zero: 107 on Linux, 103 on macOS and the BSDs; see unix(7). */
const MAX_SOCKET_PATH = 103;
const LOCK_TIMEOUT = 60_000;
const GRACE = 5;

/** @throws OperatorError whose message says what to do */
export async function startPrivateRedis(settings: PrivateRedisSettings): Promise<PrivateRedis> {
  await mkdir(join(settings.dataDir, 'redis'), { recursive: true, mode: 0o700 });
  const home = await realpath(join(settings.dataDir, 'redis'));
  const lock = join(home, 'lock');
  return exclusively(lock, LOCK_TIMEOUT, async () => {
    const running = await adopt(home);
    const server = running ?? (await start(home, settings));
    settings.log.info(`${running ? 'Using the running' : 'Started a'} private Redis on ${server.socket}`);
    return use(server, home, running !== null);
  });
}

/**
 * The private Redis of a server that runs for this DATA_DIR; `undefined` when none does. Nothing is started or made. Until
 * `stop` is called it stays, also when that server leaves meanwhile.
 */
export async function joinPrivateRedis(dataDir: string): Promise<PrivateRedis | undefined> {
  const home = await realpath(join(dataDir, 'redis')).catch(() => undefined);
  if (home === undefined) return undefined;
  const lock = join(home, 'lock');
  return exclusively(lock, LOCK_TIMEOUT, async () => {
    const running = await adopt(home);
    return running ? use(running, home, true) : undefined;
  });
}

/** Under the lock. */
async function use(server: RunningServer, home: string, adopted: boolean): Promise<PrivateRedis> {
  const lock = await enter(join(home, 'users'));
  return {
    url: `unix://${server.socket.split('/').map(encodeURIComponent).join('/')}`,
    adopted,
    stop: () => exclusively(join(home, 'lock'), LOCK_TIMEOUT, () => leave(lock, home)),
  };
}

/** After a power cut the file may be empty; then it says nothing, and a look at the socket decides. */
async function readRecord(home: string): Promise<RunningServer | null> {
  const text = await readFile(join(home, 'server.json'), 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as RunningServer;
  } catch {
    return null;
  }
}

/** The recorded server if it runs and answers; null also when it ended while it was waited for. */
async function adopt(home: string): Promise<RunningServer | null> {
  const recorded = await readRecord(home);
  if (recorded === null || !(await serverProcess.isRunning(recorded))) return null;
  try {
    await serverProcess.untilReady(recorded, { path: recorded.socket }, join(home, 'redis.log'));
    return recorded;
  } catch (cause) {
    if (!(await serverProcess.isRunning(recorded))) return null;
    const remedy = `stop it (kill -CONT ${recorded.pid}; kill ${recorded.pid}) and start again`;
    throw new OperatorError(`The private Redis of ${home} runs but does not answer: ${remedy}.`, { cause });
  }
}

async function start(home: string, settings: PrivateRedisSettings): Promise<RunningServer> {
  const socket = await prepareSocket(home, settings.socketDir);
  if ((await serverProcess.ask({ path: socket })) !== 'absent') {
    throw new OperatorError(
      `A Redis that ${home} does not know of listens on ${socket}: stop it and start again.`,
    );
  }
  const logFile = join(home, 'redis.log');
  const launched = await serverProcess
    .launch({
      binaries: settings.binary ? [settings.binary] : serverProcess.SERVER_BINARIES,
      configuration: await serverProcess.configurationFor('socket-only'),
      args: ['--unixsocket', socket, '--dir', home],
      logFile,
      detached: true,
    })
    .catch(async (cause) => {
      await rm(dirname(socket), { recursive: true, force: true });
      throw cause;
    });
  const server = { pid: launched.pid, beginning: launched.beginning, socket };
  try {
    await record(home, server);
    await serverProcess.untilReady(server, { path: socket }, logFile);
  } catch (cause) {
    await endAndForget(server, home);
    throw cause;
  }
  watch(launched, logFile, settings.log);
  watchPrivateRedis(execPath, server.pid, home, settings.grace ?? GRACE);
  return server;
}

/** Says when it ends unasked; this process can end before it all the same. */
function watch({ child }: serverProcess.LaunchedServer, logFile: string, log: PrivateRedisSettings['log']) {
  child.unref();
  child.once('exit', (code, signal) => {
    if (code !== 0) log.warn(`The private Redis ended (${signal ?? code}); see ${logFile}`);
  });
}

/** Written whole before it gets its name: a process that reads it never sees half of it. */
async function record(home: string, server: RunningServer): Promise<void> {
  const draft = join(home, 'server.json.new');
  await writeFile(draft, JSON.stringify(server), { mode: 0o600 });
  await rename(draft, join(home, 'server.json'));
}

/**
 * The path of a socket has room for about 100 bytes, DATA_DIR may be longer: so the socket is among the temporary
 * files, in a folder named by a digest of where the data are. Others can write there too, hence the look at whose
 * folder it is.
 */
async function prepareSocket(home: string, socketDir = tmpdir()): Promise<string> {
  const name = `latchkey-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const socket = [socketDir, '/tmp']
    .map((directory) => join(directory, name, 'redis.sock'))
    .find((path) => Buffer.byteLength(path) <= MAX_SOCKET_PATH) as string;
  const folder = dirname(socket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new OperatorError(
      `${folder} is not a folder of this user alone (mode 0700): remove it and start again.`,
    );
  }
  return socket;
}

/** Ends what is recorded now, which after a crash need not be what this process was given at its start. */
async function leave(lock: ProcessLock, home: string): Promise<void> {
  await lock.leave();
  if (!(await lock.alone())) return;
  const recorded = await readRecord(home);
  if (recorded !== null) await endAndForget(recorded, home);
}

/** Ends the private Redis that runs in this folder, unless a process that lives uses it. */
export async function endUnused(home: string): Promise<void> {
  await exclusively(join(home, 'lock'), LOCK_TIMEOUT, async () => {
    await leave(await enter(join(home, 'users')), home);
  });
}

async function endAndForget(server: RunningServer, home: string): Promise<void> {
  await serverProcess.end(server);
  await rm(join(home, 'server.json'), { force: true });
  await rm(dirname(server.socket), { recursive: true, force: true });
}
