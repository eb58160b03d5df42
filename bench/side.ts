/** The servers under comparison, each as a child process, with a way to approve devices without pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { SigningKeys } from '../src/oidc/signing-keys.ts';
import { endsWithUs } from '../test/support/started-processes.ts';
import { latchkeyOwners, type Owners, ownersWithin, type People, plainOwners } from './approval.ts';
import { askChild, type Usage } from './cpu.ts';
import type { Device, PendingCode } from './devices.ts';
import { type Kind, PROGRAMS } from './kinds.ts';
import { Target } from './load.ts';
import { atOnce } from './options.ts';

export interface Side {
  kind: Kind;
  target: Target;
  /** Linked so far, by their client. */
  devices: Map<string, readonly Device[]>;
  /** Codes that wait for their owners. */
  codes: PendingCode[];
  approve(userCode: string): Promise<void>;
  settle(): Promise<void>;
  /** Owners at the pages, where there are pages. */
  people?: People | undefined;
  /** What the server has used. */
  usage(): Promise<Usage>;
  /** Begins to look where its time goes. */
  profile(): Promise<void>;
  /** Writes what was found, as `node --cpu-prof` does. */
  profiled(file: string): Promise<void>;
  /** Stands still, or goes on. */
  hold(still: boolean): void;
  stop(): Promise<void>;
}

export interface SideSettings {
  kind: Kind;
  /** What the server connects to; a counting proxy, or the store itself. */
  redisUrl: string;
  /** The store itself. */
  directUrl: string;
  prefix: string;
  keys: SigningKeys;
  /** Folder for the server's files. */
  dataDir: string;
  /** The core to run on, or none. */
  core: number | undefined;
  /** Of those that ask, at most. */
  connections?: number;
}

export const SECRET = 'the-master-secret-of-the-benchmark-long-enough';
/** As the image and the service have it. */
export const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=50', '--v8-pool-size=1'];
/** No device is refused for asking too often: every request here comes from one network. */
export const NO_CAPS = {
  LIVE_CODES: '5000000',
  LIVE_CODES_PER_CLIENT: '5000000',
  LIVE_CODES_PER_NETWORK: '5000000',
  CODES_PER_MINUTE: '10000000',
};

export async function startSide(settings: SideSettings): Promise<Side> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const child = await startServer(settings, {
    PORT: `${port}`,
    HOST: '127.0.0.1',
    ISSUER: issuer,
    REDIS_URL: settings.kind === 'memory' ? '' : settings.redisUrl,
    REDIS_PREFIX: settings.prefix,
    LATCHKEY_SECRET: SECRET,
    DATA_DIR: settings.dataDir,
    ACCESS_TOKEN_MINUTES: '60',
    LOG_LEVEL: 'silent',
    BENCH_KEYS: JSON.stringify(settings.keys),
    ...NO_CAPS,
  });
  const owners = await ownersOf(child, settings, issuer);
  const target = new Target(port, settings.connections ?? atOnce);
  return {
    kind: settings.kind,
    target,
    devices: new Map(),
    codes: [],
    approve: owners.approve,
    settle: owners.settle,
    people: owners.people,
    usage: () => askChild(child, { ask: 'usage' }),
    profile: async () => void (await askChild(child, { ask: 'profile' })),
    profiled: async (file) => void (await askChild(child, { ask: 'profiled', file })),
    hold: (still) => {
      // It would close them as it goes on, since nothing came for so long.
      if (still) target.close();
      child.kill(still ? 'SIGSTOP' : 'SIGCONT');
    },
    stop: () => stopSide(child, target, owners),
  };
}

function ownersOf(child: ChildProcess, settings: SideSettings, issuer: string): Promise<Owners> | Owners {
  if (settings.kind === 'latchkey') return latchkeyOwners(settings, issuer);
  if (settings.kind === 'plain') return plainOwners(settings, issuer);
  return ownersWithin(child);
}

/**
 * One after the other, each while those before it stand still: V8 looks through the heap of a server that has nothing to do,
 * which takes 70 ms of the core that they share.
 */
export function* inTurn(sides: readonly Side[]): Generator<Side, void> {
  for (const side of sides) {
    side.hold(false);
    yield side;
    side.hold(true);
  }
}

/** What asks goes first, then the server. */
export async function stopSide(
  child: ChildProcess,
  target: Target,
  owners: { close(): Promise<unknown> },
): Promise<void> {
  // One that stands still would not end.
  child.kill('SIGCONT');
  target.close();
  await owners.close();
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function startServer(
  { kind, core }: SideSettings,
  environment: Record<string, string>,
): Promise<ChildProcess> {
  const file = new URL(`./${PROGRAMS[kind]}`, import.meta.url).pathname;
  const pinned = core === undefined ? [] : ['taskset', '-c', `${core}`];
  const [command = '', ...args] = [...pinned, process.execPath, ...FLAGS, ...process.execArgv, file];
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    // As the image and the service of systemd have it.
    env: { PATH, MALLOC_ARENA_MAX: '1', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  endsWithUs(child, `${kind} server`);
  const ready = once(child, 'message');
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the ${kind} server has ended`)));
  await Promise.race([ready, ended]);
  // From here on its end needs no handling of its own: requests to it fail.
  ended.catch(() => {});
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
