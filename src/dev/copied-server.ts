/** A private Redis on a copy of what another one has written: for looking into a backup, which is left as it is. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { OperatorError } from '../errors/operator-error.ts';
import * as serverProcess from './server-process.ts';

const MANIFEST = '.manifest';

interface CopiedServer {
  readonly url: string;
  /** What was written last had been cut off: Redis has left that out. */
  readonly isCut: boolean;
  /** Ends it and erases the copy. */
  stop(): Promise<void>;
}

/**
 * @param folder the `appendonlydir` of a Redis
 * @throws OperatorError that says what is wrong with it
 */
export async function startOnCopy(folder: string): Promise<CopiedServer> {
  const from = resolve(folder);
  const manifest = (await readdir(from).catch(() => [])).find((name) => name.endsWith(MANIFEST));
  if (manifest === undefined) {
    const remedy = 'give the folder that Redis calls appendonlydir, or a copy of it';
    throw new OperatorError(`${folder} has no file *${MANIFEST}: ${remedy}.`);
  }
  const home = await mkdtemp(join(tmpdir(), 'latchkey-backup-'));
  const erase = () => rm(home, { recursive: true, force: true });
  try {
    await cp(from, join(home, basename(from)), { recursive: true });
    return await start(home, { folder: basename(from), file: manifest.slice(0, -MANIFEST.length) }, erase);
  } catch (error) {
    await erase();
    throw error;
  }
}

async function start(
  home: string,
  { folder, file }: { readonly folder: string; readonly file: string },
  erase: () => Promise<void>,
): Promise<CopiedServer> {
  const [socket, logFile] = [join(home, 'redis.sock'), join(home, 'redis.log')];
  const names = ['--appenddirname', folder, '--appendfilename', file];
  const server = await serverProcess.launch({
    binaries: serverProcess.SERVER_BINARIES,
    configuration: await serverProcess.configurationFor('socket-only'),
    args: ['--unixsocket', socket, '--dir', home, ...names],
    logFile,
    detached: false,
  });
  const stop = async () => {
    await serverProcess.end(server);
    await erase();
  };
  try {
    await serverProcess.untilReady(server, { path: socket }, logFile);
    const isCut = (await readFile(logFile, 'utf8')).includes('Truncating the AOF');
    return { url: `unix://${socket.split('/').map(encodeURIComponent).join('/')}`, isCut, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
