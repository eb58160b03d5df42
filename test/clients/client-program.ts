/** One client of others in a process of its own, as its users run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';

/** As an entry of the clients file has it, but for the addresses, which depend on the port. */
export interface ClientProgram {
  /** Also the name of its file in `programs/`. */
  readonly id: string;
  /** What its entry says besides name, addresses and secret. */
  readonly more?: object;
  /** `false`: it runs in the browser, and has no secret. */
  readonly secret?: false;
  /** Where it hears the answer; `/callback`, unless given. */
  readonly callback?: string;
  /** Where it begins to sign in; `/login`, unless given. */
  readonly login?: string;
  /** Where it signs out, from its own address; `undefined`: it does not. */
  readonly logout?: (home: string) => string;
  /** Where it wants its user back then; its own address, unless given. */
  readonly signedOut?: string;
  /** Where it hears that its people have signed out, from its own address; `undefined`: it does not. */
  readonly hearsAt?: string;
  /** The one it takes, where its entry names it; a free one, unless given. */
  readonly port?: number;
  /** What runs it; Node, unless given. */
  readonly command?: readonly [string, ...string[]];
  /** Whether it learns its user's name; `false`: the email alone. */
  readonly name?: false;
}

export const PROGRAMS = join(import.meta.dirname, 'programs');
const SECRET = 'of one client for its tests, long enough';
/** Of whatever port (RFC 8252 section 7.3): which one is free is known when the program starts. */
const HOME = 'http://localhost';

/** Its entry of the clients file. */
export function entryOf(program: ClientProgram): object {
  const { id, callback = '/callback', signedOut = '', secret, more, hearsAt, port } = program;
  return {
    client_id: id,
    client_name: id,
    redirect_uris: [HOME + callback],
    post_logout_redirect_uris: [HOME + signedOut],
    ...(secret !== false && { client_secret: SECRET }),
    ...(hearsAt && { backchannel_logout_uri: `${HOME}:${port}${hearsAt}` }),
    ...more,
  };
}

interface RunningClient {
  /** Its address. */
  readonly home: string;
  stop(): Promise<void>;
}

/** Resolves once it listens. */
export async function startClient(
  { id, command, port = 0 }: ClientProgram,
  issuer: string,
): Promise<RunningClient> {
  const [program, ...args] = command ?? [process.execPath, join(PROGRAMS, `${id}.mjs`)];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-client-'));
  const taken = port || (await freePort());
  const child = spawn(program, args, {
    env: {
      ...nodeEnvironment(),
      ISSUER: issuer,
      PORT: String(taken),
      CLIENT_ID: id,
      CLIENT_SECRET: SECRET,
      PYTHONDONTWRITEBYTECODE: '1',
      FOLDER: folder,
      SITE: join(PROGRAMS, id),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endsWithUs(child, id);
  await eventually(`${id} listens`, () => {
    if (child.exitCode !== null) throw new Error(`${id} ended with ${child.exitCode}`);
    return listensAt(taken);
  });
  return { home: `${HOME}:${taken}`, stop: () => stop(child, folder) };
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

function listensAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
